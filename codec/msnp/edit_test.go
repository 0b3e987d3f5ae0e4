package msnp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// codecRefuses stands for an argument that can't be written in the dialect.
const codecRefuses = "refused"

// TestEditsAreWrittenAsTheDialectHasThem is §13.3, §13.5 and §13.6 from the client's side.
func TestEditsAreWrittenAsTheDialectHasThem(t *testing.T) {
	type ask = func(s *msnp.Session) ([]byte, error)
	const now = time.Second
	for _, tt := range []struct {
		name        string
		ask         ask
		ten, nine   string // "": not in the dialect
		answer10    string
		answer9     string
		step        msnp.Step
		wrongAnswer string
	}{
		{"contact", func(s *msnp.Session) ([]byte, error) { return s.AddContact("e@x.com", "Erin é", now, nil) },
			"ADC 6 FL N=e@x.com F=Erin%20%C3%A9", "ADD 6 FL e@x.com Erin%20%C3%A9",
			"ADC 6 FL N=e@x.com F=x C=1-2", "ADD 6 FL 42 e@x.com x", msnp.StepADC, "ADC 6 AL N=e@x.com"},
		{"into a group", func(s *msnp.Session) ([]byte, error) { return s.AddToGroup("id", "Erin", "2", now, nil) },
			"ADC 6 FL C=id 2", "ADD 6 FL id Erin 2", "ADC 6 FL C=id 2", "ADD 6 FL 42 id Erin 2", msnp.StepADC, "ADC 6 FL"},
		{"AL", func(s *msnp.Session) ([]byte, error) { return s.AddTo(msnp.AL, "e@x.com", now, nil) },
			"ADC 6 AL N=e@x.com", "ADD 6 AL e@x.com e@x.com", "ADC 6 AL N=e@x.com", "ADC 6 AL N=e@x.com", msnp.StepADC, "ADC 6 BL N=e@x.com"},
		{"RL", func(s *msnp.Session) ([]byte, error) { return s.AddTo(msnp.RL, "e@x.com", now, nil) },
			"ADC 6 RL N=e@x.com", "", "ADC 6 RL N=e@x.com", "", msnp.StepADC, "REM 6 RL e@x.com"},
		{"off BL", func(s *msnp.Session) ([]byte, error) { return s.Remove(msnp.BL, "e@x.com", "", now, nil) },
			"REM 6 BL e@x.com", "REM 6 BL e@x.com", "REM 6 BL e@x.com", "REM 6 BL 42 e@x.com", msnp.StepREM, "REM 6 AL e@x.com"},
		{"off PL", func(s *msnp.Session) ([]byte, error) { return s.Remove(msnp.PL, "e@x.com", "", now, nil) },
			"REM 6 PL e@x.com", "", "REM 6 PL e@x.com", "", msnp.StepREM, "REM 6 e@x.com"},
		{"out of a group", func(s *msnp.Session) ([]byte, error) { return s.Remove(msnp.FL, "id", "2", now, nil) },
			"REM 6 FL id 2", "REM 6 FL id 2", "REM 6 FL id 2", "REM 6 FL 42 id 2", msnp.StepREM, "ADC 6 FL C=id"},
		{"group", func(s *msnp.Session) ([]byte, error) { return s.AddGroup("Chess club", now, nil) },
			"ADG 6 Chess%20club", "ADG 6 Chess%20club 0", "ADG 6 Chess%20club 2", "ADG 6 42 Chess%20club 2 0", msnp.StepADG, "REG 6 x"},
		{"group renamed", func(s *msnp.Session) ([]byte, error) { return s.RenameGroup("2", "Chess", now, nil) },
			"REG 6 2 Chess", "REG 6 2 Chess 0", "REG 6 2 Chess", "REG 6 42 2 Chess 0", msnp.StepREG, "ADG 6 x"},
		{"group removed", func(s *msnp.Session) ([]byte, error) { return s.RemoveGroup("2", now, nil) },
			"RMG 6 2", "RMG 6 2", "RMG 6 2", "RMG 6 42 2", msnp.StepRMG, "REM 6 x"},
		{"name of a contact", func(s *msnp.Session) ([]byte, error) { return s.SetContact("id", "MFN", "Erin E", now, nil) },
			"SBP 6 id MFN Erin%20E", "REA 6 id Erin%20E", "SBP 6 id MFN Erin%20E", "REA 6 42 id Erin%20E", msnp.StepSBP, "PRP 6 MFN x"},
		{"MOB of a contact", func(s *msnp.Session) ([]byte, error) { return s.SetContact("id", "MOB", "Y", now, nil) },
			"SBP 6 id MOB Y", "", "SBP 6 id MOB Y", "", msnp.StepSBP, "CHG 6 NLN"},
		{"own name", func(s *msnp.Session) ([]byte, error) { return s.SetProperty("MFN", "Alice A", now, nil) },
			"PRP 6 MFN Alice%20A", "REA 6 alice@example.com Alice%20A", "PRP 6 MFN Alice%20A", "REA 6 42 alice@example.com Alice%20A", msnp.StepPRP, "SBP 6 id MFN x"},
		{"contact without name", func(s *msnp.Session) ([]byte, error) { return s.AddContact("e@x.com", "", now, nil) },
			"ADC 6 FL N=e@x.com", codecRefuses, "ADC 6 FL N=e@x.com F=e C=1", "", msnp.StepADC, "ADC 6 RL N=e@x.com"},
		{"MOB of a contact cleared", func(s *msnp.Session) ([]byte, error) { return s.SetContact("id", "MOB", "", now, nil) },
			"SBP 6 id MOB", "", "SBP 6 id MOB", "", msnp.StepSBP, "PRP 6 MOB"},
		{"no name of a contact", func(s *msnp.Session) ([]byte, error) { return s.SetContact("id", "MFN", "", now, nil) },
			"SBP 6 id MFN", codecRefuses, "SBP 6 id MFN", "", msnp.StepSBP, "PRP 6 MFN"},
		{"GTC", func(s *msnp.Session) ([]byte, error) { return s.SetGTC("N", now, nil) },
			"GTC 6 N", "GTC 6 N", "GTC 6 N", "GTC 6 42 N", msnp.StepGTC, "BLP 6 N"},
		{"BLP", func(s *msnp.Session) ([]byte, error) { return s.SetBLP("BL", now, nil) },
			"BLP 6 BL", "BLP 6 BL", "BLP 6 BL", "BLP 6 42 BL", msnp.StepBLP, "GTC 6 BL"},
		{"phone cleared", func(s *msnp.Session) ([]byte, error) { return s.SetProperty("PHH", "", now, nil) },
			"PRP 6 PHH", "PRP 6 PHH", "PRP 6 PHH", "PRP 6 42 PHH", msnp.StepPRP, "GTC 6 A"},
	} {
		for _, in := range []struct{ dialect, want, answer string }{{"MSNP10", tt.ten, tt.answer10}, {"MSNP9", tt.nine, tt.answer9}} {
			t.Run(tt.name+" in "+in.dialect, func(t *testing.T) {
				p := newPlayer(t, &msnp.Software{Dialects: []string{in.dialect}}).upTo(msnp.StateOnline)
				b, err := tt.ask(&p.s)
				if in.want == "" || in.want == codecRefuses {
					if refused := err == codec.ErrWord; len(b) > 0 || refused != (in.want == codecRefuses) || !refused && err != msnp.ErrDialect {
						t.Errorf("%q, %v", b, err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				p.said(b, in.want)
				p.answered(in.answer, tt.step)
				if in.dialect == "MSNP10" {
					p := newPlayer(t, &msnp.Software{Dialects: []string{in.dialect}}).upTo(msnp.StateOnline)
					tt.ask(&p.s)
					if ev, _ := p.hear(tt.wrongAnswer); ev.Kind != msnp.KindViolation {
						t.Errorf("%q made %v", tt.wrongAnswer, ev.Kind)
					}
				}
			})
		}
	}
}

func TestParseEdit(t *testing.T) {
	for _, tt := range []struct {
		line                   string
		dialect                msnp.Dialect
		list                   msnp.Lists
		email, name, id, group string
	}{
		{"ADC 20 FL N=e@x.com F=E C=1-2", 10, msnp.FL, "e@x.com", "E", "1-2", ""},
		{"ADC 20 FL C=1-2 N=e@x.com", 10, msnp.FL, "e@x.com", "", "1-2", ""},
		{"ADC 20 FL C=1-2 3-4", 10, msnp.FL, "", "", "1-2", "3-4"},
		{"ADC 20 FL C=e@x.com 2", 10, msnp.FL, "", "", "e@x.com", "2"},
		{"ADC 0 RL N=e@x.com F=E", 10, msnp.RL, "e@x.com", "E", "", ""},
		{"ADC 20 AL e@x.com", 10, msnp.AL, "e@x.com", "", "e@x.com", ""},
		{"ADD 20 FL 42 e@x.com E 2", 9, msnp.FL, "e@x.com", "E", "e@x.com", "2"},
		{"ADD 0 RL 42 e@x.com E", 8, msnp.RL, "e@x.com", "E", "e@x.com", ""},
		{"ADC 20 AL 42 N=e@x.com", 10, msnp.AL, "e@x.com", "", "", ""}, // versions in M0 (§12.12)
		{"ADC 20 FL 42 C=e@x.com 2", 10, msnp.FL, "", "", "e@x.com", "2"},
		{"ADC 20 FL X=1 N=e@x.com F= Y=", 10, msnp.FL, "e@x.com", "", "", ""},
		{"ADC 20 FL F=E 3-4 C=1-2 9", 10, msnp.FL, "", "E", "1-2", "3-4"},
		{"ADD 20 FL 42 e@x.com C=3 2", 9, msnp.FL, "e@x.com", "C=3", "e@x.com", "2"}, // a name like an attribute
		{"ADD 20 FL e@x.com 42 2", 9, msnp.FL, "e@x.com", "42", "e@x.com", "2"},
		{"REM 20 AL 42 e@x.com", 10, msnp.AL, "e@x.com", "", "", ""},
		{"REM 20 FL 42 e@x.com", 10, msnp.FL, "e@x.com", "", "e@x.com", ""},
		{"REM 20 FL 42 7 1", 10, msnp.FL, "", "", "7", "1"},
		{"REM 20 FL 7 1", 10, msnp.FL, "", "", "7", "1"}, // an opaque id
		{"REM 0 FL 1-2", 10, msnp.FL, "", "", "1-2", ""},
		{"ADC 20 AL N=e@x.com", 9, msnp.AL, "e@x.com", "", "", ""},
		{"REM 20 FL 1-2", 10, msnp.FL, "", "", "1-2", ""},
		{"REM 20 FL e@x.com 0", 10, msnp.FL, "e@x.com", "", "e@x.com", "0"},
		{"REM 0 RL N=e@x.com", 10, msnp.RL, "e@x.com", "", "", ""},
		{"REM 20 PL e@x.com", 10, msnp.PL, "e@x.com", "", "", ""},
		{"REM 20 FL 42 e@x.com 1", 9, msnp.FL, "e@x.com", "", "e@x.com", "1"},
		{"REM 20 BL 42 e@x.com", 9, msnp.BL, "e@x.com", "", "", ""},
	} {
		c := parsed(t, tt.line)
		var e msnp.Edit
		if err := msnp.ParseEdit(c, tt.dialect, &e); err != nil {
			t.Errorf("%q: %v", tt.line, err)
			continue
		}
		if e.List != tt.list || string(e.Email) != tt.email || string(e.Name) != tt.name || string(e.ID) != tt.id || string(e.Group) != tt.group {
			t.Errorf("%q: %v %q %q %q %q", tt.line, e.List, e.Email, e.Name, e.ID, e.Group)
		}
	}
	for _, line := range []string{"ADC 20 FL", "ADC 20 XL N=e@x.com", "REM 20", "REM 20 FL", "CHG 20 FL x", "ADC 20 FL F=x", "ADD 20 AL N="} {
		var e msnp.Edit
		if err := msnp.ParseEdit(parsed(t, line), 10, &e); err != msnp.ErrMalformed {
			t.Errorf("%q: %+v, %v", line, e, err)
		}
	}
}

func TestGroupID(t *testing.T) {
	for line, want := range map[string]string{
		"ADG 6 Chess%20club 2":      "2",
		"ADG 6 42 Chess%20club 2 0": "2",
		"ADG 6 Chess%20club 1-2 0":  "1-2",
		"ADG 6 1 Chess%20club 1-2":  "1-2",
		"ADG 6 Ch%65ss%20club 7":    "7",
		"ADG 6 x Chess%20club 1-2":  "1-2",
		"ADG 6 other 7":             "",
		"ADG 6 Chess%20club":        "",
	} {
		if got := msnp.GroupID(parsed(t, line), "Chess club"); string(got) != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestGroupIDBesideAVersionThatIsTheName: in each form of §6.5.
func TestGroupIDBesideAVersionThatIsTheName(t *testing.T) {
	for line, want := range map[string]string{
		"ADG 6 1 2-2":   "2-2",
		"ADG 6 1 2-2 0": "2-2",
		"ADG 6 1 1 2-2": "2-2",
		"ADG 6 1 1 2 0": "2",
		"ADG 6 1 1":     "1",
		"ADG 6 1 1 0":   "1",
		"ADG 6 1 1 1 0": "1",
		"ADG 6 7 1 1 0": "1",
	} {
		if got := msnp.GroupID(parsed(t, line), "1"); string(got) != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// edits are all methods that write one, with arguments that every dialect can write but for the first.
var edits = map[string]func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error){
	"AddContact": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.AddContact(first, "x", now, out)
	},
	"AddToGroup": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.AddToGroup(first, "x", "1", now, out)
	},
	"AddTo": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.AddTo(msnp.AL, first, now, out)
	},
	"Remove": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.Remove(msnp.FL, first, "", now, out)
	},
	"RenameGroup": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.RenameGroup(first, "x", now, out)
	},
	"RemoveGroup": (*msnp.Session).RemoveGroup,
	"SetContact": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.SetContact(first, "MFN", "x", now, out)
	},
	"SetProperty": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.SetProperty(first, "x", now, out)
	},
	"SetGTC": (*msnp.Session).SetGTC,
	"SetBLP": (*msnp.Session).SetBLP,
	"AddGroup": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.AddGroup(strings.Trim(first, " \r\n"), now, out) // a name is escaped, whatever is in it
	},
	"AskPayload": func(s *msnp.Session, first string, now time.Duration, out []byte) ([]byte, error) {
		return s.AskPayload(msnp.StepPGD, nil, now, out, first, "1")
	},
}

// TestEditsAreRefused without a trace: nothing is appended or waited for, and no TrID is used up.
func TestEditsAreRefused(t *testing.T) {
	for name, ask := range edits {
		for _, d := range []string{"MSNP10", "MSNP9"} {
			t.Run(name+" in "+d, func(t *testing.T) {
				sw := &msnp.Software{Dialects: []string{d}}
				p := newPlayer(t, sw).upTo(msnp.StateSync)
				out := []byte("before")
				if b, err := ask(&p.s, "x", 0, out); err != msnp.ErrState || string(b) != "before" {
					t.Errorf("before the SYN answer: %q, %v", b, err)
				}
				p = newPlayer(t, sw).upTo(msnp.StateOnline)
				for _, arg := range []string{"", " ", "\r\n"} {
					if b, err := ask(&p.s, arg, 0, out); err != codec.ErrWord || string(b) != "before" {
						t.Errorf("%q: %q, %v", arg, b, err)
					}
				}
				for range msnp.MaxOutstanding {
					if _, err := ask(&p.s, "x", 0, nil); err != nil {
						t.Fatal(err)
					}
				}
				if b, err := ask(&p.s, "x", 0, out); err != msnp.ErrFull || string(b) != "before" {
					t.Errorf("past the limit: %q, %v", b, err)
				}
				ev, _ := p.hear("201 6")
				if ev.Kind != msnp.KindFailed || ev.Code != 201 {
					t.Errorf("the first TrID is not 6: %v", ev.Kind)
				}
			})
		}
	}
	p := online(t)
	for _, list := range []msnp.Lists{0, msnp.FL, msnp.PL, msnp.AL | msnp.BL, 32} {
		if b, err := p.s.AddTo(list, "x", 0, nil); err != msnp.ErrDialect || b != nil {
			t.Errorf("adding to %d: %q, %v", list, b, err)
		}
	}
	if b, err := p.s.Remove(msnp.RL, "x", "", 0, nil); err != msnp.ErrDialect || b != nil {
		t.Errorf("removing from RL: %q, %v", b, err)
	}
}

// TestAskPayload: SDC is answered, PGD and PAG only if refused (§7.7).
func TestAskPayload(t *testing.T) {
	p := online(t)
	b, err := p.s.AskPayload(msnp.StepSDC, []byte("Come in"), 0, nil, "e@x.com", "0x0409", "MSMSGS", "MSMSGS", "X", "X", "Alice")
	if err != nil || string(b) != "SDC 6 e@x.com 0x0409 MSMSGS MSMSGS X X Alice 7\r\nCome in" {
		t.Fatalf("%q, %v", b, err)
	}
	p.answered("SDC 6 OK", msnp.StepSDC)
	for _, step := range []msnp.Step{msnp.StepPGD, msnp.StepPAG} {
		p := online(t)
		ask := func(want string) {
			t.Helper()
			b, err := p.s.AskPayload(step, []byte("<TEXT/>"), p.now, nil, "e@x.com", "1")
			if err != nil || string(b[4:]) != want+" e@x.com 1 7\r\n<TEXT/>" {
				t.Fatalf("%q, %v", b, err)
			}
		}
		ask("6")
		p.expect("800 6", msnp.KindFailed, step)
		ask("7")
		p.now = 10 * time.Second
		ev, ok := p.s.Expire(p.now)
		if !ok || ev.Kind != msnp.KindSilent || ev.Step != step || ev.TrID != 7 || p.s.Deadline() != 0 {
			t.Errorf("%v: %+v, deadline %v", step, ev, p.s.Deadline())
		}
		p.expect("800 7", msnp.KindLate, step)
		p.state(msnp.StateOnline)
	}
	for step := msnp.StepNone; step <= 200; step++ {
		b, err := p.s.AskPayload(step, []byte("x"), 0, nil, "e@x.com", "1")
		takes := step == msnp.StepSDC || step == msnp.StepPGD || step == msnp.StepPAG
		if (err == nil) && !takes || len(b) > 0 && !takes {
			t.Errorf("%v: %q, %v", step, b, err)
		}
	}
}

// TestAskRefusesWhatHasAPayload: SDC without one was once written, in the form of the server's reply.
func TestAskRefusesWhatHasAPayload(t *testing.T) {
	for _, step := range []msnp.Step{msnp.StepSDC, msnp.StepPGD, msnp.StepPAG} {
		p := online(t)
		if b, err := p.s.Ask(step, 0, []byte("before"), "x"); !errors.Is(err, codec.ErrForm) || string(b) != "before" || p.s.Deadline() != 0 {
			t.Errorf("%v: %q, %v, deadline %v", step, b, err, p.s.Deadline())
		}
	}
}
