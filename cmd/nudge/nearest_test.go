package main

import "testing"

func TestDistanceCountsEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"run", "run", 0},
		{"", "run", 3},
		{"rn", "run", 1},   // inserted
		{"runn", "run", 1}, // removed
		{"rum", "run", 1},  // replaced
		{"rnu", "run", 1},  // neighbours swapped
		{"presense", "presence", 1},
		{"kitten", "sitting", 3},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}

func TestNearestIsTheFirstAmongEquals(t *testing.T) {
	if got := nearest("abx", []string{"zzz", "aby", "abz"}); got != "aby" {
		t.Errorf("nearest = %q, want aby", got)
	}
}
