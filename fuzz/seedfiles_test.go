package fuzz_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nudge/corpus"
	"nudge/fuzz"
)

var update = flag.Bool("update", false, "write the generated files of package corpus")

// corpusDir is the folder of package corpus.
const corpusDir = "../corpus"

// seeds are named inputs of one target. The names say what an input shows.
type seeds map[string][]byte

// add takes an input in; two of one name are a mistake of the generator.
func (s seeds) add(tb testing.TB, name string, data []byte) {
	tb.Helper()
	if _, ok := s[name]; ok {
		tb.Fatalf("two seeds are called %s", name)
	}
	s[name] = data
}

// generator says for a folder of the corpus what its seeds are.
type generator struct {
	folder string
	seeds  func(tb testing.TB) seeds
}

// generated are all folders with seeds. A target comes in by a row.
var generated = append([]generator{
	{"line", namedLines},
	{"stream", namedStreams},
	{"commands", namedCommands},
	{"message", namedMessages},
	{"content", namedContents},
	{"escape", namedEscapes},
	{"encode", namedEncodings},
	{"regress/stream", brokenStreams},
	{"regress/commands", brokenCommands},
	{"regress/message", brokenMessages},
	{"regress/content", brokenContents},
}, generatedSessions...)

// tooShort is the seed of every target that has not even a whole header.
const tooShort = "too-short"

// files returns all that is generated, by path in the corpus.
func files(tb testing.TB) map[string][]byte {
	all := map[string][]byte{"msnp.dict": dictionary(tb), "msnp.tokens": tokens(tb)}
	for _, g := range generated {
		for name, data := range g.seeds(tb) {
			all[g.folder+"/"+name] = data
		}
	}
	for _, target := range fuzz.Targets {
		all[folder(target.Name)+"/"+tooShort] = make([]byte, target.Header-1)
	}
	return all
}

// TestSeedFiles compares the corpus with what the tables and recordings give. With -update it writes that instead.
func TestSeedFiles(t *testing.T) {
	want := files(t)
	if *update {
		writeSeeds(t, want)
		return
	}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		got, err := corpus.Files.ReadFile(path)
		if err != nil || !bytes.Equal(got, want[path]) {
			t.Errorf("corpus/%s is missing or not what it was generated from; run go test ./fuzz -run TestSeedFiles -update", path)
		}
	}
	for _, target := range fuzz.Targets {
		for path := range corpus.Inputs(folder(target.Name)) {
			if _, ok := want[path]; !ok && !byHand(path) {
				t.Errorf("corpus/%s is not generated from anything, and neither evolved nor of regress", path)
			}
		}
	}
}

// byHand reports whether an input is not generated: it was found by an engine.
func byHand(path string) bool {
	return strings.HasPrefix(path, "regress/") || strings.HasPrefix(filepath.Base(path), "evolved-")
}

// writeSeeds writes what is generated and removes what no longer is.
func writeSeeds(t *testing.T, want map[string][]byte) {
	for path, data := range want {
		path = filepath.Join(corpusDir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range generated {
		entries, err := os.ReadDir(filepath.Join(corpusDir, g.folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			path := g.folder + "/" + e.Name()
			if _, ok := want[path]; ok || byHand(path) {
				continue
			}
			if err := os.Remove(filepath.Join(corpusDir, path)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// named is what a file of the corpus may be called on every system.
var named = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// TestSeedsAreFewAndSmall keeps the corpus such that it can be embedded and replayed in no time, and its names
// such that they can be a file's on every system.
func TestSeedsAreFewAndSmall(t *testing.T) {
	const most, bytesInAll = 1200, 1 << 20
	count, size := 0, 0
	for _, target := range corpus.Targets() {
		for path, data := range corpus.Inputs(target) {
			count++
			size += len(data)
			if !named.MatchString(filepath.Base(path)) {
				t.Errorf("corpus/%s: the name is not lower-case words with - between", path)
			}
		}
	}
	if count == 0 || count > most || size > bytesInAll {
		t.Errorf("%d files with %d bytes, want 1 to %d with at most %d", count, size, most, bytesInAll)
	}
}
