package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/results"
)

// limits is a simulated server and a simulated generator, by what comes of a step at a level.
type limits func(number int, level float64) results.StepOutcome

// below keeps up to a level.
func below(limit float64, beyond results.StepOutcome) limits {
	return func(_ int, level float64) results.StepOutcome {
		if level < limit {
			return results.StepKept
		}
		return beyond
	}
}

// but has another outcome in one step.
func (l limits) but(n int, outcome results.StepOutcome) limits {
	return func(number int, level float64) results.StepOutcome {
		if number == n {
			return outcome
		}
		return l(number, level)
	}
}

// hunted searches and returns the account of it.
func hunted(t *testing.T, ctx context.Context, h *hunt, of limits) *results.Capacity {
	t.Helper()
	if h.search.From == 0 {
		h.search.From = 100
	}
	h.account = results.NewCapacity(results.RunInfo{}, time.Time{})
	h.account.LevelUnit, h.account.From, h.account.Precision = results.LevelRate, h.search.From, 0.1
	h.account.To = h.search.To
	if h.most == 0 {
		h.most = 60
	}
	h.step = func(_ context.Context, number int, level float64) (results.CapacityStep, error) {
		s := results.CapacityStep{Number: number, Level: level, Outcome: of(number, level)}
		if s.Outcome != results.StepKept {
			s.Reasons = []string{"for " + string(s.Outcome)}
		}
		return s, nil
	}
	written := 0
	h.after = func(s *results.CapacityStep) error {
		if written++; s.Number != written || len(h.account.Steps) != written {
			t.Errorf("told of step %d, of %d, after %d", s.Number, len(h.account.Steps), written-1)
		}
		return nil
	}
	if err := h.run(ctx); err != nil {
		t.Fatal(err)
	}
	return h.account
}

func TestHuntSaysWhoGaveOut(t *testing.T) {
	for _, tt := range []struct {
		name    string
		of      limits
		verdict results.CapacityVerdict
		code    int
		answer  string // in it
	}{
		{"the server breaks", below(2345, results.StepBroken), results.CapacityServer, 0, "the server gave out: at 2,"},
		{"nobody signs in any more", below(2345, results.StepUnable), results.CapacityServer, 0, "for unable"},
		{"the generator is late", below(2345, results.StepInvalid), results.CapacityGenerator, exitInvalid, "the generator gave out first: at 2,"},
		{"the generator is late once", below(2345, results.StepBroken).but(3, results.StepInvalid), results.CapacityServer, 0, "the server gave out"},
		{"it is late at the lowest level", below(1, results.StepInvalid), results.CapacityGenerator, exitInvalid, "no step at 100/s could be measured"},
		{"broken at the lowest level", below(1, results.StepBroken), results.CapacityBelow, exitThreshold, "give a lower --from"},
		{"broken once at the lowest level", below(2345, results.StepBroken).but(1, results.StepBroken), results.CapacityServer, 0, "the server gave out"},
		{"nobody signs in", below(1, results.StepUnable), results.CapacityUnable, exitFailed, "nobody could sign in"},
		{"the server is wrong", below(700, results.StepWrong), results.CapacityWrong, exitServer, "the server was wrong: at 800/s, for wrong"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := hunted(t, t.Context(), &hunt{}, tt.of)
			if a.Verdict != tt.verdict {
				t.Errorf("verdict %s, want %s: %+v", a.Verdict, tt.verdict, a.Steps)
			}
			if answer := strings.Join(a.Answer(), "\n"); !strings.Contains(answer, tt.answer) {
				t.Errorf("%q is not in the answer:\n%s", tt.answer, answer)
			}
			if found := tt.verdict == results.CapacityServer; found && (a.Low > 2345 || a.High < 2345 || !a.Precise || a.Level < a.Low || a.Level > a.High) {
				t.Errorf("capacity %v, from %v to %v, precise %v", a.Level, a.Low, a.High, a.Precise)
			}
			checkExit(t, capacityVerdict(t.Context(), a, "fail"), tt.code)
		})
	}
}

// checkExit demands an exit status.
func checkExit(t *testing.T, err error, want int) {
	t.Helper()
	var exit exitError
	if errors.As(err, &exit); exit.code != want {
		t.Errorf("exit status %d (%v), want %d", exit.code, err, want)
	}
}

func TestHuntMakesLateStepsAgain(t *testing.T) {
	a := hunted(t, t.Context(), &hunt{}, below(500, results.StepInvalid).but(2, results.StepInvalid))
	var levels []float64
	for _, s := range a.Steps[:6] {
		levels = append(levels, s.Level)
	}
	if want := []float64{100, 200, 200, 400, 800, 800}; !slices.Equal(levels, want) {
		t.Errorf("levels %v, want %v", levels, want)
	}
	if a.HighestKept >= 500 || a.Low > 500 || a.High < 500 {
		t.Errorf("highest kept %v, interval %v to %v", a.HighestKept, a.Low, a.High)
	}
	checkExit(t, capacityVerdict(t.Context(), a, "warn"), 0)
}

func TestHuntEndsAtItsBounds(t *testing.T) {
	h := &hunt{search: loadgen.Search{To: 700}}
	a := hunted(t, t.Context(), h, below(1e9, results.StepBroken))
	if a.Verdict != results.CapacityAbove || a.HighestKept != 700 || len(a.Steps) != 4 {
		t.Errorf("%s, kept %v, %d steps", a.Verdict, a.HighestKept, len(a.Steps))
	}
	checkExit(t, capacityVerdict(t.Context(), a, "fail"), 0)

	for most, of := range map[int]limits{3: below(1e9, results.StepBroken), 1: below(1, results.StepBroken)} {
		a = hunted(t, t.Context(), &hunt{most: most}, of)
		if a.Verdict != results.CapacityUnfinished || len(a.Steps) != most {
			t.Errorf("%s after %d steps, want unfinished after %d", a.Verdict, len(a.Steps), most)
		}
		checkExit(t, capacityVerdict(t.Context(), a, "fail"), exitFailed)
	}
	a = hunted(t, t.Context(), &hunt{most: 8}, below(2345, results.StepBroken))
	if answer := strings.Join(a.Answer(), "\n"); a.Verdict != results.CapacityServer || a.Precise || !strings.Contains(answer, "wider than the 10.0 %") {
		t.Errorf("%s, precise %v:\n%s", a.Verdict, a.Precise, answer)
	}
}

func TestHuntKeepsWhatWasFoundWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	a := hunted(t, ctx, &hunt{}, func(number int, level float64) results.StepOutcome {
		if number == 7 {
			cancel(interruption{syscall.SIGTERM})
			return results.StepInterrupted
		}
		return below(2345, results.StepBroken)(number, level)
	})
	if a.Verdict != results.CapacityInterrupted || a.HighestKept != 1600 || a.Low > 2345 || a.High < 2345 || len(a.Steps) != 7 {
		t.Errorf("%s, kept %v, %v to %v, %d steps", a.Verdict, a.HighestKept, a.Low, a.High, len(a.Steps))
	}
	checkExit(t, capacityVerdict(ctx, a, "fail"), 143)

	if a = hunted(t, ctx, &hunt{}, nil); a.Verdict != results.CapacityInterrupted || len(a.Steps) != 0 {
		t.Errorf("%s after %d steps, interrupted before the first", a.Verdict, len(a.Steps))
	}
}

func TestHuntEndsWhereAStepCannotBeMade(t *testing.T) {
	full := errors.New("disk full")
	for _, step := range []bool{true, false} {
		h := &hunt{search: loadgen.Search{From: 1}, most: 5, account: results.NewCapacity(results.RunInfo{}, time.Time{})}
		h.step = func(context.Context, int, float64) (results.CapacityStep, error) {
			if step {
				return results.CapacityStep{}, full
			}
			return results.CapacityStep{Level: 1, Outcome: results.StepKept}, nil
		}
		h.after = func(*results.CapacityStep) error { return full }
		if err := h.run(t.Context()); !errors.Is(err, full) {
			t.Errorf("%v, want %v", err, full)
		}
	}
}
