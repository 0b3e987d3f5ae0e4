package message

import (
	"encoding/binary"
	"iter"
	"slices"
	"strconv"

	"nudge/codec"
)

// Sizes of a P2P message, in bytes (§9.9).
const (
	MaxP2PData = 1202 // the most data of one piece
	p2pHeader  = 48
	p2pFooter  = 4
)

// Flags of a P2P message (§9.9).
const (
	FlagNak              = 0x01
	FlagAck              = 0x02
	FlagWaiting          = 0x04 // for a reply
	FlagError            = 0x08
	FlagOldFile          = 0x10
	FlagObject           = 0x20 // data of an MSNObject
	FlagClose            = 0x40 // the session
	FlagTransportError   = 0x80
	FlagDirectConnection = 0x100 // handshake of one
	FlagFile             = 0x1000000
)

// P2P is one piece of a message between two clients, in binary: a header of 48
// bytes in little-endian order, data, a footer of 4 bytes in big-endian order
// (§9.9). The header's Length is that of Data.
type P2P struct {
	Dest []byte // P2P-Dest: the address that it is for; all others drop it

	SessionID uint32 // 0 while negotiating
	ID        uint32 // Identifier: the same in all pieces of a message, one more in the next
	Offset    uint64 // DataOffset: where in the message Data begins
	Total     uint64 // TotalSize of the message
	Flags     uint32
	AckID     uint32 // AckIdentifier: any number; in an ack, the ID acknowledged
	AckUID    uint32 // AckUniqueID: in an ack, the AckID acknowledged
	AckSize   uint64 // AckDataSize: in an ack, the Total acknowledged

	Data []byte // at most MaxP2PData
	App  uint32 // footer: 0 negotiation and acks, 1 or 12 pictures and objects, 11 emoticon, 2 file
}

// ParseP2P reads a piece. Dest and Data are views of the payload. Nothing is
// allocated but an error: of another kind, a body too short for header and
// footer, a Length that is not that of the data there or over MaxP2PData, data
// that reach over Total. A P2P-Dest that is missing is no error: Dest is nil.
func ParseP2P(c codec.Content) (P2P, error) {
	if got := KindOf(c); got != KindP2P {
		return P2P{}, wrongKind(KindP2P, got)
	}
	b := c.Body()
	n := len(b) - p2pHeader - p2pFooter
	if n < 0 {
		return P2P{}, malformed(KindP2P, "body", len(b), "header and footer take 52 bytes, "+strconv.Itoa(len(b))+" are there")
	}
	le := binary.LittleEndian
	p := P2P{
		Dest:      slices.Clip(c.Header("P2P-Dest")),
		SessionID: le.Uint32(b),
		ID:        le.Uint32(b[4:]),
		Offset:    le.Uint64(b[8:]),
		Total:     le.Uint64(b[16:]),
		Flags:     le.Uint32(b[28:]),
		AckID:     le.Uint32(b[32:]),
		AckUID:    le.Uint32(b[36:]),
		AckSize:   le.Uint64(b[40:]),
		Data:      b[p2pHeader : p2pHeader+n : p2pHeader+n],
		App:       binary.BigEndian.Uint32(b[p2pHeader+n:]),
	}
	if length := le.Uint32(b[24:]); uint64(length) != uint64(n) {
		return P2P{}, malformed(KindP2P, "Length", 24, "it says "+strconv.FormatUint(uint64(length), 10)+" bytes of data, "+strconv.Itoa(n)+" are there")
	}
	if err := p.check(); err != nil {
		return P2P{}, err
	}
	return p, nil
}

// check holds what Offset, Total and the data say against each other.
func (p *P2P) check() error {
	n := uint64(len(p.Data))
	if n > MaxP2PData {
		return overLimit(KindP2P, "Length", n, MaxP2PData, " bytes")
	}
	if n > p.Total || p.Offset > p.Total-n {
		u := func(n uint64) string { return strconv.FormatUint(n, 10) }
		return malformed(KindP2P, "DataOffset", 8, u(n)+" bytes at "+u(p.Offset)+" of a message of "+u(p.Total))
	}
	return nil
}

// Append writes the message at the end of dst. With room in dst nothing is
// allocated. On an error, one that ParseP2P would give or codec.ErrHeader, dst
// is returned as it was.
func (p P2P) Append(dst []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return dst, err
	}
	w := begin(dst, KindP2P)
	w.optional("P2P-Dest", p.Dest)
	w.blank()
	le := binary.LittleEndian
	b := le.AppendUint32(w.dst, p.SessionID)
	b = le.AppendUint32(b, p.ID)
	b = le.AppendUint64(b, p.Offset)
	b = le.AppendUint64(b, p.Total)
	b = le.AppendUint32(b, uint32(len(p.Data)))
	b = le.AppendUint32(b, p.Flags)
	b = le.AppendUint32(b, p.AckID)
	b = le.AppendUint32(b, p.AckUID)
	b = le.AppendUint64(b, p.AckSize)
	b = append(b, p.Data...)
	w.dst = binary.BigEndian.AppendUint32(b, p.App)
	return w.end()
}

// Ack returns the acknowledgement of p, which was received and is the last
// piece of its message: to whom it goes, and the receiver's own next ID for it.
func (p P2P) Ack(to []byte, id uint32) P2P {
	return P2P{
		Dest:      to,
		SessionID: p.SessionID,
		ID:        id,
		Total:     p.Total,
		Flags:     FlagAck,
		AckID:     p.ID,
		AckUID:    p.AckID,
		AckSize:   p.Total,
	}
}

// Pieces cuts a message: p with all of its data in Data, Offset and Total of no
// account. Each piece has at most MaxP2PData bytes, a view of p.Data; a message
// without data is one piece.
func (p P2P) Pieces() iter.Seq[P2P] {
	return func(yield func(P2P) bool) {
		piece := p
		piece.Offset, piece.Total = 0, uint64(len(p.Data))
		for rest := p.Data; ; {
			n := min(len(rest), MaxP2PData)
			piece.Data, rest = rest[:n:n], rest[n:]
			if !yield(piece) || len(rest) == 0 {
				return
			}
			piece.Offset += uint64(n)
		}
	}
}
