package msnp_test

import (
	"slices"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
)

// rosterOf is the answer to a SYN.
func rosterOf(t *testing.T, d msnp.Dialect, lines ...string) *msnp.Roster {
	t.Helper()
	var r msnp.Roster
	for _, l := range append([]string{"SYN 5 1 0 9 9"}, lines...) {
		if err := r.Collect(parsed(t, l), d); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
	}
	return &r
}

// asked is a command of the client's, nil for "".
func asked(t *testing.T, line string) *codec.Command {
	t.Helper()
	if line == "" {
		return nil
	}
	syntax := codec.Syntax{From: codec.FromClient}
	c := new(codec.Command)
	if _, err := syntax.Parse(c, []byte(line+"\r\n")); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return c
}

func differences(a, b *msnp.Roster) []string {
	var all []string
	for d := range a.Compare(b) {
		all = append(all, d.String())
	}
	return all
}

// TestApplyIsWhatTheNextSyncShows: each edit, as asked and as answered by one server or another, brings the roster to
// what the answer to SYN would be then.
func TestApplyIsWhatTheNextSyncShows(t *testing.T) {
	before := []string{"GTC A", "BLP AL", "PRP MFN Alice", "PRP PHH 1", "LSG Friends 1-1", "LSG Work 2-2",
		"LST N=bob@x.com F=Bob C=b-b 11 1-1", "LST N=carol@x.com 16"}
	without := func(lines ...string) []string {
		return slices.DeleteFunc(slices.Clone(before), func(l string) bool { return slices.Contains(lines, l) })
	}
	bob, carol := before[6], before[7]
	for _, tt := range []struct {
		name, ask, answer string
		after             []string
	}{
		{"a contact", "ADC 6 FL N=erin@x.com F=erin@x.com", "ADC 6 FL N=erin@x.com F=erin@x.com C=e-e", append(without(), "LST N=erin@x.com F=erin@x.com C=e-e 1")},
		{"a contact by its own name (E)", "ADC 6 FL N=erin@x.com F=erin@x.com", "ADC 6 FL N=erin@x.com F=Erin C=e-e", append(without(), "LST N=erin@x.com F=Erin C=e-e 1")},
		{"a contact without name (K)", "ADC 6 FL N=carol@x.com F=Car%20ol", "ADC 6 FL N=carol@x.com C=c-c", append(without(carol), "LST N=carol@x.com F=Car%20ol C=c-c 17")},
		{"AL", "ADC 6 AL N=erin@x.com", "ADC 6 AL N=erin@x.com", append(without(), "LST N=erin@x.com 2")},
		{"PL settled", "ADC 6 RL N=carol@x.com", "ADC 6 RL N=carol@x.com", append(without(carol), "LST N=carol@x.com 8")},
		{"PL removed", "REM 6 PL carol@x.com", "REM 6 PL carol@x.com", without(carol)},
		{"a group more", "ADC 6 FL C=b-b 2-2", "ADC 6 FL C=b-b 2-2", append(without(bob), "LST N=BOB@x.com F=Bob C=b-b 11 2-2,1-1")},
		{"a group less", "REM 6 FL b-b 1-1", "REM 6 FL b-b 1-1", append(without(bob), "LST N=bob@x.com F=Bob C=b-b 11")},
		{"off FL", "REM 6 FL b-b", "REM 6 FL b-b", append(without(bob), "LST N=bob@x.com 10")},
		{"off AL", "REM 6 AL bob@x.com", "REM 6 AL bob@x.com", append(without(bob), "LST N=bob@x.com F=Bob C=b-b 9 1-1")},
		{"a group", "ADG 6 Chess%20club", "ADG 6 Chess%20club 3-3", append(without(), "LSG Chess%20club 3-3")},
		{"a group (E)", "ADG 6 Chess%20club", "ADG 6 Chess%20club 3-3 0", append(without(), "LSG Chess%20club 3-3")},
		{"a group (R)", "ADG 6 Chess%20club", "ADG 6 1 Chess%20club 3-3", append(without(), "LSG Chess%20club 3-3")},
		{"another name of a group", "REG 6 1-1 Best", "REG 6 1-1 Best", append(without("LSG Friends 1-1"), "LSG Best 1-1")},
		{"another name of a group (E)", "REG 6 1-1 Best", "REG 6 1 Best 1-1 0", append(without("LSG Friends 1-1"), "LSG Best 1-1")},
		{"no group", "RMG 6 1-1", "RMG 6 1 1-1", append(without("LSG Friends 1-1", bob), "LST N=bob@x.com F=Bob C=b-b 11")},
		{"another name of a contact", "SBP 6 b-b MFN Bob%20B", "SBP 6 b-b MFN Bob%20B", append(without(bob), "LST N=bob@x.com F=Bob%20B C=b-b 11 1-1")},
		{"what is not shown of a contact", "SBP 6 b-b MOB Y", "SBP 6 b-b MOB Y", without()},
		{"one's own name", "PRP 6 MFN Al%20ice", "PRP 6 MFN Al%20ice", append(without("PRP MFN Alice"), "PRP MFN Al%20ice")},
		{"no phone", "PRP 6 PHH", "PRP 6 PHH", without("PRP PHH 1")},
		{"MOB without a mobile", "PRP 6 MOB Y", "PRP 6 MOB N", without()},
		{"GTC", "GTC 6 N", "GTC 6 N", append(without("GTC A"), "GTC N")},
		{"BLP", "BLP 6 BL", "BLP 6 BL", append(without("BLP AL"), "BLP BL")},
		{"status", "CHG 6 BSY 0", "CHG 6 BSY 0", without()},
		{"somebody has added her", "", "ADC 0 RL N=dave@x.com F=Dave", append(without(), "LST N=dave@x.com 24")},
		{"somebody has added her (E)", "", "ADC 0 RL N=dave@x.com F=Dave", append(without(), "LST N=dave@x.com 16")},
		{"somebody has dropped her", "", "REM 0 RL bob@x.com", append(without(bob), "LST N=bob@x.com F=Bob C=b-b 3 1-1")},
		{"somebody who waited has dropped her (R)", "", "REM 0 RL N=carol@x.com", without(carol)},
		{"somebody unknown has dropped her", "", "REM 0 RL zoe@x.com", without()},
		{"what edits nothing", "", "NLN NLN bob@x.com Bobby 0", without()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rosterOf(t, msnp.MSNP10, before...)
			if err := r.Apply(parsed(t, tt.answer), asked(t, tt.ask), msnp.MSNP10); err != nil {
				t.Fatal(err)
			}
			if d := differences(r, rosterOf(t, msnp.MSNP10, tt.after...)); d != nil {
				t.Errorf("after %q, %q: %q", tt.ask, tt.answer, d)
			}
			unedited := slices.Equal(tt.after, before)
			if d := differences(rosterOf(t, msnp.MSNP10, before...), r); (len(d) == 0) != unedited {
				t.Errorf("%q, %q changed %q", tt.ask, tt.answer, d)
			}
		})
	}
}

func TestApplyInMSNP9(t *testing.T) {
	r := rosterOf(t, msnp.MSNP9, "LSG 0 ~ 0", "LSG 1 Friends 0", "LST bob@x.com Bob 11 1")
	for _, x := range []struct{ ask, answer string }{
		{"ADD 6 FL erin@x.com Erin 1", "ADD 6 FL 42 erin@x.com Erin 1"},
		{"ADD 7 BL dave@x.com dave@x.com", "ADC 7 BL N=dave@x.com"},
		{"ADG 8 Chess 0", "ADG 8 43 Chess 2 0"},
		{"ADD 9 FL erin@x.com Erin 2", "ADD 9 FL 44 erin@x.com Erin 2"},
		{"REM 10 FL erin@x.com 1", "REM 10 FL 45 erin@x.com 1"},
		{"REA 11 bob@x.com Bobby", "REA 11 46 bob@x.com Bobby"},
		{"REA 12 alice@x.com Alice", "REA 12 47 alice@x.com Alice"},
		{"REG 13 2 Go 0", "REG 13 48 2 Go 0"},
		{"PRP 14 PHH 1", "PRP 14 49 PHH 1"},
		{"", "ADD 0 RL 50 zoe@x.com Zoe"},
		{"REM 15 BL dave@x.com", "REM 15 BL 51 dave@x.com"},
	} {
		if err := r.Apply(parsed(t, x.answer), asked(t, x.ask), msnp.MSNP9); err != nil {
			t.Fatalf("%q: %v", x.answer, err)
		}
	}
	want := rosterOf(t, msnp.MSNP9, "PRP PHH 1", "LSG 0 ~ 0", "LSG 1 Friends 0", "LSG 2 Go 0",
		"LST bob@x.com Bobby 11 1", "LST erin@x.com Erin 1 2", "LST zoe@x.com Zoe 8")
	if d := differences(r, want); d != nil {
		t.Errorf("%q", d)
	}
}

func TestCompare(t *testing.T) {
	before := rosterOf(t, msnp.MSNP10, "GTC A", "PRP MFN Alice", "PRP MOB N", "PRP MBE N", "LSG Other%20Contacts 0", "LSG Friends 1", "LSG Work 2",
		"LST N=bob@x.com F=Bob C=bob@x.com 11 0", "LST N=carol@x.com F=Carol C=carol@x.com 3 0,1", "LST N=dave@x.com 16")
	same := []string{"GTC A", "PRP MFN Al%69ce", "LSG Friends f-f", "LSG Work w-w",
		"LST N=bob@x.com F=Bob C=b-b 11", "LST N=Carol@x.com F=Carol C=c-c 3 f-f", "LST N=dave@x.com 16"}
	for _, tt := range []struct{ name, old, now, want string }{
		{"migrated", "", "", ""},
		{"group 0 with a GUID", "LSG Work w-w", "LSG Other%20Contacts o-o|LSG Work w-w", ""},
		{"in group 0 with a GUID", "LSG Work w-w|LST N=bob@x.com F=Bob C=b-b 11", "LSG Work w-w|LSG Other%20Contacts o-o|LST N=bob@x.com F=Bob C=b-b 11 o-o", ""},
		{"MBE", "GTC A", "GTC A|PRP MBE Y", `MBE: was "N", is "Y"`},
		{"a setting", "GTC A", "GTC N", `GTC: was "A", is "N"`},
		{"a setting lost", "PRP MFN Al%69ce|", "", `MFN: was "Alice", is not there`},
		{"a setting more", "GTC A", "GTC A|PRP PHH 1", `PHH: was not there, is "1"`},
		{"a group lost", "LSG Work w-w|", "", "group Work: was there, is not there"},
		{"a group twice", "LSG Work w-w", "LSG Work w-w|LSG Work v-v", "group Work: was there, is there 2 times"},
		{"a contact lost", "LST N=dave@x.com 16|", "", "contact dave@x.com: was on PL, is not there"},
		{"a contact more", "GTC A", "GTC A|LST N=eve@x.com 2", "contact eve@x.com: was not there, is on AL"},
		{"a contact on no list", "GTC A", "GTC A|LST N=eve@x.com C=e-e 0", ""},
		{"another name", "F=Bob", "F=Rob", `contact bob@x.com: was on FL AL RL as "Bob", is on FL AL RL as "Rob"`},
		{"other lists", "C=c-c 3", "C=c-c 5", `contact carol@x.com: was on FL AL as "Carol" in "Friends", is on FL BL as "Carol" in "Friends"`},
		{"a contact twice", "GTC A", "GTC A|LST N=DAVE@x.com 16", "contact dave@x.com: was on PL, is on PL and on PL"},
		{"PL is not RL", "dave@x.com 16", "dave@x.com 8", "contact dave@x.com: was on PL, is on RL"},
		{"another group", "3 f-f", "3 w-w", `contact carol@x.com: was on FL AL as "Carol" in "Friends", is on FL AL as "Carol" in "Work"`},
		{"a group that is none", "3 f-f", "3 x-x", `contact carol@x.com: was on FL AL as "Carol" in "Friends", is on FL AL as "Carol" in "a group with the unknown id x-x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Join(same, "|") + "|"
			if !strings.Contains(text, tt.old) {
				t.Fatalf("%q is not in %q", tt.old, text)
			}
			text = strings.TrimSuffix(strings.Replace(text, tt.old, tt.now, 1), "|")
			got := differences(before, rosterOf(t, msnp.MSNP10, strings.Split(text, "|")...))
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	for range before.Compare(&msnp.Roster{}) {
		return // one is enough for whoever asks no more
	}
	t.Error("no difference from an empty roster")
}
