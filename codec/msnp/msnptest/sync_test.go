package msnptest

import (
	"strings"
	"testing"
)

// roster is an account with all that SYN can tell. %s is its mode.
const roster = `
[[account]]
email = 'me@x.com'
name = 'Me'
migrated = MODE
list-version = 7
list-time = '2004-07-15T05:59:26.8770000-07:00'
settings-time = '2004-06-24T05:59:26.8770000-07:00'
gtc = 'N'
blp = 'BL'
phh = '1 (2)'
mbe = 'N'
wwe = '0'
[[account.group]]
id = 0
name = 'Other Contacts'
[[account.group]]
id = 4
name = 'Old Friends'
guid = 'g-4'
[[account.group]]
id = 5
name = 'Work'
guid = 'g-5'
[[account.contact]]
email = 'friend@x.com'
guid = 'c-1'
lists = ['FL', 'AL', 'RL']
groups = [4, 5]
[[account.contact]]
email = 'stranger@x.com'
name = 'Old Name'
guid = 'c-2'
lists = ['FL', 'BL']
[[account.contact]]
email = 'other@x.com'
lists = ['AL', 'RL']
[[account.contact]]
email = 'pending@x.com'
lists = ['PL']

[[account]]
email = 'friend@x.com'
name = 'A Friend'
phm = '555'
mob = 'Y'
wwe = '1'

[[account]]
email = 'stranger@x.com'
name = 'New Name'
phh = 'hidden'
[[account.contact]]
email = 'me@x.com'
lists = ['BL']
`

// TestAnswersToSYN is §4 to the byte.
func TestAnswersToSYN(t *testing.T) {
	for _, tt := range []struct {
		name, dialect, migrated, say string
		want                         []string
	}{
		{"M1", "MSNP10", "true", "SYN 5 0 0", []string{
			"SYN 5 2004-07-15T05:59:26.8770000-07:00 2004-06-24T05:59:26.8770000-07:00 4 2",
			"GTC N", "BLP BL", "PRP MFN Me", "PRP PHH 1%20(2)", "PRP MBE N", "PRP WWE 0",
			"LSG Old%20Friends g-4", "LSG Work g-5",
			"LST N=friend@x.com F=A%20Friend C=c-1 11 g-4,g-5", "BPR PHM 555", "BPR MOB Y", "BPR WWE 1",
			"LST N=stranger@x.com F=Old%20Name C=c-2 5",
			"LST N=other@x.com 10", "LST N=pending@x.com 16",
		}},
		{"M0", "MSNP10", "false", "SYN 5 0 0", []string{
			"SYN 5 7 0 4 3",
			"GTC N", "BLP BL", "PRP MFN Me", "PRP PHH 1%20(2)", "PRP MBE N", "PRP WWE 0",
			"LSG Other%20Contacts 0", "LSG Old%20Friends 4", "LSG Work 5",
			"LST N=friend@x.com F=A%20Friend C=friend@x.com 11 4,5", "BPR PHM 555", "BPR MOB Y", "BPR WWE 1",
			"LST N=stranger@x.com F=Old%20Name C=stranger@x.com 5 0",
			"LST N=other@x.com 10", "LST N=pending@x.com 16",
		}},
		{"MSNP9, of an account that is migrated", "MSNP9", "true", "SYN 5 0", []string{
			"SYN 5 7 4 3",
			"GTC N", "BLP BL", "PRP PHH 1%20(2)", "PRP MBE N", "PRP WWE 0",
			"LSG 0 Other%20Contacts 0", "LSG 4 Old%20Friends 0", "LSG 5 Work 0",
			"LST friend@x.com A%20Friend 11 4,5", "BPR PHM 555", "BPR MOB Y", "BPR WWE 1",
			"LST stranger@x.com Old%20Name 5 0",
			"LST other@x.com other@x.com 10", "LST pending@x.com pending@x.com 8",
		}},
		{"MSNP8 has no WWE", "MSNP8", "false", "SYN 5 0", []string{
			"SYN 5 7 4 3",
			"GTC N", "BLP BL", "PRP PHH 1%20(2)", "PRP MBE N",
			"LSG 0 Other%20Contacts 0", "LSG 4 Old%20Friends 0", "LSG 5 Work 0",
			"LST friend@x.com A%20Friend 11 4,5", "BPR PHM 555", "BPR MOB Y",
			"LST stranger@x.com Old%20Name 5 0",
			"LST other@x.com other@x.com 10", "LST pending@x.com pending@x.com 8",
		}},
		{"nothing has changed in M1", "MSNP10", "true", "SYN 5 2004-07-15T05:59:26.8770000-07:00 2004-06-24T05:59:26.8770000-07:00",
			[]string{"SYN 5 2004-07-15T05:59:26.8770000-07:00 2004-06-24T05:59:26.8770000-07:00"}},
		{"nothing has changed in M0", "MSNP10", "false", "SYN 5 7 0", []string{"SYN 5 7 0"}},
		{"nothing has changed in MSNP9", "MSNP9", "true", "SYN 5 7", []string{"SYN 5 7"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := data(t, strings.Replace(roster, "MODE", tt.migrated, 1))
			srv := &Server{Data: d}
			bubble(t, srv, func(t *testing.T) {
				p := srv.client(t, "me@x.com", tt.dialect)
				p.say(tt.say).hears(tt.want...)
				p.say(tt.say).hears(tt.want...)
			})
		})
	}
}

func TestFullSyncAnswersInFull(t *testing.T) {
	srv := &Server{Accounts: 3, Migrated: MigratedNone, FullSync: true}
	bubble(t, srv, func(t *testing.T) {
		got := srv.client(t, user(1), "MSNP10").say("SYN 5 1 0").hear()
		if !strings.HasPrefix(got, "SYN 5 1 0 2 3\r\n") || strings.Count(got, "\nLST ") != 2 || strings.Count(got, "\nLSG ") != 3 {
			t.Errorf("%q", got)
		}
	})
}

func TestTheRingIsMutualAndNobodyIsThereTwice(t *testing.T) {
	for total := 0; total <= 14; total++ {
		for k := 0; k <= 16; k++ {
			want := min(k, max(total-1, 0))
			if total%2 == 1 {
				want -= want % 2
			}
			of := make(map[[2]int]bool)
			for n := 1; n <= total; n++ {
				around := neighbours(n, total, k)
				if len(around) != want {
					t.Errorf("%d accounts, %d contacts: %d has %v", total, k, n, around)
				}
				for _, m := range around {
					if m == n || m < 1 || m > total || of[[2]int{n, m}] {
						t.Errorf("%d accounts, %d contacts: %d has %v", total, k, n, around)
					}
					of[[2]int{n, m}] = true
				}
			}
			for pair := range of {
				if !of[[2]int{pair[1], pair[0]}] {
					t.Errorf("%d accounts, %d contacts: %v is not mutual", total, k, pair)
				}
			}
		}
	}
}

func TestWhichAccountsThereAre(t *testing.T) {
	d := data(t, "[[account]]\nemail = 'a@x.com'\n[[account.contact]]\nemail = 'user00002@example.com'\nlists = ['FL']\n")
	for _, tt := range []struct {
		name     string
		srv      *Server
		yes, not []string
	}{
		{"a thousand unless told otherwise", &Server{}, []string{user(1), user(1000)}, []string{user(0), user(1001), "user1@example.com", "user+0001@example.com"}},
		{"so many", &Server{Accounts: 3, UserFormat: "u%d@x.org"}, []string{"u1@x.org", "u3@x.org"}, []string{"u4@x.org", "u01@x.org", user(1)}},
		{"none", &Server{Accounts: -1}, nil, []string{user(1)}},
		{"those of the data", &Server{Data: d}, []string{"a@x.com"}, []string{user(1), user(2)}},
		{"those of the data and by rule", &Server{Data: d, Accounts: 2}, []string{"a@x.com", user(1), user(2)}, []string{user(3)}},
	} {
		if err := tt.srv.Check(); err != nil {
			t.Fatal(err)
		}
		for _, email := range tt.yes {
			if tt.srv.store.known(email) == nil {
				t.Errorf("%s: %s is not there", tt.name, email)
			}
		}
		for _, email := range tt.not {
			if tt.srv.store.known(email) != nil {
				t.Errorf("%s: %s is there", tt.name, email)
			}
		}
	}
}
