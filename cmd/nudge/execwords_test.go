package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCommandWords(t *testing.T) {
	for s, want := range map[string][]string{
		"nudge serve":                 {"nudge", "serve"},
		" a\t b\n":                    {"a", "b"},
		`a 'b  c' "d 'e'" f'g'"h"i`:   {"a", "b  c", "d 'e'", "fghi"},
		`a '' ""`:                     {"a", "", ""},
		`a\ b 'c\d' "e\"f\\g\h" \'`:   {"a b", `c\d`, `e"f\g\h`, "'"},
		`sh -c 'a | b > $c' "\$d" \*`: {"sh", "-c", "a | b > $c", "$d", "*"},
	} {
		if got, err := commandWords(s); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"": "give a command", "  ": "give a command", "'' a": "give a command", `a\`: "last backslash", "a 'b": "' is not closed",
		`a "b\"`: `" is not closed`, "a | b": "| is for a shell", "a > b": "> is for a shell", "a $B": "$ is for a shell", "a; b": "; is for a shell", "a & ": "& is for a shell",
	} {
		if got, err := commandWords(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v, want %s", s, got, err, want)
		}
	}
	if _, err := newExecServer("a 'b", "", nil, nil); err == nil || err.Error() != "--exec: ' is not closed" {
		t.Errorf("%v", err)
	}
}
