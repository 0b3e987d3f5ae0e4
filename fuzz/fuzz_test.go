package fuzz_test

import (
	"testing"

	"nudge/fuzz"
)

// target is a fuzz target in the form that every engine drives.
type target func(data []byte) int

func FuzzStream(f *testing.F)  { drive(f, fuzz.FuzzStream, streamSeeds(f)) }
func FuzzMessage(f *testing.F) { drive(f, fuzz.FuzzMessage, messageSeeds(f)) }
func FuzzContent(f *testing.F) { drive(f, fuzz.FuzzContent, contentSeeds(f)) }

// drive runs a target under the engine of package testing.
func drive(f *testing.F, run target, seeds [][]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := run(data); got < -1 || got > 1 {
			t.Errorf("result %d, want -1, 0 or 1", got)
		}
	})
}

// TestSeeds replays all seeds, and sees to it that they reach what the targets check.
func TestSeeds(t *testing.T) {
	for _, tt := range []struct {
		name     string
		run      target
		seeds    [][]byte
		tooShort int
	}{
		{"FuzzStream", fuzz.FuzzStream, streamSeeds(t), fuzz.StreamHeader},
		{"FuzzMessage", fuzz.FuzzMessage, messageSeeds(t), fuzz.MessageHeader},
		{"FuzzContent", fuzz.FuzzContent, contentSeeds(t), fuzz.ContentHeader},
	} {
		t.Run(tt.name, func(t *testing.T) {
			interesting := 0
			for _, seed := range tt.seeds {
				if tt.run(seed) == 1 {
					interesting++
				}
			}
			if interesting < len(tt.seeds)/3 {
				t.Errorf("%d of %d seeds hold anything", interesting, len(tt.seeds))
			}
			for n := range tt.tooShort {
				if got := tt.run(make([]byte, n)); got != -1 {
					t.Errorf("%d bytes gave %d, want -1", n, got)
				}
			}
		})
	}
}
