package message

import (
	"bytes"
	"slices"
	"strconv"

	"nudge/codec"
)

// Format is how a text looks, the header X-MMS-IM-Format (§9.8). The zero
// Format is a text without that header, in the reader's default font.
type Format struct {
	// Font is FN, percent-encoded as it travels; codec.AppendUnescape reads
	// it. What is not encoded yet is when it is written. It is not nil in a
	// format that was read, even if the field was empty or missing.
	Font        []byte
	Effects     Effects // EF
	Colour      uint32  // CO: blue, green and red, 0xBBGGRR
	Charset     uint8   // CS: of Windows; 0 ANSI, 1 default, 0x80 Shift-JIS, 0x86 GB2312
	Pitch       uint8   // PF: family in the high four bits, pitch in the low ones; 0x22 swiss variable
	RightToLeft bool    // RL
}

// Effects are added up.
type Effects uint8

// The effects, in the order in which their letters are written.
const (
	Bold      Effects = 1 << iota // B
	Italic                        // I
	StrikeOut                     // S
	Underline                     // U
)

const effectLetters = "BISU"

const formatHeader = "X-MMS-IM-Format"

// parseFormat reads the value of the header. Any field may be missing, empty
// or unknown, in any order, with blanks around it or none (§9.8: zeros may be
// dropped; a recorded client writes "FN=;EF=;CO=0;RL=0"). The last of a name
// counts. What is of no use is left at zero, and the first such field is the
// error.
func parseFormat(v []byte) (f Format, err error) {
	f.Font = v[:0:0]
	for at := 0; at < len(v); {
		end := len(v)
		if i := bytes.IndexByte(v[at:], ';'); i >= 0 {
			end = at + i
		}
		if detail := f.set(cut(v[at:end], '=')); detail != "" && err == nil {
			err = malformed(KindText, formatHeader, at, detail)
		}
		at = end + 1
	}
	return f, err
}

// set takes one field over. It returns what would be right if value is not.
func (f *Format) set(name, value []byte) (detail string) {
	if len(name) != 2 {
		return ""
	}
	var n uint64
	ok := true
	switch [2]byte{name[0], name[1]} {
	case [2]byte{'F', 'N'}:
		f.Font = slices.Clip(value)
	case [2]byte{'E', 'F'}:
		if f.Effects, ok = parseEffects(value); !ok {
			return "EF is of the letters B, I, S and U"
		}
	case [2]byte{'C', 'O'}:
		if n, ok = hexadecimal(value, 24); !ok {
			return "CO is a hexadecimal number up to ffffff: blue, green, red"
		}
		f.Colour = uint32(n)
	case [2]byte{'C', 'S'}:
		if n, ok = hexadecimal(value, 8); !ok {
			return "CS is a hexadecimal number up to ff"
		}
		f.Charset = uint8(n)
	case [2]byte{'P', 'F'}:
		if n, ok = hexadecimal(value, 8); !ok {
			return "PF is a hexadecimal number up to ff: family, pitch"
		}
		f.Pitch = uint8(n)
	case [2]byte{'R', 'L'}:
		if n, ok = hexadecimal(value, 1); !ok {
			return "RL is 1, 0 or missing"
		}
		f.RightToLeft = n == 1
	}
	return ""
}

func parseEffects(value []byte) (e Effects, ok bool) {
	for _, c := range value {
		switch c {
		case 'B':
			e |= Bold
		case 'I':
			e |= Italic
		case 'S':
			e |= StrikeOut
		case 'U':
			e |= Underline
		default:
			return 0, false
		}
	}
	return e, true
}

// hexadecimal reads a number whose zeros may all have been dropped.
func hexadecimal(value []byte, bits int) (uint64, bool) {
	if len(value) == 0 {
		return 0, true
	}
	return number(value, 16, bits)
}

// isZero reports whether there is no header to write.
func (f *Format) isZero() bool {
	return f.Font == nil && f.Effects == 0 && f.Colour == 0 && f.Charset == 0 && f.Pitch == 0 && !f.RightToLeft
}

// format writes the header with all fields, numbers without zeros in front.
func (w *writer) format(f *Format) {
	if f.isZero() {
		return
	}
	if f.Effects >= 1<<len(effectLetters) {
		w.refuse(malformed(w.kind, formatHeader, 0, "an effect without a letter"))
	}
	if f.Colour > 0xFFFFFF {
		w.refuse(malformed(w.kind, formatHeader, 0, "a colour has 24 bits, 0xBBGGRR"))
	}
	b := append(w.dst, formatHeader+": FN="...)
	b = appendFont(b, f.Font)
	b = append(b, "; EF="...)
	for i := range len(effectLetters) {
		if f.Effects&(1<<i) != 0 {
			b = append(b, effectLetters[i])
		}
	}
	b = strconv.AppendUint(append(b, "; CO="...), uint64(f.Colour), 16)
	b = strconv.AppendUint(append(b, "; CS="...), uint64(f.Charset), 16)
	b = strconv.AppendUint(append(b, "; PF="...), uint64(f.Pitch), 16)
	if f.RightToLeft {
		b = append(b, "; RL=1"...)
	}
	w.dst = append(b, "\r\n"...)
}

// appendFont writes a name as AppendEscape does, but leaves what is encoded already.
func appendFont(dst, font []byte) []byte {
	for i, c := range font {
		if c == '%' && i+2 < len(font) && isHex(font[i+1]) && isHex(font[i+2]) {
			dst = append(dst, c)
			continue
		}
		dst = codec.AppendEscape(dst, string(font[i:i+1]))
	}
	return dst
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'f' }
