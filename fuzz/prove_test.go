//go:build defects

package fuzz_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	prove    = flag.Bool("prove", false, "run engines on every planted defect that the log has not")
	empty    = flag.Bool("empty", false, "let them begin with nothing but a header of zeros")
	proofLog = flag.String("log", "testdata/defects.log", "`FILE` of what they found")
)

// budget is how long an engine may take to find a defect, all targets together.
const budget = 120 * time.Second

// TestEnginesFindTheDefects plants each defect, takes the inputs away that show it, and runs every engine on the
// targets that it can matter to, each for its share of the budget, until one finds something. That takes up to an
// hour, and time on the clock is what it measures, so it is only done when asked for:
//
//	go test -tags defects -run TestEnginesFindTheDefects -timeout 0 ./fuzz -prove
//
// What the log has is not done again: a run that was broken off goes on, and a row that is removed is made anew. With
// -empty and a log of its own the engines begin with nothing.
func TestEnginesFindTheDefects(t *testing.T) {
	if !*prove {
		t.Skip("runs engines for up to an hour; -prove asks for it")
	}
	if _, err := os.Stat(*proofLog); err != nil {
		writeLog(t, head(t))
	}
	buildTools(t)
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) { proveOne(t, d) })
	}
}

// proveOne runs the engines that the log has nothing of.
func proveOne(t *testing.T, d defect) {
	done := map[string]bool{}
	for _, row := range readLog(t, *proofLog) {
		done[row.engine] = done[row.engine] || row.defect == d.name
	}
	tree := ""
	for _, e := range engines {
		if done[e.name] {
			continue
		}
		if tree == "" {
			tree = plant(t, d)
			inputs, message := weed(t, tree)
			if *empty {
				removeAll(t, tree)
			}
			if !done[seedsRow] {
				writeRow(t, logRow{d.name, seedsRow, fmt.Sprintf("%d inputs", inputs), "-", message})
			}
		}
		writeRow(t, hunt(t, tree, d, e))
	}
}

// hunt runs one engine on target after target.
func hunt(t *testing.T, tree string, d defect, e engine) logRow {
	spent := time.Duration(0)
	row := logRow{defect: d.name, engine: e.name, target: strings.Join(d.targets, ",")}
	for _, target := range d.targets {
		f := e.hunt(t, tree, target, budget/time.Duration(len(d.targets)))
		spent += f.after
		if f.found {
			row.target, row.message = target, f.message
			if row.outcome = fmt.Sprintf("%.1f s", spent.Seconds()); f.bySeed {
				row.outcome = "by a seed"
			}
			return row
		}
		row.message += f.message
	}
	row.outcome = fmt.Sprintf("not in %.0f s", spent.Seconds())
	return row
}

// seedsRow is the engine of a row that tells how many inputs of the corpus show a defect, all targets together, and
// what the first of them shows. They were taken away, and with -empty all others too.
const seedsRow = "seeds"

// logRow is one line of the log.
type logRow struct{ defect, engine, outcome, target, message string }

// found reports whether it tells of a find by mutation.
func (r logRow) found() bool { return foundOutcome.MatchString(r.outcome) }

var (
	foundOutcome = regexp.MustCompile(`^[0-9.]+ s$`)
	columns      = regexp.MustCompile(` {2,}`)
)

func readLog(t *testing.T, path string) (rows []logRow) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := columns.Split(line, 5)
		if len(c) < 4 {
			t.Fatalf("%s: %q is no row", path, line)
		}
		rows = append(rows, logRow{c[0], c[1], c[2], c[3], strings.Join(c[4:], "")})
	}
	return rows
}

// writeRow adds a row. A message is cut: it has whole inputs in it.
func writeRow(t *testing.T, r logRow) {
	t.Helper()
	const most = 120
	message := strings.Join(strings.Fields(r.message), " ")
	if len(message) > most {
		message = strings.ToValidUTF8(message[:most], "") + "…"
	}
	t.Logf("%s: %s: %s: %s", r.engine, r.outcome, r.target, message)
	writeLog(t, strings.TrimRight(fmt.Sprintf("%-26s  %-9s  %-12s  %-24s  %s", r.defect, r.engine, r.outcome, r.target, message), " ")+"\n")
}

func writeLog(t *testing.T, text string) {
	t.Helper()
	f, err := os.OpenFile(*proofLog, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err == nil {
		_, err = f.WriteString(text)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// head says when, with what and on what machine it was done.
func head(t *testing.T) string {
	t.Helper()
	version := func(name string, args ...string) string {
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		first, _, _ := strings.Cut(string(out), "\n")
		return first
	}
	cpu, _ := os.ReadFile("/proc/cpuinfo") // Linux alone has it
	_, model, _ := strings.Cut(string(cpu), "model name")
	model, _, _ = strings.Cut(strings.TrimLeft(model, "\t: "), "\n")
	corpus := "with the rest of the corpus"
	if *empty {
		corpus = "with nothing but a header of zeros"
	}
	return fmt.Sprintf(`# Which engine found which planted defect: fuzz/defects_test.go says what they are, fuzz/doc.go how this is made.
# %s; %s; %s; %s; %d cores, %s, %s/%s
# An engine has at most %.0f s for a defect; seconds count from its start, without building. The inputs of the corpus
# that show a defect when they are replayed, counted in the row "seeds", were taken away before, and it began %s.
`, time.Now().UTC().Format(time.DateOnly), runtime.Version(),
		version("go", "list", "-C", root+"/tools", "-m", "github.com/dvyukov/go-fuzz"), version("clang", "--version"),
		runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, budget.Seconds(), corpus)
}
