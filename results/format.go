package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// formatTime gives a time in its own unit with three significant digits: 843 ns, 71.2 µs, 20.0 ms, 1.50 s, 312 s.
func formatTime(d time.Duration) string {
	n := float64(d)
	switch {
	case d < 0:
		return "-" + formatTime(-d)
	case d < 1000:
		return strconv.Itoa(int(d)) + " ns"
	case n < 999.5e3:
		return digits3(n/1e3) + " µs"
	case n < 999.5e6:
		return digits3(n/1e6) + " ms"
	}
	return digits3(n/1e9) + " s"
}

// digits3 gives a number with three significant digits, or as a whole number if it has more.
func digits3(f float64) string {
	switch a := math.Abs(f); {
	case a < 9.995:
		return strconv.FormatFloat(f, 'f', 2, 64)
	case a < 99.95:
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

// formatRate gives a rate per second, without the unit.
func formatRate(f float64) string {
	if f > 0 && f < 0.01 {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	return group(digits3(f))
}

// formatShare gives a share as a percentage.
func formatShare(f float64) string {
	switch {
	case f == 0:
		return "0 %"
	case f < 0.0001:
		return strconv.FormatFloat(100*f, 'g', 2, 64) + " %"
	}
	return digits3(100*f) + " %"
}

// formatCount gives a number with a comma between thousands.
func formatCount(n int64) string { return group(strconv.FormatInt(n, 10)) }

// group puts commas between the thousands of a number without exponent.
func group(s string) string {
	whole := len(s)
	for i := range len(s) {
		if s[i] == '.' {
			whole = i
			break
		}
	}
	for i := whole - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// formatBytes gives an amount of memory.
func formatBytes(n int64) string {
	const units = "kMGT"
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n)/1000, 0
	for ; f >= 999.5 && i < len(units)-1; i++ {
		f /= 1000
	}
	return digits3(f) + " " + units[i:i+1] + "B"
}

// printable shows what a terminal might act on as \x1b, \u202e and so on. Texts come from the peer.
func printable(s string) string {
	if !strings.ContainsFunc(s, odd) && utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, s[0])
		case !odd(r):
			out.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		s = s[n:]
	}
	return out.String()
}

func odd(r rune) bool { return !unicode.IsPrint(r) }

// plural is a count with its noun: 1 client, 2 clients. The plural is given where an s will not do.
func plural(n int64, noun string, more ...string) string {
	if n != 1 {
		noun += "s"
		if len(more) > 0 {
			noun = more[0]
		}
	}
	return formatCount(n) + " " + noun
}
