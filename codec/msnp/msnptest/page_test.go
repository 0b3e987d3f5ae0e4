package msnptest

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// example is how the blocks of a section of §13 become a script.
type example struct {
	section string
	before  []string // each block: what must have happened; "skip": is not played
	after   []string // what follows the block at the end
	differ  []difference
}

// difference is where the reference server rightly does not do as the page shows.
type difference struct {
	why  string // with the § that allows it
	page string // regular expression
	ours string
}

var (
	profile  = difference{"§3.6: more headers, free or empty", `(?s)S: MSG Hotmail Hotmail \d+\n.*?ABCHMigrated: (.)\n\| \n`, "S: MSG Hotmail Hotmail {any}\n| {rest}ABCHMigrated: $1\n| \n"}
	byTicket = difference{"a ticket that Passport would give", `TWN S t=5(\w+)token(2?)&p=5\w+`, "TWN S {ticket $1@example.com}"}
)

var examples = []example{
	{
		section: "13.1",
		before: []string{
			"## data page\n## do clock 1088000123\n## connects dispatch",
			"## B bad on bob@example.com M0\nB C: CHG 9 AWY 268435500 {object}\nB S: CHG 9 AWY 268435500 {object}\n## connects",
			"## do ticket alice@example.com t=5alicetoken&p=5aliceprofile",
		},
		differ: []difference{
			{"§3.6: W writes it so", "preferredEmail", "PreferredEmail"},
			{"Bob, who is there", `(?m)^(C: PNG)`, "B S: NLN NLN alice@example.com Alice%20A. 536870948\n$1"},
		},
	},
	{
		section: "13.2",
		before: []string{
			"## data page-m0\n## A bad on alice@example.com M1\n## connects",
			"## closed\nA C: OUT\nA S: OUT\n## A closed\n## bad in bob@example.com M0",
		},
		differ: []difference{profile, byTicket},
	},
	{
		section: "13.3",
		before:  []string{"## data page-p9\n## connects", "## connects"},
		after:   []string{"", "## closed"},
		differ: []difference{
			{"§3.2: the highest dialect offered, and the server has MSNP10", "VER 1 MSNP10 MSNP9 CVR0", "VER 1 MSNP9 CVR0"},
			{"§12.6: the profile is always sent", `(?m)^(S: USR 4 OK .*\n)`, "${1}S: MSG Hotmail Hotmail {any}\n| {rest}ABCHMigrated: 0\n| \n"},
			{"§3.2: CVR0 is listed last", "VER 1 MSNP7 MSNP6 CVR0", "VER 1 MSNP7 MSNP6"},
			byTicket,
		},
	},
	{
		section: "13.4",
		before: []string{
			"## data page-m0\n## A bad on alice@example.com M1\n## bad on bob@example.com M0\n## do migrate",
			"## closed\n## connects",
		},
		differ: []difference{profile, byTicket, {"§3.4: the challenge is opaque", `(USR 9 TWN S) \S+`, "$1 {any}"}},
	},
	{
		section: "13.5",
		before: []string{
			"## data page\n## bad on alice@example.com M1\n## E bad on erin@example.com M0\n" +
				"E C: ADC 10 FL N=alice@example.com F=Alice\nE S: ADC 10 FL N=alice@example.com F=Alice C=alice@example.com\n" +
				"E S: BPR alice@example.com PHH 1%20(555)%200100\nE S: BPR alice@example.com PHW\nE S: BPR alice@example.com PHM\n" +
				"E S: BPR alice@example.com MOB N\nE S: ILN 10 NLN alice@example.com Alice%20A. 536870948\n" +
				"S: ADC 0 RL N=erin@example.com F=Erin",
			"E C: OUT\nE S: OUT\n## E closed\n## bad in bob@example.com M0",
		},
		differ: []difference{
			{"§0: an id is what the server says", "0b5d0a34-90c2-47f8-bb1b-7e1c3a5de001", "{erin}"},
			{"§0: an id is what the server says", "e4b4c8b2-6f3a-4a0f-8a77-9c0d2e6fd003", "{chess}"},
			{"§13.5, on Erin's connection", `(?m)^(S: ILN 20 .*\n)`, "${1}E S: ADC 0 RL N=alice@example.com F=Alice%20A.\n"},
			{"§13.5, on Erin's connection", `(?m)^(S: ADC 30 .*\n)`, "${1}E S: FLN alice@example.com\n"},
			{"§13.5, on Erin's connection", `(?m)^(S: REM 32 .*\n)`, "${1}E S: REM 0 RL alice@example.com\n"},
			{"§6.5: the lowest free number is given out, and Bob has one group here", `(ADG 21 Chess%20club) 2`, "$1 {number}"},
			{"§6.5", `((?:ADC 22 FL C=erin@example.com|REM 24 FL erin@example.com|REG 25|RMG 26)) 2`, "$1 {number}"},
		},
	},
	{
		section: "13.6",
		before: []string{
			"## data page\n## bad on alice@example.com M1\n## F bad on frank@example.com M0\n" +
				"F C: ADC 10 FL N=alice@example.com F=Alice\nF S: ADC 10 FL N=alice@example.com F=Alice C=alice@example.com\n" +
				"F S: BPR alice@example.com PHH 1%20(555)%200100\nF S: BPR alice@example.com PHW\nF S: BPR alice@example.com PHM\n" +
				"F S: BPR alice@example.com MOB N\nF S: ILN 10 NLN alice@example.com Alice%20A. 536870948",
		},
		differ: []difference{
			{"§12.22: the name sent; §6.2: what follows, in this order", `S: ADC 43 .*\n`, "S: ADC 43 FL N=frank@example.com F=frank@example.com C={frank}\n" +
				"S: BPR frank@example.com PHH\nS: BPR frank@example.com PHW\nS: BPR frank@example.com PHM\nS: BPR frank@example.com MOB N\n" +
				"S: ILN 43 NLN frank@example.com Frank 536870948\nF S: ADC 0 RL N=alice@example.com F=Alice%20A.\n"},
		},
	},
	{
		section: "13.7",
		before: []string{
			"## data page\n## A bad on alice@example.com M1\n## B bad on bob@example.com M0\nA S: NLN NLN bob@example.com Bob%20B. 536870948",
			"## X bad in alice@example.com M1\nA S: OUT OTH\n## A closed\n## bad on alice@example.com M1\nX S: OUT OTH\n## X closed\n## do challenge alice@example.com 29409134351025259292",
		},
		differ: []difference{{"§12.14: OUT is answered", "B C: OUT\n.*\n", "${0}B S: OUT\n## B closed\n"}},
	},
	{
		section: "13.9",
		before: []string{
			"## data page\n## connects\nC: VER 1 MSNP10\nS: VER 1 MSNP10\nC: USR 3 TWN I alice@example.com\nS: USR 3 TWN S {any}",
			"## closed\n## bad on alice@example.com M1\n## X bad in alice@example.com M1",
			"## closed\n## bad on bob@example.com M0\n## do announce\nX S: MSG Hotmail Hotmail 88\n| {rest}",
			"skip",
		},
		after:  []string{"", "", "X S: OUT SSD\n## all closed", ""},
		differ: []difference{{"what the server does on its own", `(?m)^(S: OUT SSD)`, "## do shutdown\n$1"}},
	},
	{
		section: "13.9",
		before:  []string{"skip", "skip", "skip", "## data page\n## bad on bob@example.com M0"},
		after:   []string{"", "", "", "## closed"},
	},
	{
		section: "13.10",
		before:  []string{"## data lists\n## bad in alice@example.com M1\nC: CHG 9 NLN\nS: CHG 9 NLN"},
	},
}

// section returns the blocks of a section of the page.
func section(t *testing.T, number string) (blocks []string) {
	t.Helper()
	page, err := os.ReadFile("../../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "\n### "+number+" ")
	if !ok {
		t.Fatalf("the page has no §%s", number)
	}
	if end := regexp.MustCompile(`(?m)^##`).FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	for _, m := range regexp.MustCompile("(?s)```msnp\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// TestTheExamplesOfThePageWorkLineForLine plays §13, but for the switchboard's
// §13.8: the client's lines as they are, which the server must answer as it is
// shown, or as the table says.
func TestTheExamplesOfThePageWorkLineForLine(t *testing.T) {
	object := regexp.MustCompile(`%3Cmsnobj\S+`).FindString(strings.Join(section(t, "13.1"), ""))
	for _, e := range examples {
		t.Run(e.section, func(t *testing.T) {
			blocks := section(t, e.section)
			if len(blocks) != len(e.before) {
				t.Fatalf("§%s has %d blocks, want %d", e.section, len(blocks), len(e.before))
			}
			script := ""
			for i, block := range blocks {
				if e.before[i] == "skip" {
					continue
				}
				script += e.before[i] + "\n" + block
				if e.after != nil {
					script += e.after[i] + "\n"
				}
			}
			for _, d := range e.differ {
				changed := regexp.MustCompile(d.page).ReplaceAllString(script, d.ours)
				if changed == script && d.page != d.ours {
					t.Errorf("%s: %q is not in the page any more", d.why, d.page)
				}
				script = changed
			}
			script = strings.ReplaceAll(script, "{object}", object)
			play(t, &Server{AnnounceNotification: "192.0.2.20:1863"}, "§"+e.section, script)
			if t.Failed() {
				t.Logf("the script:\n%s", script)
			}
		})
	}
	played := map[string]bool{"13.8": true}
	for _, e := range examples {
		played[e.section] = true
	}
	page, err := os.ReadFile("../../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^### (13\.\d+)`).FindAllStringSubmatch(string(page), -1) {
		if !played[m[1]] {
			t.Errorf("§%s is not played", m[1])
		}
	}
}
