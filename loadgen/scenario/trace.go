package scenario

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// speaker says whose words an entry of a conversation holds.
type speaker byte

const (
	byClient speaker = iota
	byServer
	byNudge // connections opened and lost, tickets, reasons
)

var speakers = [...]string{byClient: "C: ", byServer: "S: ", byNudge: "-- "}

// maxEntry is how much of one command is shown, in bytes.
const maxEntry = 1 << 10

// trace writes the conversations of some clients as they happen, an entry at a
// time: seconds since the start, the client's address, who speaks, the line.
// Loops share it. After an error of the writer it falls silent.
type trace struct {
	mu  sync.Mutex
	w   io.Writer
	buf []byte
	err error
}

func (t *trace) add(at time.Duration, email string, by speaker, b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return
	}
	t.buf = appendEntry(t.buf[:0], at, email, by, b)
	_, t.err = t.w.Write(t.buf)
}

// said adds a command to the conversations that are kept of this client.
func (c *client) said(at time.Duration, by speaker, b []byte) {
	if c.talk != nil {
		c.talk.add(at, by, b)
	}
	if c.engine.ID() < c.run.traced {
		c.run.trace.add(at, c.email, by, b)
	}
}

// notes adds a note to them.
func (c *client) notes(at time.Duration, words ...string) {
	if c.talk != nil || c.engine.ID() < c.run.traced {
		c.said(at, byNudge, []byte(strings.Join(words, "")))
	}
}

// appendEntry shows one command, tickets masked: its line, and each line of its
// payload behind a bar, as the protocol page does.
func appendEntry(dst []byte, at time.Duration, email string, by speaker, b []byte) []byte {
	more := len(b) > maxEntry
	b = b[:min(len(b), maxEntry)]
	dst = fmt.Appendf(dst, "%10.6f ", at.Seconds())
	if email != "" {
		dst = append(append(dst, email...), ' ')
	}
	line, payload, found := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	dst = append(dst, speakers[by]...)
	dst = append(appendMasked(dst, by, line), '\n')
	for found && len(payload) > 0 {
		line, payload, found = bytes.Cut(payload, []byte("\n"))
		dst = append(dst, "           | "...)
		dst = append(appendHeader(dst, bytes.TrimSuffix(line, []byte("\r"))), '\n')
	}
	if more {
		dst = append(dst, "           ...\n"...)
	}
	return dst
}

const masked = "***"

// appendMasked shows a line without the ticket of USR TWN S (§3.4).
func appendMasked(dst []byte, by speaker, line []byte) []byte {
	if by == byClient && bytes.HasPrefix(line, []byte("USR ")) {
		if at := bytes.Index(line, []byte(" TWN S ")); at >= 0 {
			return append(appendPrintable(dst, line[:at+len(" TWN S ")]), masked...)
		}
	}
	return appendPrintable(dst, line)
}

// appendHeader shows a line of a payload without the ticket that a profile
// repeats (§3.6).
func appendHeader(dst, line []byte) []byte {
	if name, _, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(string(name), "MSPAuth") {
		return append(append(dst, name...), ": "+masked...)
	}
	return appendPrintable(dst, line)
}

// appendPrintable shows bytes of any kind on one line.
func appendPrintable(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) {
			for _, c := range b[:n] {
				dst = fmt.Appendf(dst, `\x%02x`, c)
			}
		} else {
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
	return dst
}
