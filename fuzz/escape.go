package fuzz

import (
	"bytes"

	"nudge/codec"
)

// EscapeHeader is the number of bytes at the start of an input of [FuzzEscape] that choose how it is cut in two.
const EscapeHeader = 1

// FuzzEscape takes data as text and as its percent-encoding (§1.5). The first byte says where the rest is
// cut into two texts. Encoding, decoding and comparing are each checked against a definition of one
// sentence, and beside that:
//
//   - what is encoded has no byte that ends a word or a line, is at most three times as long, and is the
//     text again when decoded;
//   - another spelling of a text equals it;
//   - what stands in the buffer before is left alone.
func FuzzEscape(data []byte) int {
	if len(data) < EscapeHeader {
		return -1
	}
	text := data[EscapeHeader:]
	text = text[:min(len(text), maxStream)]
	x := scratches.Get().(*scratch)
	x.checkEscape(text)
	at := len(text) * int(data[0]) >> 8
	x.checkEqual(text[:at], text[at:])
	found := 0
	if bytes.IndexByte(text, '%') >= 0 {
		found = 1
	}
	scratches.Put(x)
	return found
}

const beforeText = "FL "

// checkEscape encodes a text and decodes it, and decodes it as it stands.
func (x *scratch) checkEscape(text []byte) {
	x.want = escapeSimply(append(x.want[:0], beforeText...), text)
	x.out = codec.AppendEscape(append(x.out[:0], beforeText...), string(text))
	if !bytes.Equal(x.out, x.want) {
		fail("%q is encoded as %q, want %q", text, x.out, x.want)
	}
	escaped := x.out[len(beforeText):]
	if bytes.ContainsAny(escaped, " \r\n\x00") || len(escaped) > 3*len(text) {
		fail("%q is encoded as %q", text, escaped)
	}
	x.copied = codec.AppendUnescape(append(x.copied[:0], beforeText...), escaped)
	if !bytes.HasPrefix(x.copied, []byte(beforeText)) || !bytes.Equal(x.copied[len(beforeText):], text) {
		fail("%q is encoded as %q, which is %q", text, escaped, x.copied)
	}
	if !codec.EqualEscaped(escaped, respell(x.want[:0], text)) {
		fail("%q does not equal another spelling of it, %q", escaped, respell(nil, text))
	}
	x.want = unescapeSimply(append(x.want[:0], beforeText...), text)
	x.copied = codec.AppendUnescape(append(x.copied[:0], beforeText...), text)
	if !bytes.Equal(x.copied, x.want) {
		fail("%q stands for %q, want %q", text, x.copied, x.want)
	}
}

// checkEqual compares two texts by what they stand for.
func (x *scratch) checkEqual(a, b []byte) {
	x.want = unescapeSimply(x.want[:0], a)
	n := len(x.want)
	x.want = unescapeSimply(x.want, b)
	want := bytes.Equal(x.want[:n], x.want[n:])
	if codec.EqualEscaped(a, b) != want || codec.EqualEscaped(b, a) != want || !codec.EqualEscaped(a, a) {
		fail("%q equals %q: %v, and the other way %v; want %v", a, b, codec.EqualEscaped(a, b), codec.EqualEscaped(b, a), want)
	}
}

const hexDigits = "0123456789ABCDEF"

// escapeSimply: letters, digits and _.-~ stand as they are, of all else the number.
func escapeSimply(dst, text []byte) []byte {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~"
	for _, c := range text {
		if bytes.IndexByte([]byte(plain), c) >= 0 {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', hexDigits[c/16], hexDigits[c%16])
	}
	return dst
}

// unescapeSimply: a percent sign and two hexadecimal digits are a byte, all else is itself.
func unescapeSimply(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			high, low := bytes.IndexByte([]byte(hexDigits), capital(text[i+1])), bytes.IndexByte([]byte(hexDigits), capital(text[i+2]))
			if high >= 0 && low >= 0 {
				dst = append(dst, byte(high*16+low))
				i += 2
				continue
			}
		}
		dst = append(dst, text[i])
	}
	return dst
}

func capital(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// respell encodes all that is not needed to be, in small letters, and leaves raw what may be.
func respell(dst, text []byte) []byte {
	const small = "0123456789abcdef"
	for i, c := range text {
		if c != '%' && i%2 == 0 {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', small[c/16], small[c%16])
	}
	return dst
}
