//go:build !parsers

package fuzz_test

import "testing"

func FuzzClient(f *testing.F) { drive(f) }
func FuzzServer(f *testing.F) { drive(f) }
