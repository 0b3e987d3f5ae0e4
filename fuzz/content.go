package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"nudge/codec"
	"nudge/codec/message"
)

// ContentHeader is the number of bytes at the start of an input of [FuzzContent] that choose what it is read as.
const ContentHeader = 1

// FuzzContent takes data as what a message says. The first byte chooses a [message.Kind], whose Content-Type is
// written in front of the rest; with one that has none, the rest is the whole payload. Checked:
//
//   - the parser of the kind gives a [message.Error] that says what is wrong where, in fixed words, or what is the same when it
//     is written and read again, and is then written the same to the byte;
//   - cut into chunks, if it is long, it fits the limits of a MSG and comes out of a joiner as it was;
//   - given to a joiner of its own it is done, or held within the limits, or refused without a trace.
func FuzzContent(data []byte) int {
	if len(data) < ContentHeader {
		return -1
	}
	kind := message.Kind(data[0]) % (message.KindChunk + 1)
	payload := data[ContentHeader:]
	payload = payload[:min(len(payload), maxStream)]
	if t := kind.ContentType(); t != "" {
		payload = slices.Concat([]byte("Content-Type: "+t+"\r\n"), payload)
	}

	checkChunks(payload)
	c, err := codec.ParseContent(payload)
	if err != nil {
		return 0
	}
	checkJoiner(c, payload)
	m, err := parseMessage(c)
	if err != nil {
		checkMessageError(err, payload)
		return 0
	}
	if m == nil {
		return 0
	}
	checkMessage(m, payload)
	return 1
}

// appender is what a message was parsed into.
type appender interface {
	Append(dst []byte) ([]byte, error)
}

// emoticons are those of a message, with its kind, in the form of the others.
type emoticons struct {
	kind message.Kind
	all  []message.Emoticon
}

func (e emoticons) Append(dst []byte) ([]byte, error) {
	return message.AppendEmoticons(dst, e.kind, e.all)
}

// parseMessage reads content as what it says it is. It returns nil for what has no parser.
func parseMessage(c codec.Content) (appender, error) {
	switch kind := message.KindOf(c); kind {
	case message.KindText:
		return message.ParseText(c)
	case message.KindTyping:
		return message.ParseTyping(c)
	case message.KindCapabilities:
		return message.ParseCapabilities(c)
	case message.KindInvitation:
		return message.ParseInvitation(c)
	case message.KindDatacast:
		return message.ParseDatacast(c)
	case message.KindP2P:
		return message.ParseP2P(c)
	case message.KindEmoticons, message.KindAnimatedEmoticons:
		e, err := message.ParseEmoticons(c)
		all := slices.Collect(e.All())
		if len(all) != e.Len() {
			fail("%d emoticons by All, %d by Len", len(all), e.Len())
		}
		return emoticons{kind, all}, err
	}
	return nil, nil
}

// checkMessageError checks that an error says what is wrong, and where in the payload it is.
func checkMessageError(err error, payload []byte) {
	var e *message.Error
	if !errors.As(err, &e) || e.Part == "" || e.Detail == "" || e.Offset < 0 || e.Offset > len(payload) {
		fail("payload %q: %#v", payload, err)
	}
	if !errors.Is(err, message.ErrMalformed) && !errors.Is(err, message.ErrLimit) {
		fail("payload %q is read as what it says it is: %v", payload, err)
	}
	checkMessageText(e)
}

// checkMessage writes a message and reads it again.
func checkMessage(m appender, payload []byte) {
	const before = "PNG\r\n"
	out, err := m.Append([]byte(before))
	if err != nil {
		if !errors.Is(err, codec.ErrHeader) || !bytes.ContainsAny(payload, "\r\x00") || string(out) != before {
			fail("payload %q left %q: %v", payload, out, err)
		}
		return
	}
	c, err := codec.ParseContent(out[len(before):])
	if err != nil {
		fail("payload %q was written as %q: %v", payload, out, err)
	}
	again, err := parseMessage(c)
	if err != nil || !sameMessage(again, m) {
		fail("payload %q was written as %q, another message:\n%s\n%s\n%v", payload, out, describeMessage(m), describeMessage(again), err)
	}
	if second, err := again.Append([]byte(before)); err != nil || !bytes.Equal(second, out) {
		fail("payload %q was written as %q, then as %q: %v", payload, out, second, err)
	}
}

// sameMessage reports whether two messages mean the same. Most are equal part by part.
func sameMessage(a, b appender) bool {
	return reflect.DeepEqual(a, b) || describeMessage(a) == describeMessage(b)
}

// describeMessage tells messages apart that mean something else. A font may be spelt another way.
func describeMessage(m appender) string {
	if t, ok := m.(message.Text); ok {
		t.Format.Font = codec.AppendUnescape(nil, t.Format.Font)
		m = t
	}
	return fmt.Sprintf("%T %+v", m, m)
}

// checkChunks cuts a payload and puts it together again, the last chunk first.
func checkChunks(payload []byte) {
	chunks, err := message.Split(payload, "{E45E0E64-8F2C-4A3C-9B8E-0D0C6A5F9A11}")
	if err != nil {
		return
	}
	if len(payload) <= message.MaxPayload {
		if chunks.Len() != 1 || !bytes.Equal(chunks.Append(nil, 0), payload) {
			fail("payload %q is %d chunks, %q", payload, chunks.Len(), chunks.Append(nil, 0))
		}
		return
	}
	whole, err := codec.ParseContent(payload)
	if err != nil || chunks.Len() == 0 {
		fail("payload %q is cut into %d chunks: %v", payload, chunks.Len(), err)
	}
	var j message.Joiner
	for i := chunks.Len() - 1; i >= 0; i-- {
		p := chunks.Append(nil, i)
		if len(p) > message.MaxPayload {
			fail("chunk %d of %q has %d bytes", i, payload, len(p))
		}
		c, err := codec.ParseContent(p)
		if err != nil {
			fail("chunk %q of %q: %v", p, payload, err)
		}
		got, done, err := j.Add([]byte("user@example.com"), c)
		if err != nil || done != (i == 0) {
			fail("chunk %d of %q: done %v, %v", i, payload, done, err)
		}
		if done && (!bytes.Equal(got.Body(), whole.Body()) || message.KindOf(got) != message.KindOf(whole)) {
			fail("payload %q came out of its chunks as %v, %q", payload, message.KindOf(got), got.Body())
		}
	}
}

// checkJoiner gives a message to a joiner that has none, twice: what it held or refused the first time it does
// not take again, and what was done is done again.
func checkJoiner(c codec.Content, payload []byte) {
	j := message.Joiner{MaxBytes: 4 << 10}
	from := []byte("user@example.com")
	whole, done, err := j.Add(from, c)
	_, doneAgain, errAgain := j.Add(from, c)
	switch {
	case err != nil:
		checkMessageError(err, payload)
		if done || errAgain == nil || errAgain.Error() != err.Error() {
			fail("payload %q is refused, %v, and then %v", payload, err, errAgain)
		}
	case done:
		if !bytes.Equal(whole.Body(), c.Body()) || !doneAgain || errAgain != nil {
			fail("payload %q is done with body %q, and then %v, %v", payload, whole.Body(), doneAgain, errAgain)
		}
	case !errors.Is(errAgain, message.ErrMalformed) && !errors.Is(errAgain, message.ErrLimit):
		fail("payload %q is held twice: %v", payload, errAgain)
	}
}
