//go:build gofuzz

package fuzz

// go-fuzz-build instruments a package only when this one is in the module's build list.
import _ "github.com/dvyukov/go-fuzz/go-fuzz-dep"
