package live

import (
	"errors"
	"strings"
	"testing"

	"nudge/codec"
)

// seenEdges are a few transitions, in no order.
var seenEdges = []edge{
	{stageOnline, "OUT", "close", stageOver},
	{stageFresh, "VER", "VER", stageVersioned},
	{stageOnline, "CHG", "CHG", stageOnline},
	{stageOnline, "CHG", "ILN", stageOnline},
	{stageFresh, "VER", "close", stageOver},
	{stageSynced, "CHG", "CHG", stageOnline},
	{stageOnline, unasked, "NLN", stageOnline},
	{stageOnline, "CHG", "201", stageOnline},
}

const wantMatrix = `command    fresh      synced  online
(unasked)                     NLN
CHG                   CHG     201 CHG ILN
OUT                           close
VER        VER close
`

const wantDOT = `digraph server {
	rankdir=LR
	node [shape=box, style=rounded, fontname="sans-serif"]
	edge [fontname="monospace", fontsize=9]
	"fresh" -> "versioned" [label="VER / VER"]
	"fresh" -> "over" [label="VER / close"]
	"synced" -> "online" [label="CHG / CHG"]
	"online" -> "online" [label="(unasked) / NLN\nCHG / 201\nCHG / CHG\nCHG / ILN"]
	"online" -> "over" [label="OUT / close"]
}
`

func TestWhatWasSeenIsWritten(t *testing.T) {
	var f feedback
	f.add(seenEdges, Path{1})
	r := &Report{feedback: &f}
	var matrix, dot strings.Builder
	if err := errors.Join(r.Matrix(&matrix), r.DOT(&dot)); err != nil {
		t.Fatal(err)
	}
	if matrix.String() != wantMatrix {
		t.Errorf("matrix\n%s\nwant\n%s", &matrix, wantMatrix)
	}
	if dot.String() != wantDOT {
		t.Errorf("graph\n%s\nwant\n%s", &dot, wantDOT)
	}
}

func TestAWideTableIsWrittenInParts(t *testing.T) {
	long := strings.Repeat("x", maxTable/2)
	var b strings.Builder
	if err := writeTable(&b, [][]string{{"", "first", "second", "third"}, {"A", "1", "", long}, {"B", "", long, ""}, {"C", "", "", ""}}); err != nil {
		t.Fatal(err)
	}
	want := "   first  second\nA  1\nB         " + long + "\n\n   third\nA  " + long + "\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}

// full is a writer that takes nothing.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestErrorsOfTheWriterAreTold(t *testing.T) {
	r := &Report{feedback: &feedback{}}
	if err := r.Matrix(full{}); !errors.Is(err, errFull) {
		t.Errorf("matrix: %v", err)
	}
	if err := r.DOT(full{}); !errors.Is(err, errFull) {
		t.Errorf("graph: %v", err)
	}
}

func TestALongLabelIsCutShort(t *testing.T) {
	all := strings.Split(strings.Repeat("x,", mostLabels+2)+"x", ",")
	if got := strings.Split(wrapLabels(all), "\n"); len(got) != mostLabels+1 || got[mostLabels] != "and 3 more" {
		t.Errorf("%q", got)
	}
}

func TestNewTransitionsAreKept(t *testing.T) {
	var f feedback
	if f.parent(7) != nil {
		t.Error("there is a case before any was seen")
	}
	if !f.add(seenEdges[:2], Path{1}) || f.add(seenEdges[:2], Path{2}) || !f.add(seenEdges[:3], Path{3}) {
		t.Error("the first and the third show something new, the second does not")
	}
	if len(f.pool) != 2 || f.parent(0)[0] != 1 || f.parent(1)[0] != 3 || f.parent(2)[0] != 1 {
		t.Errorf("kept %v", f.pool)
	}
	if f.edges[seenEdges[0]] != 3 {
		t.Errorf("seen %d times", f.edges[seenEdges[0]])
	}
	if long := make(Path, maxPath); !f.add(seenEdges, long) || len(f.pool) != 2 {
		t.Error("a path that can get no longer is kept")
	}
}

// TestRepliesThatThereAreNotAreOne has a server say what no server says.
func TestRepliesThatThereAreNotAreOne(t *testing.T) {
	for verb, want := range map[string]string{"CHG": "CHG", "911": "911", "998": otherVerb, "XQZ": otherVerb} {
		if got := knownReply(codec.VerbOf(verb)); got != want {
			t.Errorf("%s is told apart as %s, want %s", verb, got, want)
		}
	}
}

// TestFeedbackIsBounded shows more transitions than any server can have.
func TestFeedbackIsBounded(t *testing.T) {
	var f feedback
	for i := range maxEdges + 100 {
		e := edge{from: stage(i % int(numStages)), verb: string([]byte{byte(i), byte(i >> 8), 'x'})}
		f.add([]edge{e}, Path{uint64(i)})
	}
	if len(f.edges) != maxEdges || len(f.pool) != maxPool {
		t.Errorf("%d transitions, %d cases", len(f.edges), len(f.pool))
	}
}
