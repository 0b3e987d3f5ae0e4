//go:build !unix

package msnptest

import "syscall"

const canWriteAtOnce = false

func writeAtOnce(syscall.RawConn, []byte) (int, error) { return 0, nil }
