package msnpcheck

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit's XML, as CI servers read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitMessage `xml:"failure,omitempty"`
		Skipped *junitMessage `xml:"skipped,omitempty"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report as JUnit's XML: a suite for each group, times in
// seconds, a warning as a case that passed and has something to say.
func (r *Report) JUnit(w io.Writer) error {
	n := r.Counts
	all := junitSuites{
		Name: "nudge check " + r.Target, Tests: len(r.Checks), Failures: n.Fail, Skipped: n.Skip, Time: seconds(r.Duration.Seconds()),
	}
	for _, group := range Groups() {
		if s := r.suite(group); s.Tests > 0 {
			all.Suites = append(all.Suites, s)
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) suite(group string) junitSuite {
	s := junitSuite{Name: group, Timestamp: r.Start.Format("2006-01-02T15:04:05"), Properties: []junitProperty{
		{"target", r.Target}, {"dialect", r.Dialect}, {"mode", string(r.Mode)}, {"profile", string(r.Profile)},
	}}
	var took float64
	for i := range r.Checks {
		c := &r.Checks[i]
		if c.Group != group {
			continue
		}
		s.Tests++
		took += c.Duration.Seconds()
		one := junitCase{Class: group, Name: c.Name, Time: seconds(c.Duration.Seconds())}
		switch c.Status {
		case Fail:
			s.Failures++
			one.Failure = &junitMessage{Message: fmt.Sprintf("§%s: %s", c.Section, c.Says), Text: c.inFull()}
		case Skip:
			s.Skipped++
			one.Skipped = &junitMessage{Message: c.Missing}
		case Warn:
			one.Out = c.inFull()
		}
		s.Cases = append(s.Cases, one)
	}
	s.Time = seconds(took)
	return s
}

func (c *Result) inFull() string {
	var b strings.Builder
	fmt.Fprintln(&b)
	c.decided(&b)
	return b.String()
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
