package message

import "nudge/codec"

// Kind is what a message holds, by its Content-Type (§9.8).
type Kind uint8

// The kinds of §9.8. KindChunk is a piece of a long message but the first,
// which has no Content-Type (§9.7); KindOther is all else, the profile and the
// mail messages of §7.4 among it.
const (
	KindOther Kind = iota
	KindText
	KindTyping
	KindCapabilities
	KindKeepAlive
	KindInvitation
	KindP2P
	KindEmoticons
	KindAnimatedEmoticons
	KindDatacast
	KindGIF
	KindInk
	KindChunk
)

// kinds is the table of §9.8: what each kind is called, how its Content-Type
// is written, and with which letters of acknowledgement it is sent.
var kinds = [...]struct{ name, contentType, acks string }{
	KindOther:             {name: "other"},
	KindText:              {"text", "text/plain; charset=UTF-8", "NA"},
	KindTyping:            {"typing", "text/x-msmsgscontrol", "U"},
	KindCapabilities:      {"client capabilities", "text/x-clientcaps", "U"},
	KindKeepAlive:         {"keep-alive", "text/x-keepalive", "U"},
	KindInvitation:        {"invitation", "text/x-msmsgsinvite; charset=UTF-8", "NS"},
	KindP2P:               {"P2P", "application/x-msnmsgrp2p", "D"},
	KindEmoticons:         {"emoticons", "text/x-mms-emoticon", "N"},
	KindAnimatedEmoticons: {"animated emoticons", "text/x-mms-animemoticon", "N"},
	KindDatacast:          {"datacast", "text/x-msnmsgr-datacast", "NU"},
	KindGIF:               {"GIF ink", "image/gif", "N"},
	KindInk:               {"ISF ink", "application/x-ms-ink", "N"},
	KindChunk:             {name: "chunk"},
}

// KindOf says what c holds. The Content-Type is compared without case and
// without its parameters; a message without one is a chunk if it has the
// headers of a chunk. Nothing is allocated.
func KindOf(c codec.Content) Kind {
	t := c.Header("Content-Type")
	if t == nil {
		if c.Header("Chunk") != nil && c.Header("Message-ID") != nil {
			return KindChunk
		}
		return KindOther
	}
	t, _ = cut(t, ';')
	for k := KindText; k < KindChunk; k++ {
		want := kinds[k].contentType
		if n := len(t); n == len(want) || n < len(want) && want[n] == ';' {
			if equalFold(t, want[:n]) {
				return k
			}
		}
	}
	return KindOther
}

// ContentType returns the value of the header that makes a message one of
// this kind, with its parameters, and "" for KindOther and KindChunk.
func (k Kind) ContentType() string { return k.row().contentType }

// Acks returns the letters of acknowledgement with which messages of this
// kind are sent, in the order of §9.8, and "" for KindOther and KindChunk. A
// chunk goes with the letter of the message that it is of.
func (k Kind) Acks() string { return k.row().acks }

func (k Kind) String() string { return k.row().name }

func (k Kind) row() (row struct{ name, contentType, acks string }) {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return kinds[KindOther]
}
