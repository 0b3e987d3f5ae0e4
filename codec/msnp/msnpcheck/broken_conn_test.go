package msnpcheck

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"nudge/codec"
	"nudge/codec/msnp/msnptest"
)

// breakage is one thing that a broken server does: to the at-th command that it
// sends in a trial, the at-th that it is sent, or the at-th connection that it
// ends.
type breakage struct {
	what string
	at   int
}

// What is done to a command that the server sends. Its words are changed as well,
// "word 1" into another of its kind, "none 1" into one of no kind.
var toSent = []string{"swallow", "500", "payload", "twice", "later", "leak", "close", "lf", "space", "stale", "headers", "port", "body", "ahead"}

// What is done to a command that the server is sent, and to an end.
var (
	toHeard = []string{"unheard", "answered", "closes", "gossip"}
	toEnds  = []string{"open"}
)

// What is done all the time.
const (
	splitAll = "split"   // whatever is sent comes byte by byte
	lax      = "lax"     // wrong passwords are taken
	bare     = "bare"    // answers of Passport have no headers
	untyped  = "untyped" // and here none that says what they are
)

// breaker breaks one thing in the connections of a trial.
type breaker struct {
	breakage
	mu                sync.Mutex
	armed             bool // the trial has begun
	sent, heard, ends int
	words             []int // of each command sent
	conns             []*brokenConn
	before            map[codec.Verb]string // the last of each
}

// web breaks an answer of Passport.
func (b *breaker) web(answer *http.Response) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !b.armed:
	case b.what == bare:
		clear(answer.Header)
	case b.what == untyped:
		answer.Header.Del("Content-Type")
	}
}

func (b *breaker) wrap(conn net.Conn, role msnptest.Role) net.Conn {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := &brokenConn{Conn: conn, b: b, role: role}
	b.conns = append(b.conns, c)
	if b.before == nil {
		b.before = map[codec.Verb]string{}
	}
	return c
}

// brokenConn is a connection to a server that is broken.
type brokenConn struct {
	net.Conn
	b     *breaker
	role  msnptest.Role
	in    []byte // read, and no whole command yet
	out   []byte // to be read
	kept  []byte // comes behind the next command
	whose string // account, as it said
	ended bool
	hangs bool // an end is kept back
	until time.Time
}

func (c *brokenConn) SetReadDeadline(t time.Time) error {
	c.until = t
	return c.Conn.SetReadDeadline(t)
}

func (c *brokenConn) Read(p []byte) (int, error) {
	for len(c.out) == 0 {
		if c.ended {
			return 0, io.EOF
		}
		if c.hangs {
			time.Sleep(time.Until(c.until)) // of the bubble
			return 0, os.ErrDeadlineExceeded
		}
		chunk := make([]byte, 4096)
		n, err := c.Conn.Read(chunk)
		c.in = append(c.in, chunk[:n]...)
		c.commands()
		switch {
		case len(c.out) > 0:
		case err == io.EOF && c.b.strikesEnd():
			c.hangs = true
		case err != nil:
			return 0, err
		}
	}
	if c.b.what == splitAll {
		p = p[:1]
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// commands passes on what is whole.
func (c *brokenConn) commands() {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	for {
		var cmd codec.Command
		n, err := new(codec.Syntax).Parse(&cmd, c.in)
		if err != nil {
			return
		}
		raw := bytes.Clone(c.in[:n])
		c.in = c.in[n:]
		what := ""
		if c.b.armed {
			if c.b.sent == c.b.at {
				what = c.b.what
			}
			c.b.sent++
			c.b.words = append(c.b.words, len(strings.Fields(string(cmd.Line()))))
		}
		c.pass(&cmd, raw, what)
	}
}

// pass does to a command what is to be done.
func (c *brokenConn) pass(cmd *codec.Command, raw []byte, what string) {
	line := string(cmd.Line())
	payload := raw[len(raw)-len(cmd.Payload()):]
	var kind string
	var word int
	switch _, err := fmt.Sscanf(what, "%s %d", &kind, &word); {
	case err == nil:
		words := strings.Split(line, " ")
		switch {
		case word >= len(words):
		case kind == "none":
			words[word] = "x"
		default:
			words[word] = changed(words[word])
		}
		raw = append([]byte(strings.Join(words, " ")+"\r\n"), payload...)
	case what == "swallow":
		return
	case what == "stale" && c.b.before[cmd.Verb] != "":
		words := strings.Split(c.b.before[cmd.Verb], " ")
		if cmd.HasTrID() {
			words[1] = fmt.Sprint(cmd.TrID)
		}
		raw = append([]byte(strings.Join(words, " ")+"\r\n"), payload...)
	case what == "500" && cmd.HasTrID():
		raw = fmt.Appendf(nil, "500 %d\r\n", cmd.TrID)
	case what == "payload" && len(payload) > 0:
		payload[len(payload)/2] ^= 1
	case what == "headers" && len(payload) > 0:
		payload = bytes.ReplaceAll(payload, []byte(": "), []byte(": x"))
		raw = withPayload(line, bytes.ReplaceAll(payload, []byte(": xtext/"), []byte(": text/")))
	case what == "port" && len(payload) > 0:
		raw = withPayload(line, bytes.ReplaceAll(payload, []byte("ClientPort: 18183"), []byte("ClientPort: 1863")))
	case what == "body" && len(payload) > 0:
		raw = withPayload(line, append(bytes.Clone(payload), "more"...))
	case what == "ahead":
		raw = append([]byte("QNG 50\r\n"), raw...)
	case what == "twice":
		raw = append(raw, raw...)
	case what == "later":
		c.kept = raw
		return
	case what == "leak":
		for _, other := range c.b.conns {
			if other != c {
				other.out = append(other.out, raw...)
			}
		}
	case what == "close":
		c.ended = true
		return
	case what == "lf":
		raw = append([]byte(line+"\n"), payload...)
	case what == "space":
		raw = append([]byte(line+" \r\n"), payload...)
	}
	c.b.before[cmd.Verb] = line
	c.out = append(append(c.out, raw...), c.kept...)
	c.kept = nil
}

// withPayload is a command with another payload, and its length.
func withPayload(line string, payload []byte) []byte {
	words := strings.Split(line, " ")
	words[len(words)-1] = fmt.Sprint(len(payload))
	return append([]byte(strings.Join(words, " ")+"\r\n"), payload...)
}

// changed is another word of the same kind.
func changed(word string) string {
	prefix, value, found := strings.Cut(word, "=")
	if prefix += "="; !found {
		prefix, value = "", word
	}
	last := len(value) - 1
	switch n, ok := codec.ParseUint([]byte(value)); {
	case ok:
		return fmt.Sprint(prefix, n+1)
	case last >= 0 && isHex(value[last]) && isGUID(value):
		return prefix + value[:last] + string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", value[last])+1)%16])
	}
	return prefix + value + "x"
}

// Write passes on what the client says, or not.
func (c *brokenConn) Write(p []byte) (int, error) {
	c.b.mu.Lock()
	for _, word := range strings.Fields(string(p)) {
		if c.whose == "" && strings.Contains(word, "@") && (bytes.HasPrefix(p, []byte("USR")) || bytes.HasPrefix(p, []byte("ANS"))) {
			c.whose = word
		}
	}
	what := ""
	if c.b.armed && !bytes.HasPrefix(p, []byte("PNG")) && !bytes.HasPrefix(p, []byte("OUT")) {
		if c.b.heard == c.b.at {
			what = c.b.what
		}
		c.b.heard++
	}
	if what == "answered" {
		if words := strings.Fields(string(p)); len(words) > 1 {
			c.out = append(c.out, words[0]+" "+words[1]+"\r\n"...)
		}
	}
	if what == "gossip" {
		c.b.gossip()
	}
	c.ended = c.ended || what == "closes"
	c.b.mu.Unlock()
	if what == "unheard" || what == "answered" {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// gossip tells everybody of everybody, herself as well: that they came, went, have
// a telephone and have added her.
func (b *breaker) gossip() {
	for _, c := range b.conns {
		for _, of := range b.conns {
			switch {
			case of.whose == "":
			case c.role == msnptest.Switchboard:
				c.out = fmt.Appendf(c.out, "JOI %s x\r\nBYE %[1]s\r\n", of.whose)
			default:
				c.out = fmt.Appendf(c.out, "NLN BSY %s x 0\r\nILN 0 BSY %[1]s x 0\r\nFLN %[1]s\r\nBPR %[1]s PHM 1\r\nADC 0 RL N=%[1]s F=x\r\n", of.whose)
			}
		}
	}
}

// strikesEnd reports whether an end of a connection is to be kept back.
func (b *breaker) strikesEnd() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.armed {
		return false
	}
	b.ends++
	return b.what == "open" && b.ends-1 == b.at
}
