package msnptest

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// elsewhere says of entries of §12 why no script has them.
var elsewhere = map[string]string{
	"12.36": "TestCallsThatReachNobody", "12.37": "TestConversation", "12.38": "TestMessagesThatMayNotBe", "12.39": "TestConversation",
	"12.47": "TestConversation",
	"12.44": "Passport: TestPassport and those beside it",
	"12.45": "advice for clients only: ports are as listened on",
	"12.46": "TestCallsThatReachNobody",
}

// TestDivergences plays a script for each entry of §12 that has advice for
// servers, and finds those that have none.
func TestDivergences(t *testing.T) {
	text, err := os.ReadFile("testdata/divergences.text")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	begins := regexp.MustCompile(`(?m)^12\.\d+ .*$`)
	title := begins.FindAllStringIndex(string(text), -1)
	played := map[string]bool{}
	for i, at := range title {
		end := len(text)
		if i+1 < len(title) {
			end = title[i+1][0]
		}
		what, script := string(text[at[0]:at[1]]), string(text[at[0]:end])
		for _, entry := range regexp.MustCompile(`12\.\d+`).FindAllString(what, -1) {
			played[entry] = true
		}
		before := strings.Count(string(text[:at[0]]), "\n")
		t.Run(what, func(t *testing.T) {
			play(t, &Server{}, "testdata/divergences.text", strings.Repeat("\n", before)+script)
		})
	}
	entries := regexp.MustCompile(`(?m)^\*\*(12\.\d+) `).FindAllStringSubmatch(string(page), -1)
	if len(entries) < 48 {
		t.Fatalf("the page has %d divergences", len(entries))
	}
	for _, e := range entries {
		if _, other := elsewhere[e[1]]; played[e[1]] == other {
			t.Errorf("§%s: played %v, said to be elsewhere %v", e[1], played[e[1]], other)
		}
	}
}
