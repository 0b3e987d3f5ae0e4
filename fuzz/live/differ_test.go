package live

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp/msnptest"
)

// served2 is a Differ of two servers, the second with defects.
func served2(t *testing.T, defects ...msnptest.Defect) *Differ {
	t.Helper()
	d := &Differ{First: served(t), Second: served(t, defects...)}
	d.First.Seed = 1
	return d
}

func TestDifferFindsWhatOneServerDoes(t *testing.T) {
	d := served2(t, msnptest.ReplyTwice)
	d.First.Sessions = 120
	told := 0
	d.First.Found = func(*Finding) { told++ }
	report, err := d.Run(t.Context())
	if err != nil || report.Sessions != 120 {
		t.Fatalf("%d sessions, %v", report.Sessions, err)
	}
	if len(report.Findings) != 1 || told != 1 {
		t.Fatalf("%d findings, %d told of, want 1: %v", len(report.Findings), told, report.Findings)
	}
	f := report.Findings[0]
	want := Verdict{Class: Differs, State: "online", Verb: "CHG"}
	if f.Verdict.Key() != want.Key() || f.Answers != [2]string{"CHG", "CHG*2 (reply)"} || !f.Stable() {
		t.Errorf("found %+v", f)
	}
	if f.Case.Commands() > 5 {
		t.Errorf("%d commands are left:\n%s", f.Case.Commands(), f.Case.Text())
	}
	if !strings.Contains(f.Transcript, "first server:") || !strings.Contains(f.Transcript, "second server:") {
		t.Errorf("transcript:\n%s", f.Transcript)
	}

	all, err := served2(t, msnptest.ReplyTwice).Replay(t.Context(), f, 2)
	if err != nil || len(all) != 2 || !all[0].Same || !all[1].Same {
		t.Errorf("played again: %+v, %v", all, err)
	}
	all, err = served2(t).Replay(t.Context(), f, 1)
	if err != nil || len(all) != 1 || all[0].Same || all[0].Verdict != nil {
		t.Errorf("played again to two sound servers: %+v, %v", all, err)
	}
}

func TestDifferOfTwoSoundServers(t *testing.T) {
	d := served2(t)
	d.First.Sessions = 100
	report, err := d.Run(t.Context())
	if err != nil || report.Sessions != 100 {
		t.Fatalf("%d sessions, %v", report.Sessions, err)
	}
	for _, f := range report.Findings {
		t.Errorf("session %v: %v", f.Path, &f.Verdict)
	}
}

func TestDifferSaysWhichServerIsGone(t *testing.T) {
	d := served2(t)
	d.First.Sessions = 1
	d.Second.Addr = "127.0.0.1:1" // nobody listens there
	if _, err := d.Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "the second server: ") {
		t.Errorf("got %v, want an error that names the second server", err)
	}
	d.First.Sessions = 0
	if _, err := d.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("without a limit: got %v, want an error", err)
	}
}

func TestNormal(t *testing.T) {
	const guid = "0b6b1d4c-7d5c-4a1e-9d2f-00c04fd430c8"
	for _, tt := range []struct {
		from codec.Side
		line string
		want string
	}{
		{from: codec.FromServer, line: "USR 3 TWN S lc=1033,id=507\r\n", want: "USR 3 TWN S {ticket}"},
		{from: codec.FromClient, line: "USR 4 TWN S t=a&p=b\r\n", want: "USR 4 TWN S {ticket}"},
		{from: codec.FromClient, line: "USR 1 a@example.com 17.2.3\r\n", want: "USR 1 a@example.com {cookie}"},
		{from: codec.FromServer, line: "XFR 3 SB 10.0.0.1:1865 CKI 17.2.3\r\n", want: "XFR 3 SB {address} CKI {cookie}"},
		{from: codec.FromServer, line: "XFR 3 NS ns.example.net:1864 0 127.0.0.1:1\r\n", want: "XFR 3 NS {address} 0 {cookie}"},
		{from: codec.FromServer, line: "CAL 2 RINGING 11752013\r\n", want: "CAL 2 RINGING {call}"},
		{from: codec.FromServer, line: "SYN 5 2004-07-01T00:13:20.5530000-07:00 0 3 1\r\n", want: "SYN 5 {version} {version} 3 1"},
		{from: codec.FromServer, line: "ADC 9 FL N=b@example.com F=b C=" + guid + "\r\n", want: "ADC 9 FL N=b@example.com F=b C={guid}"},
		{from: codec.FromServer, line: "REA 8 423 b@example.com zq7000x0000001fq7z\r\n", want: "REA 8 {version} b@example.com {mark}"},
		{from: codec.FromServer, line: "RMG 8 3\r\n", want: "RMG 8 3"},
		{from: codec.FromServer, line: "CHG 7 NLN 0\r\n", want: "CHG 7 NLN 0"},
		{from: codec.FromServer, line: "MSG Hotmail Hotmail 24\r\nsid: 507\r\nlang: 1033\r\n\r\n", want: "MSG Hotmail Hotmail {length}\r\nsid: {value}\r\nlang: 1033\r\n\r\n"},
		{from: codec.FromServer, line: "201 5\r\n", want: "201 5"},
		{from: codec.FromServer, line: "x \x00 10.0.0.1:7\r\n", want: "x \x00 {address}\r\n"},
	} {
		if got := normal(tt.from, []byte(tt.line)); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestDifferences(t *testing.T) {
	chg := func(said ...string) exchange {
		return exchange{state: stageOnline, verb: "CHG", sent: []string{"CHG 5 NLN 0", "PNG"}, said: said}
	}
	told := func(x exchange, lines ...string) exchange { x.told = lines; return x }
	png := exchange{state: stageOnline, verb: "PNG", sent: []string{"PNG"}}
	for _, tt := range []struct {
		name string
		a, b []exchange
		want []string // keys
		says [2]string
	}{
		{name: "is none", a: []exchange{chg("CHG 5 NLN 0")}, b: []exchange{chg("CHG 5 NLN 0")}},
		{name: "is a second reply", a: []exchange{chg("CHG 5 NLN 0")}, b: []exchange{chg("CHG 5 NLN 0", "CHG 5 NLN 0")},
			want: []string{"online CHG: CHG | CHG*2"}, says: [2]string{"", "CHG 5 NLN 0"}},
		{name: "is a missing reply", a: []exchange{chg()}, b: []exchange{chg("201 5")},
			want: []string{"online CHG: nothing | 201"}, says: [2]string{"", "201 5"}},
		{name: "is an argument", a: []exchange{chg("CHG 5 NLN 0")}, b: []exchange{chg("CHG 5 NLN 7")},
			want: []string{"online CHG: CHG (word 4 of CHG) | CHG (word 4 of CHG)"}, says: [2]string{"CHG 5 NLN 0", "CHG 5 NLN 7"}},
		{name: "is what comes unasked", a: []exchange{told(chg("CHG 5 NLN 0"), "NLN NLN b b 0")}, b: []exchange{chg("CHG 5 NLN 0")},
			want: []string{"online CHG: CHG NLN | CHG"}, says: [2]string{"NLN NLN b b 0", ""}},
		{name: "is an end, and all behind it is no other", a: []exchange{chg("CHG 5 NLN 0"), png}, b: []exchange{chg(answerEnded), chg("715 6")},
			want: []string{"online CHG: CHG | (ended)"}, says: [2]string{"CHG 5 NLN 0", answerEnded}},
		{name: "is followed by another", a: []exchange{chg("201 5"), chg("201 5")}, b: []exchange{chg("209 5"), chg("715 5")},
			want: []string{"online CHG: 201 | 209", "online CHG: 201 | 715"}, says: [2]string{"201 5", "209 5"}},
		{name: "is none where other things were sent", a: []exchange{chg("201 5")}, b: []exchange{png}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := differences(tt.a, tt.b)
			if len(got) != len(tt.want) {
				t.Fatalf("%d differences, want %d: %+v", len(got), len(tt.want), got)
			}
			for i, want := range tt.want {
				if got[i].key() != want {
					t.Errorf("difference %d is %q, want %q", i, got[i].key(), want)
				}
			}
			if len(got) > 0 && got[0].says != tt.says {
				t.Errorf("they say %q, want %q", got[0].says, tt.says)
			}
		})
	}
}

// TestDifferOfServersThatTellLate has the second server tell what comes unasked behind USR OK a moment after it.
func TestDifferOfServersThatTellLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, late := newWorld(t, nil), newWorld(t, nil)
		late.tamper = func(_ msnptest.Role, said string) string {
			if strings.HasPrefix(said, "MSG Hotmail ") {
				time.Sleep(20 * time.Millisecond) // of the bubble
			}
			return said
		}
		d := &Differ{First: w.fuzzer(), Second: late.fuzzer()}
		d.First.Sessions = 20
		report, err := d.Run(t.Context())
		if err != nil || report.Sessions != 20 {
			t.Fatalf("%d sessions, %v", report.Sessions, err)
		}
		for _, f := range append(report.Findings, report.Unconfirmed...) {
			t.Errorf("%v\n%s", &f.Verdict, f.Transcript)
		}
	})
}

func TestDifferenceInAPayloadNamesItsLine(t *testing.T) {
	d := difference{says: [2]string{"MSG a b {length}\r\nA: 1\r\nB: 2\r\n", "MSG a b {length}\r\nA: 1\r\nC: 2\r\n"}}
	v := d.verdict()
	if want := `the first server says "MSG … B: 2", the second "MSG … C: 2"`; v.Detail != want {
		t.Errorf("%s, want %s", v.Detail, want)
	}
}
