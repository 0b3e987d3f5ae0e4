package scenario

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"

	"nudge/codec"
	"nudge/codec/message"
)

// words is what the text of a message says of itself:
//
//	nudge 17-3: 4/10 by 2 at 12034567890 ns, sum 1a2b3c4d
//
// The conversation, its message, the place of who says it from 1, the time of the
// run at which it is sent, and the CRC-32 (IEEE) of the payload up to there.
type words struct {
	caller, number uint32
	m, n           int
	by             int // place, from 0
	at             time.Duration
}

// String names the message in a violation.
func (w *words) String() string {
	return fmt.Sprintf("message %d/%d of conversation %d-%d", w.m, w.n, w.caller+1, w.number)
}

var font = message.Format{Font: []byte("MS Shell Dlg")}

// sumMark and its eight digits end a text.
const (
	sumMark = " ns, sum "
	sumSize = 8
)

// append appends the payload of the message. body is scratch, and comes back.
func (w *words) append(dst, body []byte) (payload, scratch []byte, err error) {
	body = append(body[:0], "nudge "...)
	body = strconv.AppendUint(body, uint64(w.caller)+1, 10)
	body = append(body, '-')
	body = strconv.AppendUint(body, uint64(w.number), 10)
	body = append(body, ": "...)
	body = strconv.AppendInt(body, int64(w.m), 10)
	body = append(body, '/')
	body = strconv.AppendInt(body, int64(w.n), 10)
	body = append(body, " by "...)
	body = strconv.AppendInt(body, int64(w.by)+1, 10)
	body = append(body, " at "...)
	body = strconv.AppendInt(body, int64(w.at), 10)
	body = append(body, sumMark...)
	from := len(dst)
	dst, err = message.Text{Body: body, Format: font}.Append(dst)
	if err != nil {
		return dst, body, err
	}
	return appendSum(dst, crc32.ChecksumIEEE(dst[from:])), body, nil
}

func appendSum(dst []byte, sum uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, digits[sum>>shift&15])
	}
	return dst
}

// parseWords reads a payload; false: it is not as it was written.
func parseWords(payload []byte) (w words, ok bool) {
	n := len(payload) - sumSize
	if n < 0 {
		return w, false
	}
	var sum [sumSize]byte
	if !bytes.Equal(appendSum(sum[:0], crc32.ChecksumIEEE(payload[:n])), payload[n:]) {
		return w, false
	}
	_, body, found := bytes.Cut(payload[:n], []byte("\r\n\r\nnudge "))
	r := reader{body, !found}
	w.caller = uint32(r.number("-")) - 1
	w.number = uint32(r.number(": "))
	w.m = int(r.number("/"))
	w.n = int(r.number(" by "))
	w.by = int(r.number(" at ")) - 1
	w.at = time.Duration(r.number(sumMark))
	return w, !r.bad && len(r.rest) == 0 && w.m >= 1 && w.m <= w.n
}

// reader reads numbers, each with what stands behind it.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number(end string) (n int64) {
	i := 0
	for ; i < len(r.rest) && i < 18 && '0' <= r.rest[i] && r.rest[i] <= '9'; i++ {
		n = n*10 + int64(r.rest[i]-'0')
	}
	if i == 0 || len(r.rest)-i < len(end) || string(r.rest[i:i+len(end)]) != end {
		r.bad = true
		return 0
	}
	r.rest = r.rest[i+len(end):]
	return n
}

// isTyping reports whether a payload says that the account is writing, and no other.
func isTyping(payload, email []byte) bool {
	content, err := codec.ParseContent(payload)
	if err != nil || message.KindOf(content) != message.KindTyping {
		return false
	}
	t, err := message.ParseTyping(content)
	return err == nil && bytes.EqualFold(t.User, email) && !t.Recording
}
