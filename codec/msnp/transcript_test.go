package msnp_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// repeat makes the session say what the recorded client said, and compares.
func (p *player) repeat(line string) {
	p.t.Helper()
	f := strings.Fields(line)
	var out []byte
	var err error
	switch {
	case f[0] == "VER":
		out = p.s.Open(p.now, nil)
	case f[0] == "CVR", f[0] == "SYN" && p.s.State() == msnp.StateSync:
		out = p.s.Advance(p.now, nil)
	case f[0] == "USR":
		if f[3] == "S" {
			p.s.SetTicket(f[4])
		}
		out = p.s.Advance(p.now, nil)
	case f[0] == "PNG":
		out, err = p.s.Png(p.now, nil)
	case f[0] == "OUT":
		out = p.s.Out(p.now, nil)
	case f[0] == "CHG" && len(f) == 4:
		id, _ := strconv.ParseUint(f[3], 10, 32)
		out, err = p.s.Chg(msnp.ParseStatus([]byte(f[2])), uint32(id), p.now, nil)
	default:
		out, err = p.s.Ask(stepOf(f[0]), p.now, nil, f[2:]...)
	}
	if err != nil {
		p.t.Fatalf("%q: %v", line, err)
	}
	p.said(out, line)
}

func stepOf(verb string) msnp.Step {
	if verb == "ADD" { // as ADC is in MSNP8 and MSNP9
		return msnp.StepADC
	}
	for s := msnp.StepSYN; s.String() != "unknown"; s++ {
		if strings.HasPrefix(s.String(), strings.ToLower(verb)) {
			return s
		}
	}
	return msnp.StepNone
}

// TestRecordedSessions plays what Escargot's notification server said in
// recordings to sessions, which must say what the recorded client said, and find nothing wrong.
func TestRecordedSessions(t *testing.T) {
	for _, file := range []string{"escargot-01-login", "escargot-02-presence", "escargot-03-lists", "escargot-04-switchboard",
		"escargot-09-dialect-MSNP9", "jml-msnp10-vs-escargot"} {
		names, by := recording(file)
		for _, name := range names {
			if !strings.Contains(name, "NS") {
				continue
			}
			if said := by[name]; said[1].client { // CVR before the answer to VER, as no session does
				said[1], said[2] = said[2], said[1]
			}
			t.Run(file+" "+name, func(t *testing.T) { playRecorded(t, by[name]) })
		}
	}
}

func playRecorded(t *testing.T, said []spoken) {
	sw := &msnp.Software{Version: strings.Fields(said[2].text)[7], Dialects: strings.Fields(said[0].text)[2:]}
	sw.Dialects = sw.Dialects[:len(sw.Dialects)-1] // CVR0
	p := newPlayer(t, sw)
	p.s.Init(sw, strings.Fields(said[2].text)[9])
	var roster msnp.Roster
	asked, answered := 0, 0
	for _, x := range said {
		if x.client {
			p.repeat(x.text)
			if !strings.HasPrefix(x.text, "OUT") {
				asked++
			}
			continue
		}
		ev := p.event(x.text)
		switch ev.Kind {
		case msnp.KindFailed:
			if answered++; fmt.Sprint(ev.Code) != x.text[:3] || ev.Step <= msnp.StepSYN {
				t.Fatalf("%q made %v %v, code %d", x.text, ev.Kind, ev.Step, ev.Code)
			}
		case msnp.KindViolation, msnp.KindLate:
			t.Fatalf("%q made %v %v (%v)", x.text, ev.Kind, ev.Step, ev.Why)
		case msnp.KindAnswered:
			answered++
		}
		var c codec.Command
		syntax := codec.Syntax{From: codec.FromServer}
		if _, err := syntax.Parse(&c, []byte(x.text+"\r\n")); err != nil {
			t.Fatal(err)
		}
		if err := roster.Collect(&c, p.s.Dialect()); err != nil {
			t.Fatalf("%q: %v", x.text, err)
		}
	}
	for ev, ok := p.s.Abandon(); ok; ev, ok = p.s.Abandon() {
		if ev.Step != msnp.StepADC || said[len(said)-1].text != "ADC 52 RL N=user0050@example.com" { // there the server hung up
			t.Errorf("%v was not answered", ev.Step)
		}
		answered++
	}
	if asked != answered {
		t.Errorf("%d commands answered of %d", answered, asked)
	}
	if is, known := p.s.Migrated(); !is || !known {
		t.Error("ABCHMigrated: 1 not seen")
	}
	if len(roster.Contacts) < 10 || len(roster.Groups) < 2 || roster.Settings["BLP"] != "AL" {
		t.Errorf("roster of %d contacts, %d groups, settings %v", len(roster.Contacts), len(roster.Groups), roster.Settings)
	}
	if every := p.s.PingEvery().Seconds(); strings.Contains(fmt.Sprint(said), "QNG 60") && every != 60 {
		t.Errorf("ping every %v s", every)
	}
}

// TestSeedSession plays the example session of the project's page: a sign-in
// through a redirect, migration, and the return to the stored server.
func TestSeedSession(t *testing.T) {
	p := newPlayer(t, nil)
	p.s.Init(&msnp.Software{Version: "6.0.0602", KeepVersions: true}, "example@hotmail.com")
	p.s.SetVersions("15", "0")
	var kinds []msnp.Kind
	for _, x := range seed(t) {
		if x.client {
			p.repeat(x.text)
			continue
		}
		ev := p.event(x.text)
		kinds = append(kinds, ev.Kind)
		switch x.text {
		case "XFR 3 NS 10.0.0.5:1863 0 10.0.0.1:1863":
			p.state(msnp.StateRedirected)
		case "SYN 8 16 0 1 1":
			if p.s.Mode() != msnp.ModeM0 {
				t.Errorf("mode %v before the migration", p.s.Mode())
			}
		case "OUT MIG":
			if ev.Reason != msnp.ReasonMIG || p.s.Redirect() != "10.0.0.5:1863" {
				t.Errorf("OUT %v, stored server %q", ev.Reason, p.s.Redirect())
			}
			if list, settings := p.s.Versions(); list != "16" || settings != "0" {
				t.Errorf("versions %q %q", list, settings)
			}
		}
	}
	if p.s.Mode() != msnp.ModeM1 {
		t.Errorf("mode %v after the migration", p.s.Mode())
	}
	const stamp = "2024-09-28T17:18:18.6400000-07:00"
	if list, settings := p.s.Versions(); list != stamp || settings != stamp {
		t.Errorf("versions %q %q", list, settings)
	}
	for _, k := range kinds {
		if k == msnp.KindViolation || k == msnp.KindFailed {
			t.Errorf("events %v", kinds)
			break
		}
	}
	if _, left := p.s.Abandon(); left {
		t.Error("a command was left without an answer")
	}
}

// seed reads the page's session. Its continuation lines are joined, and the
// length of its profile is that of the page's text.
func seed(t *testing.T) (said []spoken) {
	t.Helper()
	data, err := os.ReadFile("../../corpus/session/seed.txt")
	if err != nil {
		t.Fatal(err)
	}
	var payload []string
	message := -1
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "C: "), strings.HasPrefix(line, "S: "):
			said = append(said, spoken{line[0] == 'C', line[3:]})
			if strings.HasPrefix(line, "S: MSG ") {
				message, payload = len(said)-1, nil
			}
		case strings.HasPrefix(line, ".. "):
			said[len(said)-1].text += " " + line[3:]
		case message >= 0:
			payload = append(payload, line)
			if line == "" {
				body := strings.Join(payload, "\r\n") + "\r\n"
				said[message].text = fmt.Sprintf("MSG Hotmail Hotmail %d\r\n%s", len(body), body)
				message = -1
			}
		}
	}
	return said
}
