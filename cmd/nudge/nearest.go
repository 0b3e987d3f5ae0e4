package main

import (
	"fmt"
	"strings"
)

// unknown is the usage error for a word that is not among the right ones. It names the nearest of them, or
// all where they are few and none is near: a guess that has nothing to do with the word only misleads.
func unknown(what, got string, right []string) error {
	near := nearest(got, right)
	switch {
	case distance(got, near) <= max(len(got), len(near))/2:
		return usageError{fmt.Sprintf("unknown %s %q, did you mean %q?", what, got, near)}
	case len(right) <= 8:
		return usageError{fmt.Sprintf("unknown %s %q: there is %s", what, got, strings.Join(right, ", "))}
	}
	return usageError{fmt.Sprintf("unknown %s %q, the nearest is %q", what, got, near)}
}

// nearest returns the word that takes the fewest edits to get to from s; among equals the first.
func nearest(s string, words []string) string {
	best, least := "", -1
	for _, w := range words {
		if d := distance(s, w); least < 0 || d < least {
			best, least = w, d
		}
	}
	return best
}

// distance counts the edits from a to b: a byte inserted, removed or replaced, or two neighbours swapped.
func distance(a, b string) int {
	before, above := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
