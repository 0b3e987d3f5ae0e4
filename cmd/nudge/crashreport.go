package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"nudge/fuzz/live"
)

// pythonFrame is a line of a traceback in Python, the innermost last.
var pythonFrame = regexp.MustCompile(`^  File "([^"]*)", line (\d+), in (.+)$`)

// pythonLibraries are parts of paths that are none of a server's own source.
var pythonLibraries = []string{"/lib/python", "/site-packages/", "/dist-packages/", "<frozen "}

// troubleOf says in short what a report of a crash is about, and whether its end has come.
func troubleOf(report string) (t live.Trouble, whole bool) {
	first, rest, whole := strings.Cut(report, "\n")
	t.What = strings.TrimSpace(first)
	if !strings.HasPrefix(first, traceback) {
		return t, whole
	}
	for line := range strings.Lines(rest) {
		line, whole = strings.CutSuffix(line, "\n")
		line = strings.TrimSuffix(line, "\r")
		f := pythonFrame.FindStringSubmatch(line)
		if own := f != nil && !slices.ContainsFunc(pythonLibraries, func(l string) bool { return strings.Contains(f[1], l) }); own || f != nil && t.Where == "" {
			t.Where = fmt.Sprintf("%s:%s in %s", path.Base(strings.ReplaceAll(f[1], `\`, "/")), f[2], f[3])
		}
		if line != "" && line[0] != ' ' {
			t.What = line // the exception
			return t, whole
		}
	}
	return t, false
}

// dying is how long a server may take to end behind the report of its end.
const dying = 300 * time.Millisecond

// troubleIn waits that long for the end of a process, and says how it ended, or what it reported.
func troubleIn(p *spawned, log *crashLog, wait time.Duration) (t live.Trouble, ok bool) {
	if log.fresh() {
		wait = max(wait, dying)
	}
	if wait > 0 {
		late := time.NewTimer(wait)
		defer late.Stop()
		select {
		case <-p.ended:
		case <-late.C:
		}
	}
	if p.alive() {
		return log.take()
	}
	t.What = "it ended: " + p.cmd.ProcessState.String()
	if report, ok := log.crash(); ok {
		t, _ = troubleOf(report)
	}
	t.Ended = true
	return t, true
}
