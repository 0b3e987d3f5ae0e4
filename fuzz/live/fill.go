package live

import (
	"context"
	"strconv"
	"strings"

	"nudge/codec/msnp"
)

// learned is what an account was told, for the fields of its commands.
type learned struct {
	challenge string // of USR TWN S
	chl       string // of CHL
	cookie    string // of XFR SB
	board     string // its address
	sentTo    string // address of XFR NS
	call      string // session id
	contact   string // id of the last contact added
	group     string // id of the last group made
	list      string
	settings  string
}

// filled is what is written for a command.
type filled struct {
	bytes []byte
	bad   bool // a field had nothing to stand for it, and got what no client would write
}

// productKey answers challenges to the product that scripts name (§7.2).
const productKey = "Q1P7W2E4J9R8U3S5"

// fill writes a command for a connection.
func (a *actor) fill(ctx context.Context, l *link, c *command) (filled, error) {
	var f filled
	var payload []byte
	if c.payload != nil {
		var err error
		if payload, err = a.fillWord(ctx, &f, nil, l, c.payload, 0); err != nil {
			return f, err
		}
	}
	length := max(len(payload)+c.lie, -len(payload)-1)
	for i, w := range c.words {
		if i > 0 {
			f.bytes = append(f.bytes, ' ')
		}
		var err error
		if f.bytes, err = a.fillWord(ctx, &f, f.bytes, l, w, length); err != nil {
			return f, err
		}
	}
	f.bytes = append(append(f.bytes, c.end...), payload...)
	return f, nil
}

func (a *actor) fillWord(ctx context.Context, f *filled, dst []byte, l *link, w word, length int) ([]byte, error) {
	for _, p := range w {
		switch p.field {
		case fieldNone:
			dst = append(dst, p.text...)
		case fieldTrID:
			l.trid++
			dst = strconv.AppendUint(dst, uint64(l.trid), 10)
		case fieldLength:
			dst = strconv.AppendInt(dst, int64(length), 10)
		case fieldTicket:
			ticket, err := a.ticket(ctx, f)
			if err != nil {
				return dst, err
			}
			dst = append(dst, ticket...)
		case fieldAnswer:
			f.bad = f.bad || a.chl == ""
			r := msnp.ChallengeResponse([]byte(a.chl), productKey)
			dst = append(dst, r[:]...)
		default:
			dst = append(dst, a.value(f, p.field)...)
		}
	}
	return dst, nil
}

// value is what a field stands for that needs nothing but what is known.
func (a *actor) value(f *filled, field field) string {
	known := func(s, otherwise string) string {
		if s == "" {
			f.bad = true
			return otherwise
		}
		return s
	}
	switch field {
	case fieldEmail:
		return a.Email
	case fieldPeer:
		return a.peer
	case fieldStranger:
		return a.stranger
	case fieldMark:
		return a.mark
	case fieldCookie:
		return known(a.cookie, "17262740.1088004000.31577")
	case fieldCall:
		return known(a.call, "11752013")
	case fieldContact:
		return known(a.contact, a.peer)
	case fieldGroup:
		return known(a.group, "0")
	case fieldList:
		return known(a.list, "0")
	case fieldSettings:
		return known(a.settings, "0")
	}
	return ""
}

// ticket gets one for the last challenge. Without a challenge there is none to be had.
func (a *actor) ticket(ctx context.Context, f *filled) (string, error) {
	if a.challenge == "" {
		f.bad = true
		return "t=none&p=", nil
	}
	if a.Account.Ticket != "" {
		return a.Account.Ticket, nil
	}
	ticket, err := a.b.f.Ticket(ctx, a.Account, a.challenge)
	if err != nil {
		return "", ticketError{err}
	}
	return ticket, nil
}

// contactID is the id of the account's peer, as the lists have it.
func (a *actor) contactID() string {
	for i := range a.roster.Contacts {
		x := &a.roster.Contacts[i]
		if x.Lists&msnp.FL != 0 && strings.EqualFold(x.Email, a.peer) {
			if x.ID == "" {
				return x.Email
			}
			return x.ID
		}
	}
	return ""
}
