package msnp_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nudge/codec/msnp"
)

func TestParseContact(t *testing.T) {
	tests := []struct {
		name, line    string
		email, fn, id string
		lists         msnp.Lists
		groups        string
		err           bool
	}{
		{"M1", "LST N=bob@example.com F=Bob%20B. C=c1b7e8aa-3b62 11 3f6a1c52-0d0e", "bob@example.com", "Bob%20B.", "c1b7e8aa-3b62", msnp.FL | msnp.AL | msnp.RL, "3f6a1c52-0d0e", false},
		{"M0, with C=", "LST N=bob@example.com F=Bob C=bob@example.com 3 0,1", "bob@example.com", "Bob", "bob@example.com", msnp.FL | msnp.AL, "0 1", false},
		{"M0, without C=", "LST N=bob@example.com F=Bob 3 0", "bob@example.com", "Bob", "", msnp.FL | msnp.AL, "0", false},
		{"off FL", "LST N=dave@example.com 16", "dave@example.com", "", "", msnp.PL, "", false},
		{"Escargot: a space for no group", "LST N=bob@example.com F=Bob C=c1b7 11 ", "bob@example.com", "Bob", "c1b7", 11, "", false},
		{"Krutonium: numeric group", "LST N=bob@example.com F=Bob C=c1b7 11 4", "bob@example.com", "Bob", "c1b7", 11, "4", false},
		{"attributes in another order, and an unknown one", "LST C=c1b7 X=9 F=Bob N=bob@example.com 13", "bob@example.com", "Bob", "c1b7", 13, "", false},
		{"an empty name", "LST N=bob@example.com F= 8", "bob@example.com", "", "", msnp.RL, "", false},
		{"tokens behind the groups", "LST N=bob@example.com 11 a,b 7 8", "bob@example.com", "", "", 11, "a b", false},
		{"empty groups between commas", "LST N=bob@example.com 11 ,a,,b,", "bob@example.com", "", "", 11, "a b", false},
		{"MSNP9", "LST bob@example.com Bob 11 1,2", "bob@example.com", "Bob", "", 11, "1 2", false},
		{"MSNP9, a name that is a number", "LST bob@example.com 123 11 0", "bob@example.com", "123", "", 11, "0", false},
		{"MSNP9, an address with an equals sign", "LST b=ob@example.com Bob 8", "b=ob@example.com", "Bob", "", msnp.RL, "", false},
		{"no bits", "LST N=bob@example.com F=Bob", "", "", "", 0, "", true},
		{"bits that are no number", "LST N=bob@example.com eleven", "", "", "", 0, "", true},
		{"no address", "LST F=Bob 11", "", "", "", 0, "", true},
		{"an empty address", "LST N= 11", "", "", "", 0, "", true},
		{"MSNP9, no name", "LST bob@example.com 11", "", "", "", 0, "", true},
		{"nothing", "LST", "", "", "", 0, "", true},
		{"another verb", "LSG bob@example.com Bob 11", "", "", "", 0, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var x msnp.Contact
			err := msnp.ParseContact(parsed(t, tt.line), &x)
			if tt.err {
				if err == nil {
					t.Errorf("no error: %+v", x)
				}
				return
			}
			groups := []string{}
			for g := range x.Groups() {
				groups = append(groups, string(g))
			}
			if err != nil || string(x.Email) != tt.email || string(x.Name) != tt.fn || string(x.ID) != tt.id ||
				x.Lists != tt.lists || strings.Join(groups, " ") != tt.groups {
				t.Errorf("%q %q %q %d %v, %v", x.Email, x.Name, x.ID, x.Lists, groups, err)
			}
			for range x.Groups() {
				break // a caller may stop early
			}
		})
	}
}

func TestParseGroup(t *testing.T) {
	tests := []struct {
		name, line string
		dialect    msnp.Dialect
		id, group  string // id "": an error
	}{
		{"M1", "LSG Friends 3f6a1c52-0d0e", msnp.MSNP10, "3f6a1c52-0d0e", "Friends"},
		{"M0", "LSG Other%20Contacts 0", msnp.MSNP10, "0", "Other%20Contacts"},
		{"a zero behind", "LSG Friends 3f6a 0", msnp.MSNP10, "3f6a", "Friends"},
		{"MSNP9", "LSG 0 Other%20Contacts 0", msnp.MSNP9, "0", "Other%20Contacts"},
		{"MSNP8, an account that never had groups", "LSG 0 ~ 0", msnp.MSNP8, "0", "~"},
		{"no id", "LSG Friends", msnp.MSNP10, "", ""},
		{"another verb", "LST Friends 1", msnp.MSNP10, "", ""},
	}
	for _, tt := range tests {
		var g msnp.Group
		err := msnp.ParseGroup(parsed(t, tt.line), tt.dialect, &g)
		if (err == nil) != (tt.id != "") || err == nil && (string(g.ID) != tt.id || string(g.Name) != tt.group) {
			t.Errorf("%s: id %q, name %q, %v", tt.name, g.ID, g.Name, err)
		}
	}
}

func TestParseProperty(t *testing.T) {
	tests := []struct{ name, line, email, key, value string }{
		{"inside SYN", "BPR PHH 1%20(222)", "", "PHH", "1%20(222)"},
		{"inside SYN, cleared", "BPR PHH", "", "PHH", ""},
		{"at any time", "BPR bob@example.com MOB Y", "bob@example.com", "MOB", "Y"},
		{"at any time, cleared", "BPR bob@example.com PHM", "bob@example.com", "PHM", ""},
		{"MSNP9: a list version before", "BPR 42 bob@example.com PHW 2", "bob@example.com", "PHW", "2"},
		{"a token behind", "BPR PHH 1 0", "", "PHH", "1"},
		{"a value that looks like a key", "BPR PHH MOB", "", "PHH", "MOB"},
		{"own property", "PRP MFN Alice", "", "MFN", "Alice"},
		{"own property, cleared", "PRP PHM", "", "PHM", ""},
		{"own property of a reply, with a list version", "PRP 7 42 MFN Alice", "", "MFN", "Alice"},
		{"GTC", "GTC A", "", "GTC", "A"},
		{"BLP in a reply, with a list version", "BLP 7 42 BL", "", "BLP", "BL"},
		{"no known key", "BPR bob@example.com XYZ 1", "", "", ""},
		{"nothing", "BPR", "", "", ""},
		{"no value", "GTC", "", "", ""},
		{"no property", "PRP", "", "", ""},
		{"another verb", "QNG 50", "", "", ""},
	}
	for _, tt := range tests {
		var p msnp.Property
		err := msnp.ParseProperty(parsed(t, tt.line), &p)
		if (err == nil) != (tt.key != "") || string(p.Email) != tt.email || string(p.Key) != tt.key || string(p.Value) != tt.value {
			t.Errorf("%s: %q %q %q, %v", tt.name, p.Email, p.Key, p.Value, err)
		}
	}
}

func collect(t *testing.T, r *msnp.Roster, d msnp.Dialect, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if err := r.Collect(parsed(t, line), d); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
}

func TestRoster(t *testing.T) {
	var r msnp.Roster
	collect(t, &r, msnp.MSNP10, "LST N=old@example.com 11", "SYN 8 1 2 2 1", "GTC A", "BLP AL", "PRP MFN Alice%20A.",
		"PRP PHH 1", "PRP PHH", "GTC 9 N", "LSG Friends 3f6a",
		"LST N=bob@example.com F=Bob%20B. C=c1b7 11 3f6a,8b1f", "BPR PHM 1%20(555)", "BPR MOB Y", "BPR MOB",
		"LST N=carol@example.com 8", "BPR WWE 0", "BPR bob@example.com PHH 7", "BPR nobody@example.com PHH 7", "QNG 50")
	want := msnp.Roster{
		Settings: map[string]string{"GTC": "A", "BLP": "AL", "MFN": "Alice A."},
		Groups:   []msnp.RosterGroup{{ID: "3f6a", Name: "Friends"}},
		Contacts: []msnp.RosterContact{
			{Email: "bob@example.com", Name: "Bob B.", ID: "c1b7", Lists: 11, Groups: []string{"3f6a", "8b1f"},
				Properties: map[string]string{"PHM": "1 (555)", "PHH": "7"}},
			{Email: "carol@example.com", Lists: msnp.RL, Properties: map[string]string{"WWE": "0"}},
		},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
	for _, line := range []string{"LST x", "LSG x", "BPR x", "GTC", "PRP"} {
		if r.Collect(parsed(t, line), msnp.MSNP10) == nil {
			t.Errorf("%q: no error", line)
		}
	}
}

func TestRosterIsBounded(t *testing.T) {
	var r msnp.Roster
	contact, group := parsed(t, "LST N=a@example.com 8"), parsed(t, "LSG a 1")
	for range msnp.MaxContacts {
		r.Collect(contact, msnp.MSNP10)
	}
	for range msnp.MaxGroups {
		r.Collect(group, msnp.MSNP10)
	}
	if r.Collect(contact, msnp.MSNP10) != msnp.ErrRosterFull || r.Collect(group, msnp.MSNP10) != msnp.ErrRosterFull {
		t.Error("no limit")
	}
	var err error
	for i := range msnp.MaxGroups + 1 {
		err = r.Collect(parsed(t, fmt.Sprintf("PRP K%d v", i)), msnp.MSNP10)
	}
	if err != msnp.ErrRosterFull {
		t.Error("no limit of properties")
	}
}

func TestFinalNumbers(t *testing.T) {
	for code, want := range map[int]bool{911: true, 917: true, 923: true, 928: true, 931: true,
		500: false, 601: false, 910: false, 912: false, 918: false, 922: false, 932: false, 207: false, 715: false} {
		if msnp.Final(code) != want {
			t.Errorf("Final(%d) is %v", code, !want)
		}
	}
}

func TestNames(t *testing.T) {
	var steps []string
	for s := msnp.StepNone; s.String() != "unknown"; s++ {
		steps = append(steps, s.String())
	}
	for _, op := range strings.Fields("ver cvr usr_i usr_s syn chg png adc rem adg reg rmg sbp prp gtc blp xfr_sb") {
		if !slices.Contains(steps, op) {
			t.Errorf("no step is called %s", op)
		}
	}
	for _, got := range []string{msnp.KindAnswered.String(), msnp.StateOnline.String(), msnp.WhyTrID.String(),
		msnp.ReasonOTH.String(), msnp.ModeM1.String(), msnp.LUN.String(), msnp.MSNP10.String(), msnp.Dialect(9).String()} {
		steps = append(steps, got)
	}
	slices.Sort(steps)
	if slices.Contains(steps, "") || len(slices.Compact(slices.Clone(steps))) != len(steps) {
		t.Errorf("names are not distinct: %q", steps)
	}
	if msnp.Kind(99).String() != "unknown" || msnp.Status(99).String() != "" {
		t.Error("names beyond the last")
	}
}
