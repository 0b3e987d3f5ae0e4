package live

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp/msnptest"
)

// mistake is one that the reference server can be given.
type mistake struct {
	name     string
	sessions int64   // from seed 1 on that it may take to find it
	classes  []Class // one of which it is found as
	adjust   func(*msnptest.Server)
}

// mistakes are all of them. Sessions are the same in every run: the numbers leave room for changes to the edits.
var mistakes = []mistake{
	defect(msnptest.PanicOnMissingArgument, 1000, Crash),
	defect(msnptest.HangOnLongLine, 2000, Hang),
	defect(msnptest.EchoLineEnd, 4000, Grammar, Open), // what stands behind the line end may be an OUT
	defect(msnptest.LeakBetweenSessions, 20, Leak),
	defect(msnptest.PayloadAsCommands, 4000, Open),
	defect(msnptest.TrIDTruncated, 1000, TrID),
	defect(msnptest.WrongLength, 20, Grammar),
	defect(msnptest.Deadlock, 1000, Hang),
	// SlowRegexp takes the time of a processor, for which the clock of a bubble stands still.
	defect(msnptest.CloseOnPercent, 4000, Closed),
	defect(msnptest.SurvivesSecondVER, 500, Open),
	defect(msnptest.NoCloseAfter911, 20, Open),
	defect(msnptest.ReplyTwice, 500, Reply),
	defect(msnptest.UnboundedLength, 4000, Limit, Open), // a negative length is taken for none
	defect(msnptest.StuckAfterBlankLine, 1000, Hang),
	defect(msnptest.HalfCloseLeak, 20, Presence),
	defect(msnptest.IgnoresUnknown, 1000, Open),

	fault(msnptest.Delay, 20, Presence),
	fault(msnptest.Drop, 20, Presence),
	fault(msnptest.Duplicate, 20, Presence),
	fault(msnptest.Reorder, 20, Presence),
	fault(msnptest.Misdirect, 20, Presence), // whom it was meant for misses it first
	fault(msnptest.Reset, 20, Closed),
	fault(msnptest.Split, 20, Pieces),
	fault(msnptest.TrID, 20, TrID),
	fault(msnptest.Length, 20, Grammar),
	fault(msnptest.Stale, 20, Lists, Leak), // contacts are told of who are not on the old lists
	migration(msnptest.Lose),
	migration(msnptest.Alter),
}

func defect(d msnptest.Defect, sessions int64, classes ...Class) mistake {
	return mistake{d.String(), sessions, classes, func(s *msnptest.Server) { s.Defects = []msnptest.Defect{d} }}
}

func fault(f msnptest.Fault, sessions int64, classes ...Class) mistake {
	return mistake{f.String(), sessions, classes, func(s *msnptest.Server) { s.Faults = map[msnptest.Fault]float64{f: 1} }}
}

// migration is a fault of a server that migrates accounts (§8).
func migration(f msnptest.Fault) mistake {
	m := fault(f, 50, Lists)
	faults := m.adjust
	m.adjust = func(s *msnptest.Server) {
		faults(s)
		unmigrated(s)
		s.MigrateWhen = msnptest.MigrateAfter(300 * time.Millisecond)
	}
	return m
}

// mostCommands is how many commands a finding has at most once it is small, beyond those that sign in: XFR and CAL
// count, USR on a switchboard does not.
const mostCommands = 3

func TestEveryMistakeIsFound(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, m.adjust)
				z := w.fuzzer()
				z.Process, z.Sessions, z.Findings, z.Minimize = w, m.sessions, 1, time.Hour // of the bubble
				report := w.run(t, z)
				if len(report.Findings) == 0 {
					t.Fatalf("nothing was found in %d sessions", report.Sessions)
				}
				f := report.Findings[0]
				t.Logf("session %v: %v", f.Path, &f.Verdict)
				if !slices.Contains(m.classes, f.Verdict.Class) || !f.Stable() || commandsBeyond(f.Case) > mostCommands {
					t.Errorf("want one of %v, in %d commands: session %v: %v, shown %d times of %d\n%s\n%s",
						m.classes, mostCommands, f.Path, &f.Verdict, f.Reproduced, f.Replays, f.Case.Text(), f.Transcript)
				}
			})
		})
	}
}

func TestNoMistakeIsLeftOut(t *testing.T) {
	for _, name := range append(msnptest.DefectNames(), msnptest.FaultNames()...) {
		has := slices.ContainsFunc(mistakes, func(m mistake) bool { return m.name == name })
		if !has && name != msnptest.SlowRegexp.String() {
			t.Errorf("nobody looks for %s", name)
		}
	}
}

// commandsBeyond counts the commands of a case that are not those of an honest sign-in.
func commandsBeyond(c *Case) (n int) {
	for _, s := range c.steps {
		if s.act == actSend && (s.cmd.odd || !slices.Contains([]string{"VER", "CVR", "USR", "SYN", "CHG"}, s.cmd.verb())) {
			n++
		}
	}
	return n
}

// TestDefectsAreTheSameInEveryRun finds a mistake twice, and wants the same file both times.
func TestDefectsAreTheSameInEveryRun(t *testing.T) {
	var texts [2]string
	for i := range texts {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, defect(msnptest.StuckAfterBlankLine, 0).adjust)
			z := w.fuzzer()
			z.Process, z.Sessions, z.Findings = w, 1000, 1
			for _, f := range w.run(t, z).Findings {
				texts[i] = f.Path.String() + "\n" + f.Verdict.String() + "\n" + f.Case.Text()
			}
		})
	}
	if texts[0] == "" || texts[0] != texts[1] {
		t.Errorf("one run found\n%s\nthe next\n%s", texts[0], texts[1])
	}
}
