package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Files of a run directory.
const (
	runFile       = "run.json"
	logFile       = "latency.hlog"
	countersFile  = "counters.ndjson"
	eventsFile    = "events.ndjson"
	generatorFile = "generator.ndjson"
	summaryFile   = "summary.json"
)

// runDir writes a run directory while the run goes on. After each second everything is with the operating system, so that
// the end of the process costs at most the second under way. The first error of a file stops that file and no other.
type runDir struct {
	path                             string
	log, counters, events, generator *appender
	errs                             []error // of the files that are written in one go
	written                          map[eventKey]int64
	buf                              []byte
	tapes                            tapeWriter
}

// appender is a file to which whole lines are added.
type appender struct {
	f   *os.File
	err error
}

func (a *appender) write(b []byte) {
	if a.err == nil && len(b) > 0 {
		_, a.err = a.f.Write(b)
	}
}

func (a *appender) close() error {
	return errors.Join(a.err, a.f.Close())
}

// createRunDir makes the directory and its files, and refuses one that has a run in it.
func createRunDir(path string) (*runDir, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("run directory: %w", err)
	}
	if _, err := os.Lstat(filepath.Join(path, runFile)); err == nil {
		return nil, fmt.Errorf("run directory: %s holds a run already", path)
	}
	d := &runDir{path: path, written: map[eventKey]int64{}}
	var opened []*os.File
	for _, file := range []struct {
		name string
		a    **appender
	}{{logFile, &d.log}, {countersFile, &d.counters}, {eventsFile, &d.events}, {generatorFile, &d.generator}} {
		f, err := os.OpenFile(filepath.Join(path, file.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666)
		if err != nil {
			for _, f := range opened {
				f.Close()
			}
			return nil, fmt.Errorf("run directory: %w", err)
		}
		opened = append(opened, f)
		*file.a = &appender{f: f}
	}
	return d, nil
}

// discard takes the files away again, and the directory if it is empty then.
func (d *runDir) discard() {
	for _, a := range []*appender{d.log, d.counters, d.events, d.generator} {
		a.close()
		os.Remove(a.f.Name())
	}
	os.Remove(d.path)
}

// begin writes run.json, the head of the log, and the state of the machine before anything was done.
func (d *runDir) begin(at time.Time, cfg Config, first generatorLine) {
	info := runJSON{SchemaVersion: schemaVersion, RunInfo: cfg.Run, Start: at.UTC(), Ops: cfg.Ops, Machine: thisMachine(), Limits: limits()}
	for _, t := range cfg.Thresholds {
		info.Thresholds = append(info.Thresholds, t.String())
	}
	if err := d.replace(runFile, info); err != nil {
		d.errs = append(d.errs, err)
	}
	d.log.write(appendLogHead(nil, at))
	d.generator.write(line(first))
}

// runJSON is run.json.
type runJSON struct {
	SchemaVersion int `json:"schema_version"`
	RunInfo
	Start      time.Time        `json:"start"`
	Ops        []OpInfo         `json:"ops"`
	Thresholds []string         `json:"thresholds"`
	Machine    machineInfo      `json:"machine"`
	Limits     map[string]int64 `json:"limits,omitempty"` // open files, soft and hard
}

// replace writes a file as a whole or not at all.
func (d *runDir) replace(name string, v any) error {
	var b bytes.Buffer
	if err := writeJSON(&b, v, "\t"); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	tmp := filepath.Join(d.path, name+".tmp")
	err := os.WriteFile(tmp, b.Bytes(), 0o666)
	if err == nil {
		err = os.Rename(tmp, filepath.Join(d.path, name))
	}
	if err != nil {
		os.Remove(tmp)
	}
	return err
}

// second writes what one second brought.
func (d *runDir) second(s *second, series []OpInfo, counters countersLine, sample generatorLine) {
	b := d.buf[:0]
	n := len(series)
	for i := range s.cells {
		tag := series[i%n].Name + "." + Phase(i/n).String()
		b = d.appendInterval(b, s, tag, s.cells[i].ok)
		b = d.appendInterval(b, s, tag+failedTag, s.cells[i].failed)
	}
	d.log.write(b)
	d.buf = b
	d.counters.write(line(counters))
	d.generator.write(line(sample))
	d.events.write(d.eventLines(s))
}

// appendInterval adds a line of the log, none if there is nothing to tell.
func (d *runDir) appendInterval(b []byte, s *second, tag string, t *tape) []byte {
	if t.length() == 0 {
		return b
	}
	head := len(b)
	b = appendLinePrefix(b, tag, s.from, s.to-s.from, tapesAt(100, t))
	b, err := d.tapes.append(b, t)
	if err != nil {
		d.errs = append(d.errs, fmt.Errorf("%s: %w", logFile, err))
		return b[:head]
	}
	return append(b, '\n')
}

// eventLines gives the events of a second as lines, the first 1,000 of each class.
func (d *runDir) eventLines(s *second) (b []byte) {
	for _, v := range s.parts {
		for _, e := range v.events {
			key := eventKey{e.Kind, e.Class}
			if d.written[key] < maxEvents {
				d.written[key]++
				b = append(b, line(e)...)
			}
		}
	}
	return b
}

// line is v as a line of JSON. What is written here always has a form in JSON.
func line(v any) []byte {
	var b bytes.Buffer
	if err := writeJSON(&b, v, ""); err != nil {
		panic("results: " + err.Error())
	}
	return b.Bytes()
}

// writeJSON writes v and the end of a line, with < and > as they are.
func writeJSON(w io.Writer, v any, indent string) error {
	e := json.NewEncoder(w)
	e.SetIndent("", indent)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// fault is the first error so far, nil if all could be written.
func (d *runDir) fault() error {
	for _, a := range []*appender{d.log, d.counters, d.events, d.generator} {
		if a.err != nil {
			return a.err
		}
	}
	if len(d.errs) > 0 {
		return d.errs[0]
	}
	return nil
}

// finish writes how the run ended, and its summary, and closes the files.
func (d *runDir) finish(last countersLine, end End, s *Summary) error {
	last.At, last.End = end.At, newEndLine(end)
	d.counters.write(line(last))
	d.events.write(d.leftOut(last))
	if err := d.replace(summaryFile, s); err != nil {
		d.errs = append(d.errs, err)
	}
	for _, a := range []*appender{d.log, d.counters, d.events, d.generator} {
		if err := a.close(); err != nil {
			d.errs = append(d.errs, err)
		}
	}
	if err := errors.Join(d.errs...); err != nil {
		return fmt.Errorf("run directory: %w", err)
	}
	return nil
}
