package msnp_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// TestApplyFollowsARecordedSession of list edits at Escargot up to the SYN at its end. The one difference is what that
// server says wrongly: 216 to a REM FL that it obeys after all (§6.3). Whether
// who added the account is on RL or PL was not to be known.
func TestApplyFollowsARecordedSession(t *testing.T) {
	_, by := recording("escargot-03-lists")
	var followed, read msnp.Roster
	sent := map[uint32]string{}
	now, second := &followed, false
	for _, x := range by["A.NS"] {
		word := strings.Fields(x.text)
		if x.client {
			if id, err := strconv.ParseUint(word[1], 10, 32); err == nil {
				sent[uint32(id)] = x.text
			}
			continue
		}
		if strings.HasPrefix(x.text, "MSG ") || strings.HasPrefix(x.text, "NOT ") {
			continue
		}
		c := parsed(t, x.text)
		var err error
		switch {
		case c.Verb == codec.SYN && now.Settings != nil:
			now, second = &read, true
			fallthrough
		case c.Verb == codec.SYN || !c.HasTrID() && (c.Verb != codec.BPR || c.NArgs() == 0 || !strings.Contains(string(c.Arg(0)), "@")):
			err = now.Collect(c, msnp.MSNP10)
		case second: // the edits after it are not followed
		case !c.HasTrID() || c.TrID == 0:
			err = now.Apply(c, nil, msnp.MSNP10)
		default:
			err = now.Apply(c, asked(t, sent[c.TrID]), msnp.MSNP10)
		}
		if err != nil {
			t.Fatalf("%q: %v", x.text, err)
		}
	}
	want := []string{`contact user0050@example.com: was on FL RL as "New nick", is on RL`}
	if d := differences(&followed, &read); !slices.Equal(d, want) || len(read.Contacts) != 15 {
		t.Errorf("%d contacts; %q, want %q", len(read.Contacts), d, want)
	}
}

// TestApplyByItself: what the server tells of FL and of properties, and what is not told.
func TestApplyByItself(t *testing.T) {
	before := []string{"PRP MFN Alice", "LSG Friends 1-1", "LST N=bob@x.com F=Bob C=b-b 11 1-1", "LST N=carol@x.com 2"}
	for _, tt := range []struct {
		name, ask, answer string
		want              string
	}{
		{"a contact made elsewhere", "", "ADC 0 FL N=carol@x.com F=Carol C=c-c", `contact carol@x.com: was on AL, is on FL AL as "Carol"`},
		{"a contact made elsewhere in MSNP9", "", "ADD 0 FL 42 carol@x.com Carol 1-1", `contact carol@x.com: was on AL, is on FL AL as "Carol" in "Friends"`},
		{"into a group elsewhere", "", "ADC 0 FL C=b-b 2-2",
			`contact bob@x.com: was on FL AL RL as "Bob" in "Friends", is on FL AL RL as "Bob" in "Friends", "a group with the unknown id 2-2"`},
		{"nobody into a group", "", "ADC 0 FL C=z-z 1-1", ""},
		{"a contact removed elsewhere", "", "REM 0 FL b-b", `contact bob@x.com: was on FL AL RL as "Bob" in "Friends", is on AL RL`},
		{"nobody removed", "", "REM 0 FL z-z", ""},
		{"a phone", "", "BPR BOB@x.com PHH 1", ""},
		{"a phone of nobody", "", "BPR PHH 1", ""},
		{"another name of nobody", "SBP 6 z-z MFN Zoe", "SBP 6 z-z MFN Zoe", ""},
		{"a contact again", "ADC 6 FL N=bob@x.com", "ADC 6 FL N=bob@x.com", ""},
		{"a contact without a name at all", "ADC 6 FL N=eve@x.com", "ADC 6 FL N=eve@x.com C=e-e",
			`contact eve@x.com: was not there, is on FL as "eve@x.com"`},
		{"own name by REA, which MSNP9 does not show", "REA 6 alice@x.com Al", "REA 6 42 alice@x.com Al", `MFN: was "Alice", is "Al"`},
		{"a list version before the key (J)", "PRP 6 MFN Al", "PRP 6 42 MFN Al", `MFN: was "Alice", is "Al"`},
		{"on the list before", "ADC 6 BL N=bob@x.com", "215 6", ""},
		{"off the list before", "REM 6 AL bob@x.com", "216 6", ""},
		{"the group is not empty (R)", "RMG 6 1-1", "226 6", ""},
		{"no such contact", "SBP 6 b-b MFN Rob", "208 6", ""},
		{"a group by an unexpected name", "ADG 6 Work", "224 6", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rosterOf(t, msnp.MSNP10, before...)
			d := msnp.Dialect(msnp.MSNP10)
			if strings.HasPrefix(tt.answer, "ADD") || strings.HasPrefix(tt.answer, "REA") {
				d = msnp.MSNP9
			}
			if err := r.Apply(parsed(t, tt.answer), asked(t, tt.ask), d); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(differences(rosterOf(t, msnp.MSNP10, before...), r), "; "); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			bob, phone := r.Contacts[0], ""
			if tt.name == "a phone" {
				phone = "1"
			}
			if len(bob.Properties) > 0 != (phone != "") || bob.Properties["PHH"] != phone || bob.Lists&msnp.FL != 0 && bob.ID != "b-b" {
				t.Errorf("bob is %+v", bob)
			}
			if last := r.Contacts[len(r.Contacts)-1]; last.Properties != nil {
				t.Errorf("the last contact has %q", last.Properties)
			}
		})
	}
}

// TestApplyRefuses what is malformed, and what would not end.
func TestApplyRefuses(t *testing.T) {
	for _, tt := range []struct{ ask, answer string }{
		{"", "ADC 0 RL"}, {"", "REM 0 XX bob@x.com"}, {"", "BPR bob@x.com XYZ 1"},
		{"ADC 6 XX N=bob@x.com", "ADC 6 FL N=bob@x.com"}, {"ADC 6 AL N=eve@x.com", "ADC 6 AL"}, {"REM 6 AL", "REM 6 AL bob@x.com"},
		{"ADG 6 Work", "ADG 6 Play 2-2"}, {"PRP 6 MFN x", "PRP 6"}, {"GTC 6 A", "GTC 6"},
	} {
		r := rosterOf(t, msnp.MSNP10, "GTC N", "LST N=bob@x.com F=Bob C=b-b 11")
		if err := r.Apply(parsed(t, tt.answer), asked(t, tt.ask), msnp.MSNP10); err != msnp.ErrMalformed {
			t.Errorf("%q, %q: %v", tt.ask, tt.answer, err)
		}
		if d := differences(rosterOf(t, msnp.MSNP10, "GTC N", "LST N=bob@x.com F=Bob C=b-b 11"), r); d != nil {
			t.Errorf("%q, %q: %q", tt.ask, tt.answer, d)
		}
	}
	for name, at := range map[string]struct {
		max  int
		line string
	}{
		"groups":              {msnp.MaxGroups, "ADG 6 g%[1]d %[1]d-1"},
		"groups of a contact": {msnp.MaxGroups, "ADC 0 FL C=b-b %d-1"},
	} {
		r := &msnp.Roster{Contacts: []msnp.RosterContact{{Email: "bob@x.com", ID: "b-b", Lists: msnp.FL}}}
		var err error
		n := 0
		for ; err == nil && n <= at.max; n++ {
			line := fmt.Sprintf(at.line, n)
			if name == "groups" {
				err = r.Apply(parsed(t, line), asked(t, line), msnp.MSNP10)
			} else {
				err = r.Apply(parsed(t, line), nil, msnp.MSNP10)
			}
		}
		if err != msnp.ErrRosterFull || n != at.max+1 {
			t.Errorf("%s: %v after %d", name, err, n)
		}
	}
	full := &msnp.Roster{Contacts: make([]msnp.RosterContact, msnp.MaxContacts)}
	line := "ADC 6 AL N=eve@x.com"
	for _, ask := range []string{"", line} {
		if err := full.Apply(parsed(t, line), asked(t, ask), msnp.MSNP10); err != msnp.ErrRosterFull || len(full.Contacts) != msnp.MaxContacts {
			t.Errorf("one contact too many: %v", err)
		}
	}
}
