package codec

// AppendEscape percent-encodes s at the end of dst: everything but letters,
// digits and "_.-~" of ASCII becomes % and two upper-case hexadecimal digits
// per byte (§1.5).
func AppendEscape(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; unreserved(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

// AppendUnescape decodes s at the end of dst. A % without two hexadecimal
// digits behind it stands for itself (§1.5). The result may hold any byte, CR
// and LF among them. dst and s may not overlap.
func AppendUnescape(dst []byte, s []byte) []byte {
	for i := 0; i < len(s); {
		c, n := unescapeByte(s[i:])
		dst = append(dst, c)
		i += n
	}
	return dst
}

// Escape percent-encodes s as AppendEscape does.
func Escape(s string) string {
	return string(AppendEscape(make([]byte, 0, len(s)), s))
}

// Unescape decodes s as AppendUnescape does.
func Unescape(s string) string {
	return string(AppendUnescape(make([]byte, 0, len(s)), []byte(s)))
}

// EqualEscaped reports whether a and b are the same text, however each of
// them spells it (§1.5). It allocates nothing.
func EqualEscaped(a, b []byte) bool {
	for len(a) > 0 && len(b) > 0 {
		x, n := unescapeByte(a)
		y, m := unescapeByte(b)
		if x != y {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return len(a) == len(b)
}

// unescapeByte returns the first byte that s, which is not empty, stands for,
// and how many bytes spell it.
func unescapeByte(s []byte) (c byte, n int) {
	if s[0] == '%' && len(s) > 2 {
		hi, ok1 := unhex(s[1])
		lo, ok2 := unhex(s[2])
		if ok1 && ok2 {
			return hi<<4 | lo, 3
		}
	}
	return s[0], 1
}

func unhex(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || isDigit(c) || c == '_' || c == '.' || c == '-' || c == '~'
}
