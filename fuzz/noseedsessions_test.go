//go:build parsers

package fuzz_test

var generatedSessions []generator // left out with their targets

var leftOut = []string{"client", "server"}
