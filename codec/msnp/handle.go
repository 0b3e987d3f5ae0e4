package msnp

import (
	"time"

	"nudge/codec"
)

// Handle takes one command of the server and says what it meant. It appends
// nothing but the answer to a challenge. The command is only read, and not
// kept. No input makes it panic; it does not allocate but for the challenge,
// the redirect and a changed account name of a sign-in.
func (s *Session) Handle(c *codec.Command, now time.Duration, out []byte) (Event, []byte) {
	switch c.Verb {
	case codec.NLN, codec.FLN, codec.ILN:
		return s.presence(c), out
	case codec.QNG:
		return s.pong(c), out
	case codec.LST, codec.LSG, codec.BPR:
		return s.listed(c), out
	case codec.GTC, codec.BLP, codec.PRP:
		if !c.HasTrID() {
			return s.listed(c), out
		}
	case codec.CHL:
		return s.challenged(c, now, out)
	case codec.MSG:
		return s.message(c), out
	case codec.OUT:
		return s.signedOut(c), out
	}
	if code := c.Verb.Code(); code != 0 {
		return s.refused(c, code), out
	}
	if !known(c.Verb) {
		return Event{Kind: KindUnasked, TrID: c.TrID}, out
	}
	if !c.HasTrID() || c.TrID == 0 {
		return s.unasked(c), out
	}
	return s.reply(c), out
}

// unasked takes what a server says by itself, without TrID or with TrID 0
// (§1.2). SBS (R), UBX and GCF belong to later dialects and are put up with.
func (s *Session) unasked(c *codec.Command) Event {
	ev := Event{Kind: KindUnasked, TrID: c.TrID}
	switch {
	case c.Verb == codec.XFR:
		return s.moved(c)
	case c.Verb == codec.CHG:
		ev.Status = ParseStatus(c.Arg(0))
	case c.Verb == codec.ADC || c.Verb == codec.ADD || c.Verb == codec.REM:
		return s.edited(c)
	case c.Verb == codec.RNG:
		return s.rung(c)
	case replyOnly(c.Verb):
		return violation(WhyTrID, c)
	case !fromNotification(c.Verb):
		return violation(WhyVerb, c)
	}
	return ev
}

// replyOnly names the verbs that answer a sign-in or SYN and nothing else, so
// that without a TrID of ours they mean nothing.
func replyOnly(v codec.Verb) bool {
	switch v {
	case codec.VER, codec.CVR, codec.USR, codec.SYN:
		return true
	}
	return false
}

// known reports whether the verb stands in the page at all. One that does not
// is a later dialect's or the server's own, and nothing to break off for; a
// number behind it need not be a TrID.
func known(v codec.Verb) bool {
	_, server := codec.RuleOf(v, codec.FromServer)
	_, client := codec.RuleOf(v, codec.FromClient)
	return server || client
}

// fromNotification reports whether a notification server may send the verb: if
// a server may at all, and it isn't one of the switchboard's (§9).
func fromNotification(v codec.Verb) bool {
	switch v {
	case codec.ANS, codec.IRO, codec.CAL, codec.JOI, codec.BYE, codec.ACK, codec.NAK:
		return false
	}
	_, ok := codec.RuleOf(v, codec.FromServer)
	return ok
}

// reply takes a command with a TrID. It ends the step, well formed or not.
func (s *Session) reply(c *codec.Command) Event {
	w := s.find(c.TrID)
	if w == nil {
		return s.stray(c)
	}
	ev := Event{Kind: KindAnswered, Step: w.step, TrID: c.TrID, Sent: w.sent}
	wanted, list := w.status, w.list
	tooLate := s.tooLate(w)
	if w.step == StepSYN && c.Verb == codec.SYN {
		return s.synced(c, w, ev)
	}
	*w = wait{}
	switch {
	case tooLate:
		ev.Kind = KindLate
		return ev
	case !ev.Step.answeredBy(c.Verb):
		return s.broken(ev, WhyReply)
	}
	switch ev.Step {
	case StepVER:
		return s.versionAnswered(c, ev)
	case StepCVR:
		s.become(StateUser)
	case StepUSRI, StepUSRS:
		return s.userAnswered(c, ev)
	case StepCHG:
		// The reply echoes the request (§5.1); id and object may be spelt anew.
		if ev.Status = ParseStatus(c.Arg(0)); ev.Status != wanted {
			return s.broken(ev, WhyReply)
		}
	case StepADC, StepREM:
		var e Edit
		if ParseEdit(c, s.dialect, &e) != nil || e.List != list {
			return s.broken(ev, WhyReply)
		}
		ev.Email = e.Email
	case StepXFR:
		if string(c.Arg(0)) != "SB" {
			return s.broken(ev, WhyReply)
		}
	}
	return ev
}

// tooLate reports whether a reply can't matter any more: it was given up, or it
// is of a sign-in that was moved, reset or ended by OUT meanwhile.
func (s *Session) tooLate(w *wait) bool {
	return w.mark == late || w.step.signIn() && s.state != steps[w.step].state
}

// broken makes the event of a reply that is wrong. Its step is over.
func (s *Session) broken(ev Event, why Why) Event {
	ev.Kind, ev.Why = KindViolation, why
	s.stop(ev.Step)
	return ev
}

// stray judges a reply that nothing waits for.
func (s *Session) stray(c *codec.Command) Event {
	switch {
	case !s.wasSent(c.TrID):
		return violation(WhyTrID, c)
	case s.mayBeLate(c.TrID):
		return Event{Kind: KindLate, TrID: c.TrID}
	}
	return violation(WhyTwice, c)
}

// refused takes a numeric reply. One with TrID 0, or none, belongs to no
// command (§11), and an error line may come for any TrID at any time (§0 rule
// 5), so also for one that was answered before: both are Unasked, with their
// Code. A TrID that was never sent is a violation.
func (s *Session) refused(c *codec.Command, code int) Event {
	w := s.find(c.TrID)
	switch {
	case w != nil:
	case c.TrID == 0 || s.wasSent(c.TrID) && !s.mayBeLate(c.TrID):
		return Event{Kind: KindUnasked, TrID: c.TrID, Code: code}
	default:
		ev := s.stray(c)
		ev.Code = code
		return ev
	}
	ev := Event{Kind: KindFailed, Step: w.step, TrID: c.TrID, Code: code, Sent: w.sent}
	if s.tooLate(w) {
		ev.Kind = KindLate
	}
	if c.TrID == s.synTrID {
		s.synTrID, s.contactsLeft = 0, 0
	}
	*w = wait{}
	if ev.Kind == KindFailed {
		s.stop(ev.Step)
	}
	return ev
}

// signedOut takes the server's OUT.
func (s *Session) signedOut(c *codec.Command) Event {
	ev := Event{Kind: KindSignedOut}
	switch string(c.Arg(0)) {
	case "":
	case "OTH":
		ev.Reason = ReasonOTH
	case "SSD", "SDH": // J looks for SDH (§7.3)
		ev.Reason = ReasonSSD
	case "MIG":
		ev.Reason = ReasonMIG
		s.SetVersions("", "") // numbers mean nothing to a migrated account (§8)
	case "TOU":
		ev.Reason = ReasonTOU
	case "RCT":
		ev.Reason = ReasonRCT
		if n, ok := codec.ParseUint(c.Arg(1)); ok {
			ev.Code = int(min(n, 24*60))
		}
	default:
		ev.Reason = ReasonOther
	}
	s.become(StateOut)
	return ev
}
