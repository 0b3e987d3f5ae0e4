package main

import (
	"bytes"
	"sync"

	"nudge/fuzz/live"
)

// crashMark is how the report of a crash begins.
type crashMark struct {
	text  string
	start bool // at the start of a line alone
}

// traceback begins the report of an exception in Python: what it was stands at the end.
const traceback = "Traceback (most recent call last)"

// crashMarks are those of the runtimes in which servers are written.
var crashMarks = []crashMark{
	{"panic: ", true}, {"fatal error: ", true}, {"panic serving ", false}, {"SIGSEGV", false}, // Go
	{traceback, false},                                                // Python
	{"panicked at ", false},                                           // Rust
	{"ERROR: AddressSanitizer", false}, {"Segmentation fault", false}, // C
	{"terminate called ", true},     // C++
	{"Exception in thread ", false}, // Java
	{"Uncaught ", false},            // Node
}

const (
	maxCrash     = 64 << 10 // bytes kept of a report
	maxCrashLine = 4 << 10  // bytes at the start of a line in which a mark is looked for
)

// crashLog is a writer that keeps the last bytes written to it, and the first report of a crash from where it begins.
type crashLog struct {
	tail

	mu     sync.Mutex
	line   []byte // what has come of the line that is not ended
	report []byte // nil: there was none

	survived bool // the server has gone on behind a report
}

func (l *crashLog) Write(p []byte) (int, error) {
	l.tail.Write(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			end = len(rest)
		}
		l.add(rest[:end])
		rest = rest[end:]
	}
	return len(p), nil
}

// add adds a line, or a part of one.
func (l *crashLog) add(part []byte) {
	if l.report != nil {
		l.report = append(l.report, part[:min(len(part), maxCrash-len(l.report))]...)
		return
	}
	l.line = append(l.line, part[:min(len(part), maxCrashLine-len(l.line))]...)
	if isCrash(l.line) {
		l.report, l.line = l.line, nil
	} else if part[len(part)-1] == '\n' {
		l.line = l.line[:0]
	}
}

// isCrash reports whether a line begins the report of a crash.
func isCrash(line []byte) bool {
	for _, mark := range crashMarks {
		at := bytes.Index(line, []byte(mark.text))
		if at == 0 || at > 0 && !mark.start {
			return true
		}
	}
	return false
}

// take is crash of a server that goes on: what is reported next is another report. One that is not at its end is left.
func (l *crashLog) take() (t live.Trouble, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.report == nil {
		return live.Trouble{}, false
	}
	if t, ok = troubleOf(string(l.report)); ok {
		l.report, l.survived = nil, true
	}
	return t, ok
}

// fresh reports whether there is a report that may be of the end: no other was before behind which the server went on.
func (l *crashLog) fresh() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.report != nil && !l.survived
}

// crash returns the report, and whether there was one.
func (l *crashLog) crash() (report string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.report), l.report != nil
}
