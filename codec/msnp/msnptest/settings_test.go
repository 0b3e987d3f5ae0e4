package msnptest

import (
	"strings"
	"testing"
	"time"
)

// three accounts: the owner has a friend on AL; a stranger and the friend have the owner on FL.
const settingsData = `
[[account]]
email = 'owner@x.com'
list-version = 7
[[account.contact]]
email = 'friend@x.com'
lists = ['AL']
[[account]]
email = 'friend@x.com'
list-version = 3
[[account.contact]]
email = 'owner@x.com'
lists = ['FL']
[[account]]
email = 'stranger@x.com'
[[account.contact]]
email = 'owner@x.com'
lists = ['FL']
`

// TestEditsOfSettings is §4.5 and §4.6: what the owner says and hears, and what a friend and a stranger hear.
func TestEditsOfSettings(t *testing.T) {
	for _, tt := range []struct {
		name, dialect    string
		say              string
		hear             []string
		friend, stranger []string
		closed           bool
	}{
		{"GTC", "MSNP10", "GTC 5 N", []string{"GTC 5 N"}, nil, nil, false},
		{"GTC in MSNP9 has the list version", "MSNP9", "GTC 5 N", []string{"GTC 5 8 N"}, nil, nil, false},
		{"GTC to what it is", "MSNP10", "GTC 5 A", []string{"218 5"}, nil, nil, false},
		{"GTC to anything else", "MSNP10", "GTC 5 a", nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"BLP hides from those on no list", "MSNP10", "BLP 5 BL", []string{"BLP 5 BL"}, nil, []string{"FLN owner@x.com"}, false},
		{"BLP shows to those on no list", "MSNP10", "BLP 5 BL\r\nBLP 6 AL", []string{"BLP 5 BL", "BLP 6 AL"}, nil, []string{"FLN owner@x.com", "NLN NLN owner@x.com owner@x.com 536870948"}, false},
		{"BLP in MSNP9 has the list version", "MSNP9", "BLP 5 BL", []string{"BLP 5 8 BL"}, nil, []string{"FLN owner@x.com"}, false},
		{"BLP while hidden", "MSNP10", "CHG 5 HDN\r\nBLP 6 BL", []string{"CHG 5 HDN", "BLP 6 BL"}, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, false},
		{"BLP to what it is", "MSNP10", "BLP 5 AL", []string{"218 5"}, nil, nil, false},
		{"BLP to anything else", "MSNP10", "BLP 5 RL", nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"PRP MFN", "MSNP10", "PRP 5 MFN New%20Name", []string{"PRP 5 MFN New%20Name"}, []string{"NLN NLN owner@x.com New%20Name 536870948"}, []string{"NLN NLN owner@x.com New%20Name 536870948"}, false},
		{"PRP MFN while hidden", "MSNP10", "CHG 5 HDN\r\nPRP 6 MFN x", []string{"CHG 5 HDN", "PRP 6 MFN x"}, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, false},
		{"PRP MFN without a name", "MSNP10", "PRP 5 MFN", []string{"209 5"}, nil, nil, false},
		{"PRP MFN in MSNP9", "MSNP9", "PRP 5 MFN x", []string{"715 5"}, nil, nil, false},
		{"PRP MFN of 387 bytes", "MSNP10", "PRP 5 MFN " + strings.Repeat("a", 387), []string{"PRP 5 MFN " + strings.Repeat("a", 387)}, []string{"NLN NLN owner@x.com " + strings.Repeat("a", 387) + " 536870948"}, []string{"NLN NLN owner@x.com " + strings.Repeat("a", 387) + " 536870948"}, false},
		{"PRP MFN above 387 bytes", "MSNP10", "PRP 5 MFN " + strings.Repeat("a", 388), nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"PRP of each phone", "MSNP10", "PRP 5 PHH 1\r\nPRP 6 PHW 2\r\nPRP 7 PHM 3", []string{"PRP 5 PHH 1", "PRP 6 PHW 2", "PRP 7 PHM 3"},
			[]string{"BPR owner@x.com PHH 1", "BPR owner@x.com PHW 2", "BPR owner@x.com PHM 3"}, []string{"BPR 0 owner@x.com PHH 1", "BPR 0 owner@x.com PHW 2", "BPR 0 owner@x.com PHM 3"}, false},
		{"PRP clears a phone", "MSNP9", "PRP 5 PHH", []string{"PRP 5 8 PHH"}, []string{"BPR owner@x.com PHH"}, []string{"BPR 0 owner@x.com PHH"}, false},
		{"PRP of a phone above 95 bytes", "MSNP10", "PRP 5 PHH " + strings.Repeat("1", 96), nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"PRP MOB without a mobile", "MSNP10", "PRP 5 MOB Y", []string{"PRP 5 MOB N"}, []string{"BPR owner@x.com MOB N"}, []string{"BPR 0 owner@x.com MOB N"}, false},
		{"PRP MOB to anything else", "MSNP10", "PRP 5 MOB y", nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"PRP of what the server sets", "MSNP10", "PRP 5 WWE 1", []string{"715 5"}, nil, nil, false},
		{"PRP of a key in lower case", "MSNP10", "PRP 5 mfn x", []string{"715 5"}, nil, nil, false},
		{"PRP of a short key", "MSNP10", "PRP 5 PH 1", []string{"715 5"}, nil, nil, false},
		{"PRP of a long key", "MSNP10", "PRP 5 PHHH 1", nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
		{"a NUL is nothing to tell others", "MSNP10", "PRP 5 MFN a\x00b", nil, []string{"FLN owner@x.com"}, []string{"FLN owner@x.com"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Data: data(t, settingsData)}
			bubble(t, srv, func(t *testing.T) {
				friend, stranger := srv.online(t, "friend@x.com", "MSNP10", "NLN"), srv.online(t, "stranger@x.com", "MSNP9", "NLN")
				friend.say("SYN 5 0 0").hear()
				stranger.say("SYN 5 9").hear()
				owner := srv.online(t, "owner@x.com", tt.dialect, "NLN")
				friend.hear()
				stranger.hear()
				owner.say(tt.say).hears(tt.hear...)
				friend.hears(tt.friend...)
				stranger.hears(tt.stranger...)
				if owner.over() != tt.closed {
					t.Errorf("closed: %v", owner.over())
				}
			})
		})
	}
}

func TestEditsStayAndCount(t *testing.T) {
	srv := &Server{Data: data(t, strings.Replace(settingsData, "list-version = 7", "list-version = 7\nmigrated = true\nmbe = 'Y'", 1)), Accounts: 2}
	bubble(t, srv, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2004, 7, 15, 12, 59, 26, 877e6, time.UTC).AddDate(0, 0, 1)))
		p := srv.client(t, "owner@x.com", "MSNP10").say("GTC 5 N", "BLP 6 BL", "PRP 7 MFN x", "PRP 8 PHH 1%20(2)", "PRP 9 MOB Y")
		p.hears("GTC 5 N", "BLP 6 BL", "PRP 7 MFN x", "PRP 8 PHH 1%20(2)", "PRP 9 MOB Y")
		now := time.Now().Add(400 * time.Nanosecond).In(pacific).Format(versionLayout) // each of five edits at one moment has a version
		p.say("SYN 10 0 0").hears("SYN 10 "+ruleTime+" "+now+" 1 0", "GTC N", "BLP BL", "PRP MFN x", "PRP PHH 1%20(2)", "PRP MOB Y", "PRP MBE Y", "LST N=friend@x.com 2")
		nine := srv.client(t, "owner@x.com", "MSNP9")
		nine.say("SYN 5 12").hears("SYN 5 12")
		one := srv.client(t, user(1), "MSNP10").say("GTC 5 N")
		one.hears("GTC 5 N")
		if srv.store.rule(2).set.gtc != "A" {
			t.Error("an edit of one account by rule is an edit of all")
		}
	})
}

// TestListVersionsInM0 is §12.12: GTC, BLP, PRP and BPR have them on request, and nothing else does.
func TestListVersionsInM0(t *testing.T) {
	for _, tt := range []struct {
		name, migrated string
		hear, bpr      []string
	}{
		{"M0", "", []string{"GTC 5 8 N", "BLP 6 9 BL", "PRP 7 10 MFN x", "PRP 8 11 PHH 1", "ADG 9 New 1"}, []string{"BPR 3 owner@x.com PHH 1"}},
		{"M1", "\nmigrated = true", []string{"GTC 5 N", "BLP 6 BL", "PRP 7 MFN x", "PRP 8 PHH 1", "ADG 9 New "}, []string{"BPR owner@x.com PHH 1"}},
	} {
		text := strings.NewReplacer("list-version = 7", "list-version = 7"+tt.migrated, "list-version = 3", "list-version = 3"+tt.migrated, "'AL'", "'FL', 'AL'").Replace(settingsData)
		srv := &Server{Data: data(t, text), ListVersionsInM0: true}
		bubble(t, srv, func(t *testing.T) {
			friend := srv.client(t, "friend@x.com", "MSNP10").say("SYN 5 0 0")
			friend.hear()
			p := srv.client(t, "owner@x.com", "MSNP10").say("GTC 5 N", "BLP 6 BL", "PRP 7 MFN x", "PRP 8 PHH 1", "ADG 9 New")
			if got, want := p.hear(), strings.TrimSuffix(lines(tt.hear...), "\r\n"); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %q, want %q", tt.name, got, want)
			}
			friend.hears(tt.bpr...)
		})
	}
}
