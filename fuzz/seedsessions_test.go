//go:build !parsers

package fuzz_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"nudge/codec/msnp"
	"nudge/corpus"
	"nudge/fuzz"
)

// Seeds of sessions are looked for as those of other choices are (seedchoices_test.go), and their names say what
// the other side answers. That takes seconds, so it is done by -update alone; otherwise the files that there are
// must show what their names say.

// generatedSessions are the rows of session targets.
var generatedSessions = []generator{{"client", namedClients}, {"server", namedServers}}

// leftOut are folders of targets that are not built in.
var leftOut []string

// mode is a header of a session target, by name.
type mode struct {
	name string
	head []byte
}

// serverModes say which server it is, who has signed in, and in which dialect; clientModes what the client talks to,
// and in which dialect. The first two of each have a seed for all that can be shown there, the others one for each
// that is shown nowhere before.
var (
	serverModes = []mode{
		{"m1", []byte{0, 7}},
		{"m0-msnp9", []byte{1 | 16, 7 | 1<<4}},
		{"m0", []byte{1, 7}},
		{"m0-msnp8", []byte{1, 7 | 2<<4}},
		{"m1-challenge", []byte{2 | 4 | 8, 7}},
		{"nobody", []byte{0, 0}},
	}
	clientModes = []mode{{"session", []byte{0}}, {"switchboard", []byte{1}}, {"session-msnp9", []byte{2}}, {"session-msnp8", []byte{4}}, {"session-versions", []byte{8}}}
)

// plays is how many sessions are looked at in each mode.
const plays = 8000

// namedServers are the seeds of FuzzServer: for each verb the shortest session found in which the server writes it.
func namedServers(tb testing.TB) seeds { return sessionSeeds(tb, "server", serverModes, answers) }

// namedClients are the seeds of FuzzClient: for each verb that a client writes, and each state that it is left in,
// the shortest session found.
func namedClients(tb testing.TB) seeds { return sessionSeeds(tb, "client", clientModes, says) }

// answers names the verbs that the server writes.
func answers(data []byte) (names []string) {
	for v := range fuzz.Heard(data) {
		names = append(names, "answer-"+lower(v.String()))
	}
	return names
}

// says names the verbs that the client writes, and where it ends.
func says(data []byte) []string {
	verbs, state := fuzz.Said(data)
	var names []string
	if state != msnp.StateClosed {
		names = append(names, "ends-"+slug(state.String()))
	}
	for v := range verbs {
		names = append(names, "says-"+lower(v.String()))
	}
	return names
}

// sessionSeeds looks for the seeds of a target with -update, and else returns those that there are.
func sessionSeeds(tb testing.TB, folder string, modes []mode, show func(data []byte) []string) seeds {
	if !*update {
		return shownSeeds(tb, folder, show)
	}
	s := seeds{}
	anywhere := map[string]bool{}
	for i, m := range modes {
		here := seeds{}
		shortest(here, m.head, show)
		for name, data := range here {
			if i < 2 || !anywhere[name] {
				s.add(tb, name+"-"+m.name, data)
			}
		}
		for name := range here {
			anywhere[name] = true
		}
	}
	return s
}

// shortest looks for the shortest input that begins with head for everything that inputs can show. Every other one
// goes on with zeros, with which a sign-in proceeds.
func shortest(s seeds, head []byte, show func(data []byte) []string) {
	r := rand.New(rand.NewPCG(1, uint64(len(head))))
	for i := range plays {
		data := append([]byte{}, head...)
		if i%2 == 0 {
			data = append(data, make([]byte, r.IntN(40))...)
		}
		for range 1 + r.IntN(4+i/128) {
			data = append(data, byte(r.Uint32()))
		}
		for _, name := range show(data) {
			if old, ok := s[name]; !ok || len(old) > len(data) {
				s[name] = data
			}
		}
	}
}

// shownSeeds returns the seeds that a folder has, each of which must show what its name begins with.
func shownSeeds(tb testing.TB, name string, show func(data []byte) []string) seeds {
	s := seeds{}
	for path, data := range corpus.Inputs(name) {
		if byHand(path) || strings.HasSuffix(path, "/"+tooShort) {
			continue
		}
		base := strings.TrimPrefix(path, name+"/")
		s[base] = data
		ok := false
		for _, what := range show(data) {
			ok = ok || strings.HasPrefix(base+"-", what+"-")
		}
		if !ok {
			tb.Errorf("corpus/%s does not show what it says; run go test ./fuzz -run TestSeedFiles -update", path)
		}
	}
	if len(s) == 0 {
		tb.Errorf("corpus/%s has no seeds; run go test ./fuzz -run TestSeedFiles -update", name)
	}
	return s
}
