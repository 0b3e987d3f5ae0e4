package message

import (
	"bytes"
	"iter"
	"slices"

	"nudge/codec"
)

// MaxEmoticons is the most custom emoticons of one message. Clients have
// limits of their own, far below (§9.8).
const MaxEmoticons = 64

// Emoticon is a picture that stands for a shortcut in the text message that
// follows from the same sender (§9.8).
type Emoticon struct {
	Shortcut []byte // as it is typed
	Object   []byte // the MSNObject (§5.3), not percent-encoded as a rule
}

// Emoticons are those of one message, views of its payload.
type Emoticons struct {
	body []byte
	n    int
}

// ParseEmoticons reads a message of KindEmoticons or KindAnimatedEmoticons.
// Nothing is allocated but an error: of another kind, a shortcut or object that
// is empty or not ended by a TAB, more than MaxEmoticons.
func ParseEmoticons(c codec.Content) (Emoticons, error) {
	k := KindOf(c)
	if k != KindEmoticons && k != KindAnimatedEmoticons {
		return Emoticons{}, wrongKind(KindEmoticons, k)
	}
	e := Emoticons{body: c.Body()}
	for at := 0; at < len(e.body); e.n++ {
		for range 2 {
			n := bytes.IndexByte(e.body[at:], tab)
			if n <= 0 {
				return Emoticons{}, malformed(k, "body", at, "shortcut TAB object TAB is wanted, neither of them empty")
			}
			at += n + 1
		}
	}
	if e.n > MaxEmoticons {
		return Emoticons{}, overLimit(k, "body", uint64(e.n), MaxEmoticons, " emoticons")
	}
	return e, nil
}

// Len returns how many there are.
func (e Emoticons) Len() int { return e.n }

// All iterates over them in their order.
func (e Emoticons) All() iter.Seq[Emoticon] {
	return func(yield func(Emoticon) bool) {
		for rest := e.body; len(rest) > 0; {
			var m Emoticon
			m.Shortcut, rest, _ = bytes.Cut(rest, []byte{tab})
			m.Object, rest, _ = bytes.Cut(rest, []byte{tab})
			if !yield(Emoticon{slices.Clip(m.Shortcut), slices.Clip(m.Object)}) {
				return
			}
		}
	}
}

const tab = '\t'

// AppendEmoticons writes a message at the end of dst, of KindEmoticons or
// KindAnimatedEmoticons. With room in dst nothing is allocated. On an error, of
// the kinds that ParseEmoticons gives, dst is returned as it was.
func AppendEmoticons(dst []byte, k Kind, all []Emoticon) ([]byte, error) {
	if k != KindEmoticons && k != KindAnimatedEmoticons {
		return dst, wrongKind(KindEmoticons, k)
	}
	w := begin(dst, k)
	w.blank()
	body := len(w.dst)
	for _, m := range all {
		for _, b := range [2][]byte{m.Shortcut, m.Object} {
			if len(b) == 0 || bytes.IndexByte(b, tab) >= 0 {
				w.refuse(malformed(k, "body", len(w.dst)-body, "a shortcut or object is empty or has a TAB in it"))
			}
			w.dst = append(append(w.dst, b...), tab)
		}
	}
	if len(all) > MaxEmoticons {
		w.refuse(overLimit(k, "body", uint64(len(all)), MaxEmoticons, " emoticons"))
	}
	return w.end()
}
