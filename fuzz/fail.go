package fuzz

import "fmt"

// fail reports a broken property in the way that every engine understands.
func fail(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
