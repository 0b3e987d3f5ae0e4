package msnpcheck

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"nudge/codec"
)

// find returns the first line that was not used and is wanted, reading on until
// then; nil if none came in time.
func (p *peer) find(wait time.Duration, wanted func(l *line) bool) *line {
	until := time.Now().Add(wait)
	for i := p.from; ; i++ {
		for i >= len(p.lines) {
			if !p.read(until) {
				return nil
			}
		}
		if l := p.lines[i]; !l.used && wanted(l) {
			l.used = true
			return l
		}
	}
}

// expect returns the next line that is as a pattern says. Others stay for later.
func (p *peer) expect(pattern string, alts ...variant) *line {
	patterns := strings.Split(pattern, orElse)
	for _, v := range alts {
		patterns = append(patterns, strings.Split(v.pattern, orElse)...)
	}
	nearest, most := "", 0
	l := p.awaiting(pattern, func(l *line) bool {
		for _, one := range patterns {
			if differs(one, l.text, l.TrID) == "" {
				return true
			}
			if n := likeness(one, l.text); n >= most {
				nearest, most = l.text, n
			}
		}
		return false
	})
	if l == nil {
		got, why := p.ending(), ""
		if most > 0 {
			got, why = nearest, differs(patterns[0], nearest, 0)
		}
		p.t.fail(p, pattern, got, why)
	}
	p.t.settleFor(p, pattern, alts, l.text, l.TrID)
	return l
}

// ending says for people why nothing more came.
func (p *peer) ending() string {
	switch {
	case p.end == nil:
		return fmt.Sprintf("nothing in %v%s", p.t.cfg.Timeout, p.begun())
	case errors.Is(p.end, errFlood):
		return p.end.Error()
	case len(p.buf) > 0:
		return "the connection closed within a command, behind " + printable(p.buf[:min(len(p.buf), maxShown)])
	case errors.Is(p.end, io.EOF):
		return "the connection closed"
	}
	return "the connection lost: " + plain(p.end)
}

// begun tells of a command that has not come to its end; "": there is none.
func (p *peer) begun() string {
	line, payload, whole := bytes.Cut(p.buf, []byte("\n"))
	switch {
	case len(p.buf) == 0:
		return ""
	case whole && len(bytes.TrimSpace(line)) == 0:
		return "; an empty line" + p.afterPayload()
	case !whole:
		return "; this has no end: " + printable(line)
	}
	return fmt.Sprintf("; of the payload of %q only %d bytes have come", bytes.TrimSuffix(line, []byte("\r")), len(payload))
}

// plain is what an error of a connection says without the addresses.
func plain(err error) string {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return plain(op.Err)
	}
	if call := (*os.SyscallError)(nil); errors.As(err, &call) {
		return call.Err.Error()
	}
	return err.Error()
}

// none fails if anything comes, or came and was not used, that is as one of the
// patterns says.
func (p *peer) none(patterns ...string) {
	p.barrier()
	for _, l := range p.lines[p.from:] {
		for _, pattern := range patterns {
			if !l.used && differs(pattern, l.text, l.TrID) == "" {
				p.t.fail(p, "no "+pattern, l.text, "")
			}
		}
	}
}

// barrier reads what is under way: for a short while, and until a PNG is answered
// where one may be sent.
func (p *peer) barrier() {
	p.listen(p.t.cfg.Quiet)
	if p.online && p.end == nil {
		p.ping()
	}
}

// listen reads for a while.
func (p *peer) listen(wait time.Duration) {
	for until := time.Now().Add(wait); p.read(until); {
	}
}

// ping reports whether PNG was answered.
func (p *peer) ping() bool {
	p.aside(func() { p.write([]byte("PNG\r\n")) })
	return p.awaiting("PNG", func(l *line) bool { return l.Verb == codec.QNG }) != nil
}

// forget drops what came and was not used.
func (p *peer) forget() { p.from = len(p.lines) }

// closes fails if the server does not close the connection.
func (p *peer) closes() {
	p.listen(p.t.cfg.Timeout)
	if p.end == nil {
		p.t.fail(p, closed, "the connection stays open", "")
	}
}
