// Package fuzz holds fuzz targets, each a plain function that any engine can drive.
//
// A target has the signature that go-fuzz asks for, func(data []byte) int, and no build tag:
//
//   - it panics, with both sides of the broken property in the message, when a property does not hold;
//   - it returns 1 for an input worth mutating further, 0 for any other, and -1 for one that is too
//     short to hold a case at all.
//
// The first bytes of an input choose how the rest is read (see [FuzzStream], [FuzzMessage] and
// [FuzzContent]), so that an engine reaches every combination by mutation. The same bytes always do
// the same thing.
//
// Every target begins with the inputs that package corpus has of it, whose manual says how they are
// made, and come in from engines and out to them (nudge corpus).
//
// Native fuzzing:
//
//	go test -fuzz FuzzStream ./fuzz
//
// go-fuzz, in a work directory outside the tree, since it writes there; @latest is an older one:
//
//	V=v0.0.0-20240924070022-e577bee5275c
//	go install github.com/dvyukov/go-fuzz/go-fuzz@$V github.com/dvyukov/go-fuzz/go-fuzz-build@$V
//	cd fuzz && go-fuzz-build -func FuzzStream -o /tmp/stream.zip
//	go-fuzz -bin /tmp/stream.zip -workdir /tmp/stream
package fuzz
