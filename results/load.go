package results

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// unknownClass takes failures whose class was lost with the last second of a run that was killed.
const unknownClass = "unknown"

// loaded is one run as its directory has it.
type loaded struct {
	path  string
	info  runJSON
	tally *tally
	end   End
	ended bool // the run came to its end
	notes []string
	paced map[time.Duration]fuzzSecond // times of a second, by its end in whole ms
}

// loadRun reads a run directory. summary.json is not needed, nor that the run came to its end.
func loadRun(dir string) (*loaded, error) {
	l := &loaded{path: dir, paced: map[time.Duration]fuzzSecond{}}
	b, err := os.ReadFile(filepath.Join(dir, runFile))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &l.info); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, runFile), err)
	}
	if v := l.info.SchemaVersion; v != schemaVersion {
		return nil, fmt.Errorf("%s: schema version %d, this program reads %d", filepath.Join(dir, runFile), v, schemaVersion)
	}
	if err := checkOps(l.info.Ops); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, runFile), err)
	}
	l.tally = newTally(series(l.info.Ops))
	l.tally.loops = l.info.Loops
	for _, read := range []func() error{l.readLog, l.readCounters, l.readEvents, l.readGenerator} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// lines reads a file of the run, and keeps why its last line was left out.
func (l *loaded) lines(name string, parse func(line []byte) error) error {
	ignored, err := eachLine(l.path, name, parse)
	if ignored != "" {
		l.notes = append(l.notes, ignored)
	}
	return err
}

// readLog sums up the histograms.
func (l *loaded) readLog() error {
	return l.lines(logFile, func(b []byte) error {
		line, ok, err := parseLogLine(string(b))
		if err != nil || !ok {
			return err
		}
		name, phase, failed, err := splitTag(line.tag)
		if err != nil {
			return err
		}
		i := l.tally.index(name)
		if i < 0 {
			return fmt.Errorf("operation %q is not one of %s", name, runFile)
		}
		h, err := decode(line.code)
		if err != nil {
			return err
		}
		l.end.At = max(l.end.At, line.at+line.length)
		into := &l.tally.cell(phase, i).ok
		if failed {
			into = &l.tally.cell(phase, i).failed
		}
		l.tally.clamped += merge(into, h)
		if phase == Hold && !failed {
			l.tally.notePace(i, percentile(h, 99))
			l.pace(name, line.at+line.length, h)
		}
		return nil
	})
}

// readCounters takes the last line: all before are less of the same.
func (l *loaded) readCounters() error {
	var last countersLine
	err := l.lines(countersFile, func(b []byte) error {
		var line countersLine
		if err := json.Unmarshal(b, &line); err != nil {
			return err
		}
		l.fuzzLine(&last, &line)
		last = line
		return nil
	})
	if err != nil {
		return err
	}
	t := l.tally
	l.end.At = max(l.end.At, last.At)
	if e := last.End; e != nil {
		l.ended = true
		l.end = End{last.At, e.HoldEnd, e.Interrupted, e.Failures}
	}
	run := extent{start: l.info.Start, end: l.end.At, clients: l.info.Clients, peak: last.PeakOnline}
	for _, h := range last.Hold {
		run.holds = append(run.holds, span{h[0], h[1]})
	}
	if l.ended {
		run.holds = closeHolds(run.holds, l.end.HoldEnd)
	}
	t.runs = []extent{run}
	for _, f := range t.fuzz {
		f.run = run
	}
	t.dropped.add(last.DroppedBy)
	t.cut += last.Cut
	t.clamped += last.Clamped
	addCounts(t.violations, last.Violations)
	for class, n := range last.Events {
		t.events[eventKey{kindEvent, class}] = n
	}
	for kind, n := range last.Violations {
		t.events[eventKey{kindViolation, kind}] = n
	}
	l.reconcile(last)
	return nil
}

// reconcile gives the failures in the log their classes, which only the counters have.
func (l *loaded) reconcile(last countersLine) {
	var without, missing int64
	for i, op := range l.tally.series {
		for p := range phases {
			c := l.tally.cell(p, i)
			n := last.Ops[op.Name][p.String()]
			c.errors = n.Errors
			if more := count(c.failed) - sum(n.Errors); more > 0 {
				if c.errors == nil {
					c.errors = map[string]int64{}
				}
				c.errors[unknownClass] += more
				without += more
			}
			missing += max(0, n.OK-count(c.ok)) + max(0, n.Failed-count(c.failed))
		}
	}
	if without > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s: %s has %s less than %s; their class is %q",
			l.path, countersFile, plural(without, "failure"), logFile, unknownClass))
	}
	if missing > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s: %s has %s less than were counted in %s",
			l.path, logFile, plural(missing, "value"), countersFile))
	}
}

// readEvents takes the first of each class, and counts where the counters are behind.
func (l *loaded) readEvents() error {
	kept := map[eventKey]int64{}
	err := l.lines(eventsFile, func(b []byte) error {
		var line struct {
			Event
			LeftOut int64 `json:"left_out"`
		}
		if err := json.Unmarshal(b, &line); err != nil {
			return err
		}
		if line.Kind != kindEvent && line.Kind != kindViolation {
			return fmt.Errorf("unknown kind of event %q", line.Kind)
		}
		if line.LeftOut == 0 {
			kept[eventKey{line.Kind, line.Class}]++
			l.tally.note(line.Event)
		}
		return nil
	})
	for key, n := range kept {
		l.tally.events[key] = max(l.tally.events[key], n)
		if key.kind == kindViolation {
			l.tally.violations[key.class] = max(l.tally.violations[key.class], n)
		}
	}
	return err
}

// readGenerator takes what the generator needed until the last second.
func (l *loaded) readGenerator() error {
	var w witness
	holds := l.tally.runs[0].holds
	err := l.lines(generatorFile, func(b []byte) error {
		var line generatorLine
		if err := json.Unmarshal(b, &line); err != nil {
			return err
		}
		l.tally.cpu = max(l.tally.cpu, line.CPU)
		l.tally.maxRSS = max(l.tally.maxRSS, line.MaxRSS)
		w.take(line, len(holds) > 0 && holds[0].From < line.At)
		return nil
	})
	l.tally.machine = evidence(w.from, w.to)
	return err
}

// killed says in a sentence that a run did not come to its end.
func (l *loaded) killed() string {
	return fmt.Sprintf("the run in %s has not come to its end, or was killed: this is what it wrote until %s",
		l.path, formatTime(l.end.At))
}
