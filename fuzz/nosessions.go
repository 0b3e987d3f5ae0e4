//go:build parsers

package fuzz

var sessionTargets []Target // left out
