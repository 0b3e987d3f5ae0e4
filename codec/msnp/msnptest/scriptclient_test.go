package msnptest

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

func netipMust(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// begun is the moment that a session counts from.
var begun = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ask has the session write a command of the script, and returns what it wrote.
// Names may be spelt otherwise (§1.5), and TrIDs are the session's.
func (c *party) ask(p *player, line, payload string) string {
	p.t.Helper()
	word := strings.Fields(line)
	out, err := c.write(word, []byte(payload))
	if err != nil {
		p.fatalf("the session, asked for %q: %v", line, err)
	}
	got, _, _ := strings.Cut(string(out), "\r\n")
	if len(word) > 1 {
		trid := strings.Fields(got)
		if len(trid) < 2 {
			p.fatalf("the session, asked for %q, writes %q", line, out)
		}
		c.trids[word[1]], word[1] = trid[1], trid[1]
	}
	if want := strings.Join(word, " "); plain(got) != plain(want) {
		p.errorf("the session writes %q, want %q", got, want)
	}
	return string(out)
}

func plain(s string) string { return string(codec.AppendUnescape(nil, []byte(s))) }

// write calls what writes a command.
func (c *party) write(word []string, payload []byte) ([]byte, error) {
	s, now := c.session, time.Since(begun)
	arg := func(i int) string {
		if i >= len(word) {
			return ""
		}
		if before, value, ok := strings.Cut(word[i], "="); ok && len(before) == 1 {
			return plain(value)
		}
		return plain(word[i])
	}
	p9 := s.Dialect() < msnp.MSNP10
	list := msnp.Lists(listBits[arg(2)])
	switch word[0] {
	case "VER":
		s.Software().Dialects = word[2 : len(word)-1]
		return s.Open(now, nil), nil
	case "CVR":
		return s.Advance(now, nil), nil
	case "SYN":
		if s.State() != msnp.StateSync {
			return s.Ask(msnp.StepSYN, now, nil, word[2:]...)
		}
		s.SetVersions(arg(2), arg(3))
		return s.Advance(now, nil), nil
	case "USR":
		if word[3] == "S" {
			s.SetTicket(word[4])
		}
		return s.Advance(now, nil), nil
	case "PNG":
		return s.Png(now, nil)
	case "OUT":
		return s.Out(now, nil), nil
	case "ADD":
		switch {
		case list != msnp.FL:
			return s.AddTo(list, arg(3), now, nil)
		case len(word) > 5:
			return s.AddToGroup(arg(3), arg(4), arg(5), now, nil)
		}
		return s.AddContact(arg(3), arg(4), now, nil)
	case "ADC":
		switch {
		case list != msnp.FL:
			return s.AddTo(list, arg(3), now, nil)
		case strings.HasPrefix(word[3], "C="):
			return s.AddToGroup(arg(3), "", arg(4), now, nil)
		}
		return s.AddContact(arg(3), arg(4), now, nil)
	case "REM":
		return s.Remove(list, arg(3), arg(4), now, nil)
	case "ADG":
		return s.AddGroup(arg(2), now, nil)
	case "REG":
		return s.RenameGroup(arg(2), arg(3), now, nil)
	case "RMG":
		return s.RemoveGroup(arg(2), now, nil)
	case "SBP":
		return s.SetContact(arg(2), arg(3), arg(4), now, nil)
	case "REA":
		if arg(2) == s.Email() {
			return s.SetProperty("MFN", arg(3), now, nil)
		}
		return s.SetContact(arg(2), "MFN", arg(3), now, nil)
	case "PRP":
		if p9 && arg(2) == "MFN" { // which no client of ours asks for
			return s.Ask(msnp.StepPRP, now, nil, word[2:]...)
		}
		return s.SetProperty(arg(2), arg(3), now, nil)
	case "GTC":
		return s.SetGTC(arg(2), now, nil)
	case "BLP":
		return s.SetBLP(arg(2), now, nil)
	}
	return c.writeOther(word, payload)
}

func (c *party) writeOther(word []string, payload []byte) ([]byte, error) {
	s, now := c.session, time.Since(begun)
	if word[0] == "CHG" && len(word) == 4 {
		if id, err := strconv.ParseUint(word[3], 10, 32); err == nil {
			return s.Chg(msnp.ParseStatus([]byte(word[2])), uint32(id), now, nil)
		}
	}
	for step := msnp.StepNone; step.String() != "unknown"; step++ {
		if name := step.String(); name == strings.ToLower(word[0]) || name == "xfr_sb" && word[0] == "XFR" {
			if len(payload) > 0 {
				return s.AskPayload(step, payload, now, nil, word[2:len(word)-1]...)
			}
			return s.Ask(step, now, nil, word[2:]...)
		}
	}
	return nil, msnp.ErrState
}

// judge has the session take a command of the server, and finds the mode.
func (c *party) judge(p *player, cmd *codec.Command, text string) {
	if c.session != nil {
		ev, out := c.session.Handle(cmd, time.Since(begun), nil)
		switch {
		case ev.Kind == msnp.KindViolation || ev.Kind == msnp.KindLate:
			p.errorf("the session takes %q for %v (%v)", text, ev.Kind, ev.Why)
		case ev.Kind == msnp.KindFailed && ev.Code == 0:
			p.errorf("the session finds %q to be in vain (%v)", text, ev.Why)
		}
		if len(out) > 0 {
			p.note(c, codec.VerbOf(string(out[:3])), codec.FromClient)
			go c.nc.Write(out)
		}
	}
	switch {
	case cmd.Verb == codec.VER && (string(cmd.Arg(0)) == "MSNP8" || string(cmd.Arg(0)) == "MSNP9"):
		c.mode = msnp.ModeP9
	case cmd.Verb == codec.MSG && c.mode != msnp.ModeP9 && strings.Contains(text, "\r\nABCHMigrated: 0"):
		c.mode = msnp.ModeM0
	case cmd.Verb == codec.MSG && c.mode != msnp.ModeP9 && strings.Contains(text, "\r\nABCHMigrated: 1"):
		c.mode = msnp.ModeM1
	}
	if c.session != nil && c.mode != 0 && c.session.Mode() != c.mode {
		p.errorf("the session is in mode %v, want %v", c.session.Mode(), c.mode)
	}
}

// settle ends a connection for the session, to which no answer may be due, but
// for what has none; and notes its commands under its mode.
func (c *party) settle(p *player) {
	modes := []msnp.Mode{c.mode}
	if c.mode == msnp.ModeUnknown { // left before the profile
		modes = []msnp.Mode{msnp.ModeUnknown, msnp.ModeM0, msnp.ModeM1}
	}
	for _, u := range c.used {
		for _, m := range modes {
			u.mode = m
			p.serverSide[u] = true
			if c.session != nil {
				p.clientSide[u] = true
			}
		}
	}
	c.used = nil
	if c.session == nil {
		return
	}
	for ev, ok := c.session.Abandon(); ok; ev, ok = c.session.Abandon() {
		if !c.over && !slices.Contains([]msnp.Step{msnp.StepPGD, msnp.StepPAG}, ev.Step) {
			p.errorf("%v has no answer", ev.Step)
		}
	}
}

// renumbered is a line of the server with the TrID that the session chose.
func (c *party) renumbered(line string) string {
	word := strings.SplitN(line, " ", 3)
	if len(word) < 2 || slices.Contains(untold, word[0]) {
		return line
	}
	if trid, ok := c.trids[word[1]]; ok {
		word[1] = trid
	}
	return strings.Join(word, " ")
}

// untold are the verbs of servers that have no TrID (§1.2).
var untold = []string{"NLN", "FLN", "BPR", "QNG", "OUT", "RNG", "MSG", "NOT", "IPG", "LSG", "LST"}
