//go:build !linux

package main

import "syscall"

// underGuard is ownGroup: that its input ends is all that tells a process here that this one has died.
func underGuard() *syscall.SysProcAttr { return ownGroup() }
