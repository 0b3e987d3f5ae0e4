// Package corpus holds the inputs that tests and fuzzers share, embedded so
// that they are found wherever a test runs: recorded sessions of real servers
// and clients under transcript, and the example session of the protocol's own
// page with the accounts that reproduce it under session.
package corpus

import "embed"

// Files has the folders session and transcript. Their lines end in CR LF where
// the recorded ones did.
//
//go:embed session transcript
var Files embed.FS

// Transcript returns a recording by its name without .txt, and panics if there
// is none: tests name what is in the tree.
func Transcript(name string) string { return read("transcript/" + name + ".txt") }

// SeedPage is the protocol's page with its example session, both halves.
func SeedPage() string { return read("session/seed.txt") }

// SeedData is the reference server's data, in TOML, with which that session
// works line for line.
func SeedData() string { return read("session/seed.toml") }

func read(name string) string {
	b, err := Files.ReadFile(name)
	if err != nil {
		panic("corpus: " + err.Error())
	}
	return string(b)
}
