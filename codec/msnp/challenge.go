package msnp

import (
	"crypto/md5"
	"encoding/hex"
	"time"

	"nudge/codec"
)

// maxChallenge is the longest challenge that is answered; real ones have 20
// digits.
const maxChallenge = 256

// ChallengeResponse returns what QRY carries: MD5 of challenge and product key,
// one after the other, in lower-case hexadecimal (§7.2).
func ChallengeResponse(challenge []byte, key string) (r [2 * md5.Size]byte) {
	var fixed [2 * maxChallenge]byte
	sum := md5.Sum(append(append(fixed[:0], challenge...), key...))
	hex.Encode(r[:], sum[:])
	return r
}

// challenged answers CHL with QRY, which is waited for like any command. A CHL
// with a TrID of ours is also the answer to our own.
func (s *Session) challenged(c *codec.Command, now time.Duration, out []byte) (Event, []byte) {
	ev := Event{TrID: c.TrID}
	if c.HasTrID() && c.TrID != 0 {
		if ev = s.reply(c); ev.Kind == KindViolation {
			return ev, out
		}
	}
	why := WhyNone
	challenge := c.Arg(0)
	w := s.room(StepQRY)
	switch {
	case s.flags&signedIn == 0:
		why = WhyEarly
	case len(challenge) == 0 || len(challenge) > maxChallenge:
		why = WhySyntax
	case w == nil:
		why = WhyChallenges
	}
	if why != WhyNone {
		ev.Kind, ev.Why = KindViolation, why
		return ev, out
	}
	product, key := s.sw.product()
	response := ChallengeResponse(challenge, key)
	l := codec.Begin(out, codec.QRY)
	l.TrID(s.nextID()).Arg(product)
	b, err := l.EndPayload(response[:])
	if err != nil { // a product id with a space in it
		s.take(w, wait{sent: now, step: StepQRY, mark: unwritten})
		return ev, out
	}
	s.wrote(w, StepQRY, now)
	return ev, b
}
