package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"nudge/fuzz/live"
)

// writeReplays says what came of each replay, with the transcript of the last, or of all.
func writeReplays(w io.Writer, finding *live.Finding, all []live.Replay, verbose bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "finding: %v\n", &finding.Verdict)
	fmt.Fprintf(&b, "  found on %s, seed %d, session %v\n", finding.Server, finding.Seed, finding.Path)
	shown := 0
	for i, r := range all {
		what := "nothing wrong"
		switch {
		case r.Same:
			shown++
			what = "the same: " + r.Verdict.String()
		case r.Verdict != nil:
			what = "another: " + r.Verdict.String()
		}
		fmt.Fprintf(&b, "replay %d: %s\n", i+1, what)
		if verbose || i == len(all)-1 {
			fmt.Fprintf(&b, "\n%s\n", r.Transcript)
		}
	}
	if shown == 0 {
		b.WriteString("does not show any more\n")
	} else {
		fmt.Fprintf(&b, "still shows: %d of %s\n", shown, plural(len(all), "replay"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeNetcat writes the bytes of a replay to stdout, and to stderr what is lost by that.
func (f *replayFlags) writeNetcat(c *cli, s *fuzzServer, finding *live.Finding, r *live.Replay) error {
	sent, addr, notes := finding.Netcat(r)
	if len(sent) == 0 {
		return exitError{exitFailed, "nothing was sent to a notification server"}
	}
	if host, port, err := net.SplitHostPort(addr); err == nil {
		fmt.Fprintf(c.stderr, "to send them again: nc %s %s < FILE\n", host, port)
	}
	for _, note := range notes {
		fmt.Fprintln(c.stderr, note)
	}
	if from := s.ticketsFrom(); from != "" && finding.Case.NeedsTicket() {
		fmt.Fprintf(c.stderr, "fixed as it was in this replay: the ticket, from %s; the server may not take it again\n", from)
	}
	_, err := c.stdout.Write(sent)
	return err
}

// where says which server is meant.
func (s *fuzzServer) where() string {
	if s.name == s.target.addr {
		return s.name
	}
	return fmt.Sprintf("%s (%s)", s.target.addr, s.name)
}

// where says which server is meant, or which two.
func (p *fuzzPlan) where(first *fuzzServer) string {
	if p.other == nil {
		return first.where()
	}
	return fmt.Sprintf("%s and %s", first.where(), p.other.where())
}

// ticketsFrom is the URL that tickets come from; "": they need none.
func (s *fuzzServer) ticketsFrom() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.target.nexus != "" {
		return s.target.nexus
	}
	return s.target.loginURL
}
