package msnpcheck

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is a report with one result of each kind.
func sample() *Report {
	all := []Mode{P9, M0, M1}
	r := &Report{
		SchemaVersion: SchemaVersion, Target: "127.0.0.1:1863", Dialect: "MSNP10", Mode: M1, Profile: Real,
		Start: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Duration: 1234567890 * time.Nanosecond,
		Accounts: []string{"alice@example.com", "bob@example.com", "carol@example.com"},
		Changed:  []string{"bob@example.com: GTC: was \"A\", is \"N\""},
		Checks: []Result{
			{Info: Info{"framing.crlf", "framing", "1.1", "lines end in CR LF", all}, Status: Pass, Duration: time.Millisecond},
			{Info: Info{"lists.add-twice", "lists", "6.2", "who is on the list already is refused: 215", all}, Status: Warn,
				On: "alice", Sent: "ADC 8 FL N=bob@example.com F=Bob", Want: "215 8", Got: "ADC 8 FL N=bob@example.com F=Bob C=1", Known: "12.19 E, K"},
			{Info: Info{"lists.al-against-bl", "lists", "6.2", "who is on AL cannot be put on BL: 219", all}, Status: Fail, Duration: 20 * time.Millisecond,
				On: "alice", Sent: "ADC 9 BL N=bob@example.com", Want: "219 9", Got: "220 9", Why: `the verb, which should be 219, is "220"`,
				Conversation: []Said{
					{0, "bob", "C", "VER 1 MSNP10 CVR0"}, {time.Millisecond, "alice", "C", "PNG"}, {time.Millisecond, "alice", "S", "QNG 50"},
					{2 * time.Millisecond, "alice", "C", "ADC 9 BL N=bob@example.com"}, {3 * time.Millisecond, "alice", "S", "220 9"},
				}},
			{Info: Info{"lists.old-form", "lists", "6.2", "ADD adds a contact", []Mode{P9}}, Status: Skip, Missing: noRule + "M1"},
			{Info: Info{"migration.out-mig", "migration", "8", "OUT MIG, then the connection closed", all}, Status: Skip, Missing: "no account was migrated"},
		},
	}
	for _, c := range r.Checks {
		r.Counts.add(c.Status)
	}
	return r
}

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v; got\n%s\nwant\n%s", err, got, want)
	}
}

func TestReportsAreWritten(t *testing.T) {
	worse := sample()
	worse.Checks[0].Status, worse.Checks[0].Got = Fail, "VER 1 MSNP10\n"
	worse.Checks = worse.Checks[:4]
	for _, tt := range []struct {
		file  string
		write func(b *bytes.Buffer) error
	}{
		{"report.txt", func(b *bytes.Buffer) error { return sample().Text(b, false) }},
		{"all.txt", func(b *bytes.Buffer) error { return sample().Text(b, true) }},
		{"report.json", func(b *bytes.Buffer) error { return sample().JSON(b) }},
		{"junit.xml", func(b *bytes.Buffer) error { return sample().JUnit(b) }},
		{"compare.txt", func(b *bytes.Buffer) error { return Compare(sample(), worse).Text(b) }},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var b bytes.Buffer
			if err := tt.write(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, tt.file, b.Bytes())
		})
	}
}

func TestReportsAreReadAgain(t *testing.T) {
	var b bytes.Buffer
	if err := sample().JSON(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadReport(&b)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("%v %+v", err, got)
	}
	for text, want := range map[string]string{
		"":                                     "no report",
		`{"schema_version":1}`:                 "checks is missing",
		`{"verdict":"pass","checks":[]}`:       "schema_version",
		`{"schema_version":99,"checks":[]}`:    "newer than 1",
		`{"schema_version":1,"checks":[{}],}`:  "no report",
		`{"schema_version":1,"checks":"none"}`: "no report",
	} {
		if _, err := ReadReport(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestJUnitIsXML(t *testing.T) {
	var b bytes.Buffer
	if err := sample().JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var s junitSuites
	if err := xml.Unmarshal(b.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	if s.Tests != 5 || s.Failures != 1 || s.Skipped != 2 || len(s.Suites) != 3 || !strings.Contains(s.Suites[1].Cases[1].Failure.Text, "220 9") {
		t.Errorf("%+v", s)
	}
}

func TestCompareFindsWhatIsWorse(t *testing.T) {
	statuses := []Status{Pass, Warn, Fail, Skip, ""}
	for _, was := range statuses {
		for _, is := range statuses {
			one := func(s Status) *Report {
				if s == "" {
					return &Report{}
				}
				return &Report{Checks: []Result{{Info: Info{Name: "lists.add", Group: "lists"}, Status: s}}}
			}
			c := Compare(one(was), one(is))
			if got, want := len(c.Worse()) == 1, is == Fail && (was == Pass || was == Warn); got != want {
				t.Errorf("%q to %q: worse %v", was, is, got)
			}
			if got, want := len(c.Changes) == 1, was != is; got != want {
				t.Errorf("%q to %q: changed %v", was, is, got)
			}
		}
	}
}

func TestMatrixHasEveryCheck(t *testing.T) {
	var b bytes.Buffer
	if err := Matrix(&b, []Column{{"a|b", sample()}, {"new", &Report{}}}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, c := range Checks() {
		if !strings.Contains(text, strings.TrimPrefix(c.Name, c.Group+".")) {
			t.Errorf("%s is missing", c.Name)
		}
	}
	for _, want := range []string{
		"| group | checks | a\\|b | new |\n", "| framing | crlf | pass | - |\n", "| lists | add-twice | warn | - |\n",
		"| lists | al-against-bl | **FAIL** | - |\n", "| **passed** |  | **1 of 3** | **0 of 0** |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
