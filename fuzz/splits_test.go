package fuzz_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"nudge/codec"
	"nudge/fuzz"
)

// maxExhaustive is up to which length a seed is cut at every byte: the whole is of the order of its square.
const maxExhaustive = 600

// TestEverySplitOfTheSeedsReadsTheSame does what FuzzStream does at a few places only.
func TestEverySplitOfTheSeedsReadsTheSame(t *testing.T) {
	tried := 0
	for _, seed := range seedsOf(t, "FuzzStream") {
		if len(seed) < fuzz.StreamHeader {
			continue
		}
		s := codec.Syntax{From: codec.Side(seed[0] & 1), Refuse: codec.Leniency(seed[0]>>1) & codec.AllLeniencies}
		stream := seed[fuzz.StreamHeader:]
		if len(stream) > maxExhaustive {
			continue
		}
		whole, wholeErr := rawCommands(s, bytes.NewReader(stream))
		for at := range stream {
			got, err := rawCommands(s, io.MultiReader(bytes.NewReader(stream[:at]), bytes.NewReader(stream[at:])))
			if !bytes.Equal(got, whole) || !sameError(err, wholeErr) {
				t.Fatalf("%q cut at %d:\n%q, %v\nwant\n%q, %v", stream, at, got, err, whole, wholeErr)
			}
			tried++
		}
	}
	if tried < 1000 {
		t.Errorf("%d splits were tried", tried)
	}
}

// rawCommands returns the bytes of all commands, each behind the end of the one before and a mark.
func rawCommands(s codec.Syntax, r io.Reader) (all []byte, err error) {
	dec := codec.NewDecoder(r, s)
	for {
		var c codec.Command
		if err := dec.Decode(&c); err != nil {
			return all, err
		}
		all = append(append(all, c.Raw()...), 0xFF, byte(dec.Offset()))
	}
}

// sameError compares errors by what they say, an offset among it.
func sameError(a, b error) bool {
	return errors.Is(a, b) || a.Error() == b.Error()
}
