package msnp_test

import (
	"cmp"
	"strconv"
	"strings"
	"testing"

	"nudge/codec/msnp"
)

func itoa(n int) string { return strconv.Itoa(n) }

// contact reads an LST line.
func contact(t *testing.T, line string) (x msnp.Contact, groups []string) {
	t.Helper()
	if err := msnp.ParseContact(parsed(t, line), &x); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	for g := range x.Groups() {
		groups = append(groups, string(g))
	}
	return x, groups
}

// refusals are numbers for a command with TrID 6: the client is told, and goes on.
func refusals(t *testing.T, how func(p *player), codes ...string) {
	t.Helper()
	for _, code := range codes {
		each(t, how, msnp.KindFailed, code+" 6")
	}
}

var guid = "00000000-0000-4000-8000-000000000011"

var listDivergences = map[string]func(t *testing.T){
	"12.9": func(t *testing.T) { // a default group is listed and counted, or not
		for _, groups := range []string{"", "LSG Other%20Contacts " + guid, "LSG Other%20Contacts 0", "LSG ~ 0"} {
			p := syncing(t)
			p.expect("SYN 5 1 0 1 1", msnp.KindNone, msnp.StepSYN)
			if groups != "" {
				p.expect(groups, msnp.KindGroup, 0)
			}
			p.answered("LST N=bob@example.com F=Bob 3", msnp.StepSYN)
		}
	},
	"12.10": func(t *testing.T) { // F= and C= may be there or not, in any order
		for line, want := range map[string]string{
			"LST N=b@example.com F=B C=b@example.com 11 0": "B b@example.com",
			"LST N=b@example.com 16":                       " ",
			"LST N=b@example.com F=B 2 ":                   "B ",
			"LST C=" + guid + " F=B N=b@example.com 2":     "B " + guid,
			"LST N=b@example.com F=B 11 0":                 "B ",
		} {
			x, _ := contact(t, line)
			if got := string(x.Name) + " " + string(x.ID); got != want || string(x.Email) != "b@example.com" {
				t.Errorf("%q: %q of %q, want %q", line, got, x.Email, want)
			}
		}
	},
	"12.11": func(t *testing.T) { // groups: absent, empty, numbers beside GUIDs
		for line, want := range map[string]string{
			"LST N=b@example.com F=B C=" + guid + " 11":                      "",
			"LST N=b@example.com F=B C=" + guid + " 11 ":                     "",
			"LST N=b@example.com F=B C=" + guid + " 11 0,3":                  "0 3",
			"LST N=b@example.com F=B C=" + guid + " 11 " + guid + "," + guid: guid + " " + guid,
			"LST b@example.com B 8 0":                                        "0",
		} {
			if _, groups := contact(t, line); strings.Join(groups, " ") != want {
				t.Errorf("%q: groups %q, want %q", line, groups, want)
			}
		}
	},
	"12.12": func(t *testing.T) { // a list version before the known token
		each(t, ask(msnp.StepGTC, "N"), msnp.KindAnswered, "GTC 6 N", "GTC 6 42 N")
		each(t, ask(msnp.StepBLP, "BL"), msnp.KindAnswered, "BLP 6 BL", "BLP 6 42 BL")
		each(t, ask(msnp.StepPRP, "PHH", "1"), msnp.KindAnswered, "PRP 6 PHH 1", "PRP 6 42 PHH 1", "PRP 6 PHH")
		each(t, ask(msnp.StepREM, "AL", "b@example.com"), msnp.KindAnswered, "REM 6 AL b@example.com", "REM 6 AL 42 b@example.com")
		for _, line := range []string{"BPR b@example.com PHH 1", "BPR 42 b@example.com PHH 1", "BPR b@example.com PHH 1 0"} {
			var x msnp.Property
			if err := msnp.ParseProperty(parsed(t, line), &x); err != nil || string(x.Email) != "b@example.com" || string(x.Key) != "PHH" || string(x.Value) != "1" {
				t.Errorf("%q: %q %q %q, %v", line, x.Email, x.Key, x.Value, err)
			}
		}
	},
	"12.13": func(t *testing.T) { // replies about groups, by TrID
		for _, line := range []string{
			"ADG 6 New%20one " + guid, "ADG 6 New%20one " + guid + " 0", "ADG 6 1 New%20one " + guid, "ADG 6 x New%20one " + guid,
		} {
			each(t, ask(msnp.StepADG, "New%20one"), msnp.KindAnswered, line)
			if got := msnp.GroupID(parsed(t, line), "New one"); string(got) != guid {
				t.Errorf("%q: id %q", line, got)
			}
		}
		each(t, ask(msnp.StepREG, guid, "New"), msnp.KindAnswered, "REG 6 "+guid+" New", "REG 6 1 New "+guid+" 0", "REG 6 x New "+guid)
		each(t, ask(msnp.StepRMG, guid), msnp.KindAnswered, "RMG 6 "+guid, "RMG 6 1 "+guid)
	},
	"12.15": func(t *testing.T) { // a client id is always sent; replies with 0, or none
		p := online(t)
		out, err := p.s.Chg(msnp.NLN, 0, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		p.said(out, "CHG 6 NLN 0")
		each(t, func(p *player) { p.chg(msnp.BSY) }, msnp.KindAnswered, "CHG 6 BSY", "CHG 6 BSY 0", "CHG 6 BSY 536870948 %3Cmsnobj%2F%3E")
		refusals(t, func(p *player) { p.chg(msnp.BSY) }, "201")
	},
	"12.16": func(t *testing.T) { // CHG 0 FLN is the server's
		each(t, nothing, msnp.KindUnasked, "CHG 0 FLN")
		refusals(t, func(p *player) { p.chg(msnp.FLN) }, "201")
	},
	"12.17": func(t *testing.T) { refusals(t, func(p *player) { p.chg(msnp.IDL) }, "201") },
	"12.18": func(t *testing.T) { // ways to have no picture
		for line, want := range map[string]string{
			"NLN NLN b@example.com B 5":                       "",
			"NLN NLN b@example.com B 5 0":                     "",
			"NLN NLN b@example.com B 5 %3Cmsnobj%2F%3E":       "",
			"ILN 6 NLN b@example.com B 5 %3Cmsnobj%20x%2F%3E": "%3Cmsnobj%20x%2F%3E",
		} {
			var x msnp.Presence
			if err := msnp.ParsePresence(parsed(t, line), &x); err != nil || string(x.Object) != want || x.ClientID != 5 {
				t.Errorf("%q: object %q, id %d, %v", line, x.Object, x.ClientID, err)
			}
		}
	},
	"12.19": func(t *testing.T) { // 215 says that it was so before
		refusals(t, ask(msnp.StepADC, "AL", "N=b@example.com"), "215")
		each(t, ask(msnp.StepADC, "AL", "N=b@example.com"), msnp.KindAnswered, "ADC 6 AL N=b@example.com")
		r := rosterOf(t, msnp.MSNP10, "LST N=b@example.com 2")
		if err := r.Apply(parsed(t, "215 6"), asked(t, "ADC 6 AL N=b@example.com"), msnp.MSNP10); err != nil || len(r.Contacts) != 1 {
			t.Errorf("after 215: %v, %v", r.Contacts, err)
		}
	},
	"12.20": func(t *testing.T) { refusals(t, ask(msnp.StepADC, "BL", "N=b@example.com"), "219") },
	"12.21": func(t *testing.T) { // no such user
		refusals(t, ask(msnp.StepADC, "FL", "N=b@example.com", "F=B"), "201", "205", "207", "208")
	},
	"12.22": func(t *testing.T) { // the reply's name, or none, and always its id
		for reply, want := range map[string]string{
			"ADC 6 FL N=b@example.com F=Sent C=" + guid:    "Sent",
			"ADC 6 FL N=b@example.com F=Current C=" + guid: "Current",
			"ADC 6 FL N=b@example.com C=" + guid:           "Sent",
		} {
			r := rosterOf(t, msnp.MSNP10)
			err := r.Apply(parsed(t, reply), asked(t, "ADC 6 FL N=b@example.com F=Sent"), msnp.MSNP10)
			if x := r.Contacts; err != nil || len(x) != 1 || x[0].Name != want || x[0].ID != guid {
				t.Errorf("%q: %+v, %v", reply, r.Contacts, err)
			}
		}
	},
	"12.23": func(t *testing.T) { // ADC RL is the caller's choice, and may be refused
		each(t, ask(msnp.StepADC, "RL", "N=b@example.com"), msnp.KindAnswered, "ADC 6 RL N=b@example.com")
		refusals(t, ask(msnp.StepADC, "RL", "N=b@example.com"), "201")
	},
	"12.24": func(t *testing.T) { // what followed C= goes back, else the address
		for line, want := range map[string]string{"LST N=b@example.com F=B C=" + guid + " 3": guid, "LST N=b@example.com F=B 3": "b@example.com"} {
			r := rosterOf(t, msnp.MSNP10, line)
			if id := cmp.Or(r.Contacts[0].ID, r.Contacts[0].Email); id != want {
				t.Errorf("%q: id %q, want %q", line, id, want)
			}
		}
		refusals(t, ask(msnp.StepREM, "FL", "b@example.com"), "403", "205", "208")
	},
	"12.25": func(t *testing.T) { // REM 0 RL with and without N=; ADC 0 RL twice
		each(t, nothing, msnp.KindEdit, "REM 0 RL b@example.com", "REM 0 RL N=b@example.com", "ADC 0 RL N=b@example.com F=B")
		r := rosterOf(t, msnp.MSNP10)
		for _, line := range []string{"ADC 0 RL N=b@example.com F=B", "ADC 0 RL N=b@example.com F=B"} {
			if err := r.Apply(parsed(t, line), nil, msnp.MSNP10); err != nil || len(r.Contacts) != 1 || r.Contacts[0].Lists != msnp.RL {
				t.Errorf("after %q: %+v, %v", line, r.Contacts, err)
			}
		}
		if err := r.Apply(parsed(t, "REM 0 RL N=b@example.com"), nil, msnp.MSNP10); err != nil || len(r.Contacts) != 0 {
			t.Errorf("after REM 0 RL N=: %+v, %v", r.Contacts, err)
		}
	},
	"12.26": func(t *testing.T) { // not in the group
		refusals(t, ask(msnp.StepREM, "FL", guid, "1"), "225", "216")
		each(t, ask(msnp.StepREM, "FL", guid, "1"), msnp.KindAnswered, "REM 6 FL "+guid+" 1")
	},
	"12.27": func(t *testing.T) { // RMG: members stay, go, or forbid it; a SYN will tell
		refusals(t, ask(msnp.StepRMG, "1"), "226")
		each(t, ask(msnp.StepSYN, "0", "0"), msnp.KindAnswered, "SYN 6 1 0 0 0")
	},
	"12.28": func(t *testing.T) { refusals(t, ask(msnp.StepRMG, "0"), "230", "224") },
	"12.29": func(t *testing.T) {
		refusals(t, ask(msnp.StepADG, "x"), "223", "228", "229")
		each(t, ask(msnp.StepADG, "x"), msnp.KindAnswered, "ADG 6 x 1")
	},
	"12.30": func(t *testing.T) { // an unknown key is refused or echoed
		refusals(t, ask(msnp.StepPRP, "XYZ", "1"), "715")
		each(t, ask(msnp.StepPRP, "XYZ", "1"), msnp.KindAnswered, "PRP 6 XYZ 1")
	},
	"12.31": func(t *testing.T) { refusals(t, ask(msnp.StepPRP, "MFN", strings.Repeat("n", 388)), "209") },
	"12.32": func(t *testing.T) { // the value that is
		refusals(t, ask(msnp.StepGTC, "A"), "218")
		each(t, ask(msnp.StepGTC, "A"), msnp.KindAnswered, "GTC 6 A")
	},
	"12.35": func(t *testing.T) { // no switchboard to be had, or for another reason
		refusals(t, ask(msnp.StepXFR, "SB"), "913", "201", "800", "601", "500")
	},
	"12.43": func(t *testing.T) { // spellings of a name
		for wire, want := range map[string]string{
			"Me%20%25%20%C3%A9": "Me % é", "Me%20%25%20é": "Me % é", "Me%20%%20é": "Me % é", "100%zz%2": "100%zz%2",
		} {
			if r := rosterOf(t, msnp.MSNP10, "LST N=b@example.com F="+wire+" 1"); r.Contacts[0].Name != want {
				t.Errorf("%q is read as %q, want %q", wire, r.Contacts[0].Name, want)
			}
		}
	},
	"12.48": func(t *testing.T) { // ADD obeyed and answered with ADC; REA disabled
		p := newPlayer(t, &msnp.Software{Dialects: []string{"MSNP9"}}).upTo(msnp.StateOnline)
		out, err := p.s.AddContact("b@example.com", "B", 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		p.said(out, "ADD 6 FL b@example.com B")
		p.answered("ADC 6 FL N=b@example.com C="+guid, msnp.StepADC)
		refusals(t, ask(msnp.StepREA, "b@example.com", "B"), "502")
	},
}
