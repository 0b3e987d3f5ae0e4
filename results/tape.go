package results

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A tape is a histogram that is only recorded into, merged, written and emptied: the slots of the library's histogram of the same range
// and digits, without what recording one value and merging thousands of slots a second do not need.
type tape struct {
	n     int64
	slots [slots]int64
}

const (
	half  = 1024                   // slots for each doubling: three digits need 1,000
	slots = (maxBucket + 2) * half // of values up to Longest, and what shares a doubling with it
	// maxBucket is how often 2*half is doubled to get beyond Longest.
	maxBucket = 31
)

// slot is where d is counted. d is 0 to Longest.
func slot(d time.Duration) int {
	bucket := bits.Len64(uint64(d)|(2*half-1)) - 11
	return bucket*half + int(d>>bucket)
}

// lowest is the least value that is counted in a slot.
func lowest(slot int) time.Duration {
	if slot < 2*half {
		return time.Duration(slot)
	}
	return time.Duration(slot%half+half) << (slot/half - 1)
}

func (t *tape) record(d time.Duration) {
	t.slots[slot(d)]++
	t.n++
}

// length is the number of values on a tape that may not have been made.
func (t *tape) length() int64 {
	if t == nil {
		return 0
	}
	return t.n
}

func (t *tape) add(from *tape) {
	for i, n := range &from.slots {
		t.slots[i] += n
	}
	t.n += from.n
}

// empty takes all values off a tape that may not have been made.
func (t *tape) empty() {
	if t.length() > 0 {
		*t = tape{}
	}
}

// addTo adds the tape to *h, making it if there is something to add. It returns how many values could not be kept.
func (t *tape) addTo(h **histogram) (dropped int64) {
	if t.length() == 0 {
		return 0
	}
	if *h == nil {
		*h = newHistogram()
	}
	for i, n := range &t.slots {
		if n > 0 && (*h).RecordValues(int64(lowest(i)), n) != nil {
			dropped += n
		}
	}
	return dropped
}

// tapesAt is the value at a percentile of several tapes together, as percentile has it.
func tapesAt(p float64, tapes ...*tape) time.Duration {
	var n int64
	for _, t := range tapes {
		n += t.length()
	}
	left := max(1, min(n, int64(p/100*float64(n)+0.5)))
	for i := range slots {
		for _, t := range tapes {
			if t.length() > 0 {
				left -= t.slots[i]
			}
		}
		if left <= 0 {
			return min(lowest(i+1)-1, Longest)
		}
	}
	return 0
}

// tapeWriter writes tapes in the compressed V2 form of the library, and keeps its memory.
type tapeWriter struct {
	plain, packed bytes.Buffer
	z             *zlib.Writer
}

// Head of the V2 form, before and in the compressed part.
const (
	cookie           = hdrhistogram.V2EncodingCookieBase | 0x10
	compressedCookie = hdrhistogram.V2CompressedEncodingCookieBase | 0x10
	headSize         = hdrhistogram.ENCODING_HEADER_SIZE
)

// append adds the base64 of a tape to b. What it gives is what the library's Encode gives for the same values.
func (w *tapeWriter) append(b []byte, t *tape) ([]byte, error) {
	w.plain.Reset()
	plain := append(w.plain.AvailableBuffer(), make([]byte, headSize)...)
	plain = t.appendSlots(plain)
	binary.BigEndian.PutUint32(plain, uint32(cookie))
	binary.BigEndian.PutUint32(plain[4:], uint32(len(plain)-headSize))
	binary.BigEndian.PutUint32(plain[12:], digits)
	binary.BigEndian.PutUint64(plain[16:], 1)
	binary.BigEndian.PutUint64(plain[24:], uint64(Longest))
	binary.BigEndian.PutUint64(plain[32:], math.Float64bits(1))
	w.plain.Write(plain) // keeps the memory, should it have grown

	w.packed.Reset()
	w.packed.Write(make([]byte, 8))
	if w.z == nil {
		z, err := zlib.NewWriterLevel(&w.packed, zlib.BestCompression)
		if err != nil {
			return b, err
		}
		w.z = z
	} else {
		w.z.Reset(&w.packed)
	}
	if _, err := w.z.Write(plain); err != nil {
		return b, err
	}
	if err := w.z.Close(); err != nil {
		return b, err
	}
	packed := w.packed.Bytes()
	binary.BigEndian.PutUint32(packed, uint32(compressedCookie))
	binary.BigEndian.PutUint32(packed[4:], uint32(len(packed)-8))
	return base64.StdEncoding.AppendEncode(b, packed), nil
}

// appendSlots adds the slots up to the last that is not empty: a count as it is, a run of empty ones as its length, negative.
func (t *tape) appendSlots(b []byte) []byte {
	left := t.n
	for i := 0; left > 0; {
		if n := t.slots[i]; n > 0 {
			b = binary.AppendVarint(b, n)
			left -= n
			i++
			continue
		}
		run := i
		for t.slots[i] == 0 {
			i++
		}
		if run = i - run; run == 1 {
			b = binary.AppendVarint(b, 0)
		} else {
			b = binary.AppendVarint(b, -int64(run))
		}
	}
	return b
}
