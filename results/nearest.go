package results

import "slices"

// nearest returns the word that takes the fewest edits to get to from s; among equals the first.
func nearest(s string, words []string) string {
	return slices.MinFunc(words, func(a, b string) int { return distance(s, a) - distance(s, b) })
}

// distance counts the bytes to insert, remove or replace from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
