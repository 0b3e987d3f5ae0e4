package live

import (
	"context"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// kinds are servers and clean clients of all kinds.
var kinds = []struct {
	name    string
	dialect msnp.Dialect
	adjust  func(*msnptest.Server)
}{
	{"M1", msnp.MSNP10, nil},
	{"M0", msnp.MSNP10, unmigrated},
	{"M0 becoming M1", msnp.MSNP10, func(s *msnptest.Server) {
		unmigrated(s)
		s.MigrateWhen = msnptest.MigrateAfter(maxPause / 8)
	}},
	{"challenging", msnp.MSNP10, func(s *msnptest.Server) { s.Challenge = true }},
	{"with contacts", msnp.MSNP10, func(s *msnptest.Server) { s.Contacts = 2 }},
	{"MSNP9", msnp.MSNP9, nil},
	{"MSNP8", msnp.MSNP8, unmigrated},
}

func unmigrated(s *msnptest.Server) { s.Migrated = msnptest.MigratedShare(0) }

// TestNothingIsFoundInASoundServer plays many sessions to a server without mistakes: whatever is found is false.
func TestNothingIsFoundInASoundServer(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) { nothingFound(t, kind.dialect, kind.adjust) })
	}
	// No session is played to its end there: each is told to come back.
	t.Run("M0 becoming M1 at the sign-in", func(t *testing.T) {
		nothingFound(t, msnp.MSNP10, func(s *msnptest.Server) {
			unmigrated(s)
			s.MigrateWhen = msnptest.MigrateAtLogin
		})
	})
}

func nothingFound(t *testing.T, dialect msnp.Dialect, adjust func(*msnptest.Server)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, adjust)
		z := w.fuzzer()
		z.Dialect, z.Process, z.Sessions = dialect, w, 1000
		if testing.Short() {
			z.Sessions = 200
		}
		report := w.run(t, z)
		if report.Sessions != z.Sessions || report.Restarts != 0 || report.Transitions < 50 {
			t.Errorf("%d sessions, %d restarts, %d transitions", report.Sessions, report.Restarts, report.Transitions)
		}
		for _, f := range append(report.Findings, report.Unconfirmed...) {
			t.Errorf("session %v: %v, %d of %d\n%s\n%s", f.Path, &f.Verdict, f.Reproduced, f.Replays, f.Case.Text(), f.Transcript)
		}
	})
}

// reaches are the furthest states that each script has to come to, of its last connection of a kind.
var reaches = map[string]struct {
	state stage
	verb  string // and a command that it has answered
	reply string
}{
	"signs in":                   {stageOnline, "CHG", "CHG"},
	"changes status":             {stageOnline, "CHG", "ILN"},
	"edits contacts":             {stageOnline, "ADC", "ADC"},
	"edits groups":               {stageOnline, "REG", "REG"},
	"blocks the peer":            {stageOnline, "BLP", "BLP"},
	"changes settings":           {stageOnline, "PRP", "PRP"},
	"asks services":              {stageOnline, "SDC", "SDC"},
	"talks":                      {stageTalking, "CAL", "CAL"},
	"talks to nobody":            {stageSeated, "MSG", "NAK"},
	"is sent on":                 {stageSentOn, "USR", "XFR"},
	"has a wrong ticket":         {stageNamed, "USR", "911"},
	"has a wrong cookie":         {stageOnline, "USR", "911"},
	"signs in twice":             {stageOnline, "CHG", "CHG"},
	"hangs up half":              {stageOnline, halfClose, "close"},
	"hangs up in a conversation": {stageTalking, halfClose, "close"},
	"is migrated":                {stageOnline, "ADG", "ADG"},
	"speaks MSNP9":               {stageOnline, "REA", "REA"},
	"speaks MSNP8":               {stageOnline, "ADD", "ADD"},
}

// TestHonestScriptsDoWhatTheirNamesSay plays each script alone, in each mode and dialect that it is for.
func TestHonestScriptsDoWhatTheirNamesSay(t *testing.T) {
	for _, kind := range kinds {
		mode := msnp.ModeM1
		if kind.adjust != nil && kind.name[:2] == "M0" {
			mode = msnp.ModeM0
		}
		for _, s := range scripts(kind.dialect, mode) {
			t.Run(kind.name+" "+s.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, kind.adjust)
					b := w.bench(t, kind.dialect)
					c := (&Case{steps: s.steps}).clone()
					c.first = len(c.steps)
					v, err := b.try(t.Context(), c)
					if v != nil || err != nil {
						t.Fatalf("%v, %v\n%s", v, err, &b.script)
					}
					s.check(t, b)
				})
			})
		}
	}
}

// check holds what was seen of a script against its name.
func (s script) check(t *testing.T, b *bench) {
	want, ok := reaches[s.name]
	if !ok {
		t.Fatalf("nobody has said where %q has to come to", s.name)
	}
	came, answered := false, false
	for _, e := range b.edges {
		came = came || e.from == want.state || e.to == want.state
		answered = answered || e.verb == want.verb && e.reply == want.reply
	}
	if !came || !answered {
		t.Errorf("came to the state %v: %t; %s answered by %s: %t; %v\n%s", want.state, came, want.verb, want.reply, answered, b.edges, &b.script)
	}
}

// bench is one that is ready for cases.
func (w *world) bench(t *testing.T, d msnp.Dialect) *bench {
	z := w.fuzzer()
	z.Dialect, z.addr = d, z.Addr
	b := newBench(z, 0)
	t.Cleanup(b.close)
	if err := b.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// run runs a fuzzer that must not fail, to its end.
func (w *world) run(t *testing.T, z *Fuzzer) *Report {
	t.Helper()
	report, err := z.Run(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return report
}
