package live

import (
	"bytes"
	"cmp"
	_ "embed" // the text of the test
	"errors"
	"fmt"
	"go/format"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"unicode"

	"nudge/codec"
)

//go:embed gotest.tmpl
var goTestText string

// goTest parses that text when it is first wanted.
var goTest = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("test").Delims("<<", ">>").Parse(goTestText))
})

// ErrNoGoTest says that a test in Go can't show a finding, since it rests on what other clients are told, or on what
// the server writes to standard error.
var ErrNoGoTest = errors.New("a Go test can't show it: it rests on what clean clients are told, or on standard error")

// GoTest writes a test in Go of a given name, like TestReplyTwice, that needs the standard library alone: it plays
// the session against the server at MSNP_ADDR and fails if the same mistake shows. The first three accounts are
// its default. What rests on what other clients are told is ErrNoGoTest.
func (f *Finding) GoTest(w io.Writer, name string, accounts []Account) error {
	if !f.showsAlone() {
		return fmt.Errorf("finding of class %s, %s: %w", f.Verdict.Class, f.Verdict.State, ErrNoGoTest)
	}
	var emails []string
	for _, a := range accounts[:min(len(accounts), 3)] {
		emails = append(emails, a.Email)
	}
	withTrID, forms := serverForms()
	var b bytes.Buffer
	err := goTest().Execute(&b, map[string]any{
		"Name": name, "Verdict": printable(f.Verdict.String()), "Class": string(f.Verdict.Class), "Verb": strconv.Quote(cmp.Or(f.Verdict.Verb, halfClose)),
		"Accounts": strings.Join(emails, ","), "Mark": newMark(0, f.Path.mark()), "ProductKey": productKey, "Steps": f.Case.goSteps(), "Told": f.toldBefore(),
		"Calls": f.Case.calls(), "WithTrID": strings.Join(withTrID, "|"), "Forms": forms, "Numbers": serverNumbers(), "More": verbList(more, " "), "Others": otherVerbs(),
	})
	if err != nil {
		return err
	}
	text, err := format.Source(b.Bytes())
	if err != nil {
		return fmt.Errorf("test of %s: %w", f.Verdict.Class, err)
	}
	_, err = w.Write(text)
	return err
}

// printable is a text with question marks in the place of what can't be printed.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// showsAlone reports whether a mistake shows to the client whose session it is, or to any other.
func (f *Finding) showsAlone() bool {
	switch f.Verdict.Class {
	case Crash, Refused, Hang, Sick:
		return true
	case Leak, Lists, Message, Presence, Raised, Pieces, Differs:
		return false
	}
	return slices.Contains(stageNames[:], f.Verdict.State)
}

// toldBefore is what a server said after which it has to close the connection, as its first word, or its first and
// third; "": it has to without a word.
func (f *Finding) toldBefore() string {
	what, _, ok := strings.Cut(f.Verdict.Detail, " was told")
	if f.Verdict.Class != Open || !ok {
		return ""
	}
	if word, _, _ := strings.Cut(what, " "); word == "OUT" {
		return word // whatever its reason
	}
	return what
}

// calls reports whether a case calls anybody to a switchboard.
func (c *Case) calls() bool {
	return slices.ContainsFunc(c.steps, func(s step) bool { return s.act == actSend && s.on == onBoard && s.cmd.verb() == "CAL" })
}

// serverForms are the verbs of replies that have a TrID, and how many words stand behind each verb of a server, its
// TrID among them.
func serverForms() (withTrID, forms []string) {
	for r := range codec.Rules() {
		if r.From != codec.FromServer || r.Since > 10 || r.Removed != 0 && r.Removed <= 10 && r.Verb != codec.SND {
			continue
		}
		low, high := int(r.Min), int(r.Max)
		switch r.TrID {
		case codec.TrIDRequired:
			withTrID = append(withTrID, r.Verb.String())
			low, high = low+1, high+1
		case codec.TrIDOptional:
			high++
		}
		if r.Max == codec.Many {
			high = -1
		}
		forms = append(forms, fmt.Sprintf("%q: {%d, %d}", r.Verb, low, high))
	}
	return withTrID, forms
}

// serverNumbers are the numeric replies of the page, with spaces around each (§10).
func serverNumbers() string {
	var b strings.Builder
	for code := 100; code < 1000; code++ {
		if codec.CodeName(code) != "" {
			fmt.Fprintf(&b, " %d", code)
		}
	}
	return b.String() + " "
}

// otherVerbs are the rows of others, as Go.
func otherVerbs() (rows []string) {
	for _, v := range slices.Sorted(maps.Keys(others)) {
		rows = append(rows, fmt.Sprintf("%q: %q", v, verbList(others[v], " ")))
	}
	return rows
}

func verbList(all []codec.Verb, sep string) string {
	var names []string
	for _, v := range all {
		names = append(names, v.String())
	}
	return strings.Join(names, sep)
}
