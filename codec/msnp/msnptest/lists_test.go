package msnptest

import (
	"strings"
	"testing"
)

// listsData has alice, who is migrated, bob, who is not, and others whom both may add.
const listsData = `
[[account]]
email = 'alice@x.com'
name = 'Alice A.'
migrated = true
list-time = '2004-07-15T05:59:26.8770000-07:00'
[[account.group]]
id = 0
name = 'Other Contacts'
[[account.group]]
id = 1
name = 'Friends'
guid = '3f6a1c52-0d0e-4a51-8a0d-3d6a86a5c101'
[[account.contact]]
email = 'carol@x.com'
name = 'Carol'
guid = '9d0f6c1e-72c7-4f0e-8f65-5e9f3f77c002'
lists = ['FL', 'AL', 'RL']
groups = [1]
[[account]]
email = 'bob@x.com'
name = 'Bob'
list-version = 41
[[account.group]]
id = 0
name = 'Other Contacts'
[[account.group]]
id = 1
name = 'Friends'
[[account.contact]]
email = 'carol@x.com'
name = 'Carol'
lists = ['FL', 'AL', 'RL']
groups = [1]
[[account]]
email = 'carol@x.com'
name = 'Carol'
[[account.contact]]
email = 'alice@x.com'
lists = ['FL', 'AL', 'RL']
[[account.contact]]
email = 'bob@x.com'
lists = ['FL', 'AL', 'RL']
[[account]]
email = 'erin@x.com'
name = 'Erin'
list-version = 3
phh = '+1 (555)'
`

// talk plays a conversation of clients that are online: "A: …" is what a client says, and the lines "A< …" behind
// it are all that is heard by then, by whomever; "A|" is the end of a connection.
func talk(t *testing.T, peers map[string]*peer, script string) {
	t.Helper()
	said, want := "", map[string]string{}
	check := func() {
		t.Helper()
		for name, p := range peers {
			got := p.hear()
			if p.over() {
				got += "|"
			}
			if got != want[name] {
				t.Errorf("after %q %s heard\n%q, want\n%q", said, name, got, want[name])
			}
		}
		for name, p := range peers {
			if p.over() {
				delete(peers, name)
			}
		}
		want = map[string]string{}
	}
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, rest := line[:1], strings.TrimSpace(line[2:])
		switch line[1] {
		case ':':
			check()
			said = line
			peers[name].say(rest)
		case '<':
			want[name] += rest + "\r\n"
		case '|':
			want[name] += "|"
		default:
			t.Fatalf("script: %q", line)
		}
	}
	check()
}

func TestListEdits(t *testing.T) {
	erin := guid(guidAccount+" erin@x.com", 0)
	chess := guid(guidGroup+" alice@x.com", 3)
	for _, tt := range []struct{ name, who, dialect, script string }{
		{"M1", "alice@x.com", "MSNP10", `
			A: ADC 20 FL N=erin@x.com F=erin@x.com
			A< ADC 20 FL N=erin@x.com F=erin@x.com C=` + erin + `
			A< BPR erin@x.com PHH +1%20(555)
			A< BPR erin@x.com PHW
			A< BPR erin@x.com PHM
			A< BPR erin@x.com MOB N
			A< ILN 20 NLN erin@x.com Erin 536870948
			E< ADC 0 RL N=alice@x.com F=Alice%20A.
			A: ADC 21 AL N=erin@x.com
			A< ADC 21 AL N=erin@x.com
			A: ADG 22 Chess%20club
			A< ADG 22 Chess%20club ` + chess + `
			A: ADC 23 FL C=` + erin + ` ` + chess + `
			A< ADC 23 FL C=` + erin + ` ` + chess + `
			A: ADC 24 FL C=` + erin + ` ` + chess + `
			A< 215 24
			A: SBP 25 ` + erin + ` MFN Erin%20(chess)
			A< SBP 25 ` + erin + ` MFN Erin%20(chess)
			A: REG 26 ` + chess + ` Friends
			A< 228 26
			A: REG 27 ` + chess + ` Chess
			A< REG 27 ` + chess + ` Chess
			A: SBP 127 ` + strings.ToUpper(erin) + ` MFN E
			A< SBP 127 ` + strings.ToUpper(erin) + ` MFN E
			A: REG 128 ` + strings.ToUpper(chess) + ` Go
			A< REG 128 ` + strings.ToUpper(chess) + ` Go
			A: REM 28 FL ` + erin + ` ` + chess + `
			A< REM 28 FL ` + erin + ` ` + chess + `
			A: REM 29 FL ` + erin + ` ` + chess + `
			A< 225 29
			A: RMG 30 ` + chess + `
			A< RMG 30 ` + chess + `
			A: REM 31 AL erin@x.com
			A< REM 31 AL erin@x.com
			A: ADC 32 BL N=erin@x.com
			A< ADC 32 BL N=erin@x.com
			A: ADC 33 AL N=erin@x.com
			A< 219 33
			A: REM 34 FL ` + erin + `
			A< REM 34 FL ` + erin + `
			E< REM 0 RL alice@x.com
			A: REM 35 FL ` + erin + `
			A< 216 35
			A: REM 36 BL erin@x.com
			A< REM 36 BL erin@x.com
			A: REM 37 FL ` + erin + `
			A< 208 37
			A: ADC 38 FL N=ghost@x.com F=ghost@x.com
			A< 208 38
			A: ADC 39 FL N=ghost F=ghost
			A< 201 39`},
		{"M0", "bob@x.com", "MSNP10", `
			A: ADC 20 FL N=erin@x.com F=erin@x.com
			A< ADC 20 FL N=erin@x.com F=erin@x.com C=erin@x.com
			A< BPR erin@x.com PHH +1%20(555)
			A< BPR erin@x.com PHW
			A< BPR erin@x.com PHM
			A< BPR erin@x.com MOB N
			A< ILN 20 NLN erin@x.com Erin 536870948
			E< ADC 0 RL N=bob@x.com F=Bob
			A: ADG 21 Chess%20club
			A< ADG 21 Chess%20club 2
			A: ADC 22 FL C=erin@x.com 2
			A< ADC 22 FL C=erin@x.com 2
			A: REM 23 FL erin@x.com 0
			A< REM 23 FL erin@x.com 0
			A: REM 24 FL erin@x.com 1
			A< 225 24
			A: SBP 25 erin@x.com MFN Eri
			A< SBP 25 erin@x.com MFN Eri
			A: RMG 26 0
			A< 230 26
			A: RMG 27 2
			A< RMG 27 2
			E< REM 0 RL bob@x.com
			A: REM 28 FL erin@x.com
			A< 216 28
			A: REM 29 FL nobody@x.com
			A< 208 29
			A: SYN 30 0 0
			A< SYN 30 47 0 1 2
			A< GTC A
			A< BLP AL
			A< PRP MFN Bob
			A< LSG Other%20Contacts 0
			A< LSG Friends 1
			A< LST N=carol@x.com F=Carol C=carol@x.com 11 1
			A: SYN 31 47 0
			A< SYN 31 47 0`},
		{"P9", "bob@x.com", "MSNP9", `
			A: ADD 20 FL erin@x.com Eri 1
			A< ADD 20 FL 42 erin@x.com Eri 1
			A< BPR 42 erin@x.com PHH +1%20(555)
			A< BPR 42 erin@x.com PHW
			A< BPR 42 erin@x.com PHM
			A< BPR 42 erin@x.com MOB N
			A< ILN 20 NLN erin@x.com Erin 536870948
			E< ADC 0 RL N=bob@x.com F=Bob
			A: ADD 21 FL erin@x.com Eri 1
			A< 215 21
			A: ADD 22 FL erin@x.com Eri 7
			A< 224 22
			A: ADG 23 Chess 0
			A< ADG 23 43 Chess 2 0
			A: ADD 24 FL erin@x.com Eri 2
			A< ADD 24 FL 44 erin@x.com Eri 2
			A: REG 25 2 Draughts 0
			A< REG 25 45 2 Draughts 0
			A: REA 26 erin@x.com Erin%20E
			A< REA 26 46 erin@x.com Erin%20E
			A: REA 27 bob@x.com Robert
			A< REA 27 47 bob@x.com Robert
			A: REM 28 FL erin@x.com 1
			A< REM 28 FL 48 erin@x.com 1
			A: RMG 29 2
			A< RMG 29 49 2
			E< REM 0 RL bob@x.com
			A: ADD 30 BL erin@x.com erin@x.com
			A< ADD 30 BL 50 erin@x.com erin@x.com
			A: REM 31 BL erin@x.com
			A< REM 31 BL 51 erin@x.com
			A: REM 32 AL erin@x.com
			A< 216 32
			A: ADD 33 FL ghost@x.com ghost@x.com
			A< 205 33
			A: REA 34 ghost@x.com x
			A< 205 34
			A: REA 35 erin@x.com x
			A< 216 35`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Data: data(t, listsData)}
			bubble(t, srv, func(t *testing.T) {
				a := srv.client(t, tt.who, tt.dialect)
				sync := "SYN 5 0 0"
				if tt.dialect != "MSNP10" {
					sync = "SYN 5 0"
				}
				a.say(sync, "CHG 6 NLN 536870948").hear()
				e := srv.client(t, "erin@x.com", "MSNP10").say("SYN 5 0 0", "CHG 6 NLN 536870948")
				e.hear()
				talk(t, map[string]*peer{"A": a, "E": e}, tt.script)
			})
		})
	}
}

// TestWhoAddsIsPending is §6.1 and §13.6: the one who was added decides, and PL ends with that.
func TestWhoAddsIsPending(t *testing.T) {
	srv := &Server{Data: data(t, listsData)}
	bubble(t, srv, func(t *testing.T) {
		bob := srv.client(t, "bob@x.com", "MSNP10").say("SYN 5 0 0", "ADC 6 FL N=erin@x.com F=Erin")
		bob.hear()
		erin := srv.client(t, "erin@x.com", "MSNP10").say("SYN 5 0 0", "CHG 6 NLN")
		if got := erin.hear(); !strings.HasPrefix(got, "SYN 5 4 0 1 0\r\n") || !strings.Contains(got, "LST N=bob@x.com 24\r\n") {
			t.Fatalf("erin finds %q", got)
		}
		talk(t, map[string]*peer{"B": bob, "E": erin}, `
			E: ADC 7 AL N=bob@x.com
			E< ADC 7 AL N=bob@x.com
			E: REM 8 PL bob@x.com
			E< REM 8 PL bob@x.com
			E: REM 9 PL bob@x.com
			E< 216 9
			E: ADC 10 RL N=bob@x.com
			E< ADC 10 RL N=bob@x.com
			E: SYN 11 0 0
			E< SYN 11 7 0 1 0
			E< GTC A
			E< BLP AL
			E< PRP MFN Erin
			E< PRP PHH +1%20(555)
			E< LST N=bob@x.com 10
			E: ADC 12 RL N=carol@x.com
			E|`)
	})
}

// TestAccessShows is §5.4 and §13.7: blocking hides, unblocking shows, and what BLP says anyway does neither.
func TestAccessShows(t *testing.T) {
	srv := &Server{Data: data(t, listsData)}
	bubble(t, srv, func(t *testing.T) {
		alice := srv.online(t, "alice@x.com", "MSNP10", "NLN")
		carol := srv.online(t, "carol@x.com", "MSNP10", "NLN")
		alice.hear()
		talk(t, map[string]*peer{"A": alice, "C": carol}, `
			A: REM 36 AL carol@x.com
			A< REM 36 AL carol@x.com
			A: ADC 37 BL N=carol@x.com
			A< ADC 37 BL N=carol@x.com
			C< FLN alice@x.com
			A: CHG 38 BSY 536870948
			A< CHG 38 BSY 536870948
			A: REM 39 BL carol@x.com
			A< REM 39 BL carol@x.com
			C< NLN BSY alice@x.com Alice%20A. 536870948
			A: CHG 40 HDN 536870948
			A< CHG 40 HDN 536870948
			C< FLN alice@x.com
			A: ADC 41 BL N=carol@x.com
			A< ADC 41 BL N=carol@x.com`)
	})
}

// TestListLimits is §1.6 and the numbers and ends of §6 that the conversations above do not show.
func TestListLimits(t *testing.T) {
	long := strings.Repeat("n", 388)
	for _, tt := range []struct {
		name, dialect, say string
		hear               string // "": the connection ends
	}{
		{"group name of 62 bytes", "MSNP10", "ADG 5 " + strings.Repeat("g", 62), "229 5"},
		{"group name of 128 bytes", "MSNP10", "ADG 5 " + strings.Repeat("g", 128), ""},
		{"group name that is used, in another spelling", "MSNP10", "ADG 5 %46riends", "228 5"},
		{"group number 30", "MSNP10", "REG 5 30 x", ""},
		{"group number in another form", "MSNP10", "RMG 5 x", ""},
		{"group that is not there", "MSNP10", "REG 5 29 x", "224 5"},
		{"contact name of 388 bytes", "MSNP10", "ADC 5 FL N=erin@x.com F=" + long, ""},
		{"address of 130 bytes", "MSNP10", "ADC 5 AL N=" + strings.Repeat("a", 124) + "@x.com", ""},
		{"PL cannot be added to", "MSNP10", "ADC 5 PL N=erin@x.com", ""},
		{"a list that is none", "MSNP10", "ADC 5 al N=erin@x.com", ""},
		{"without attribute", "MSNP10", "ADC 5 AL erin@x.com", "201 5"},
		{"oneself", "MSNP10", "ADC 5 FL N=BOB@x.com F=me", "201 5"},
		{"RL cannot be removed from", "MSNP10", "REM 5 RL carol@x.com", ""},
		{"a list that is none, to remove from", "MSNP10", "REM 5 XL carol@x.com", ""},
		{"a group of AL", "MSNP10", "REM 5 AL carol@x.com 1", ""},
		{"not on PL", "MSNP10", "REM 5 PL carol@x.com", "216 5"},
		{"not in the group", "MSNP10", "REM 5 FL carol@x.com 0", "225 5"},
		{"no such group", "MSNP10", "REM 5 FL carol@x.com 5", "224 5"},
		{"no such contact", "MSNP10", "SBP 5 erin@x.com MFN x", "208 5"},
		{"no such property", "MSNP10", "SBP 5 carol@x.com XYZ x", "715 5"},
		{"a property without value", "MSNP10", "SBP 5 carol@x.com MFN", "201 5"},
		{"a key of four bytes", "MSNP10", "SBP 5 carol@x.com NAME x", ""},
		{"a stored name of 388 bytes", "MSNP10", "SBP 5 carol@x.com MFN " + long, ""},
		{"ADD in MSNP10", "MSNP10", "ADD 5 AL erin@x.com x", ""},
		{"REA in MSNP10", "MSNP10", "REA 5 erin@x.com x", ""},
		{"ADC in MSNP9", "MSNP9", "ADC 5 AL N=erin@x.com", ""},
		{"SBP in MSNP9", "MSNP9", "SBP 5 carol@x.com MFN x", ""},
		{"PL in MSNP9", "MSNP9", "REM 5 PL carol@x.com", ""},
		{"ADG without the last 0 in MSNP9", "MSNP9", "ADG 5 x", "ADG 5 42 x 2 0"},
		{"REG without the last 0 in MSNP8", "MSNP8", "REG 5 1 x", "REG 5 42 1 x 0"},
		{"ADG with a last 0 in MSNP10", "MSNP10", "ADG 5 x 0", "ADG 5 x 2"},
		{"ADG with two words more", "MSNP10", "ADG 5 x 0 0", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Data: data(t, listsData)}
			bubble(t, srv, func(t *testing.T) {
				bob := srv.client(t, "bob@x.com", tt.dialect).say(tt.say)
				switch {
				case tt.hear != "":
					bob.hears(tt.hear)
				case bob.hear() != "" || !bob.over():
					t.Error("the connection goes on")
				}
			})
		})
	}
}

func TestThirtyGroups(t *testing.T) {
	srv := &Server{Data: data(t, listsData)}
	bubble(t, srv, func(t *testing.T) {
		bob := srv.client(t, "bob@x.com", "MSNP10")
		for n := range 28 {
			bob.say("ADG 5 g" + string(rune('a'+n)))
		}
		if got := bob.hear(); strings.Count(got, "ADG 5 ") != 28 || !strings.Contains(got, " 29\r\n") {
			t.Fatalf("28 groups: %q", got)
		}
		bob.say("ADG 6 more", "RMG 7 17", "ADG 8 more", "ADC 9 FL C=carol@x.com 29")
		bob.hears("223 6", "RMG 7 17", "ADG 8 more 17", "ADC 9 FL C=carol@x.com 29")
		// Membership follows the groups when one before them goes.
		bob.say("RMG 10 5", "REM 11 FL carol@x.com 29", "REM 12 FL carol@x.com 1")
		bob.hears("RMG 10 5", "REM 11 FL carol@x.com 29", "REM 12 FL carol@x.com 1")
	})
}
