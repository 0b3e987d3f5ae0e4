package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"nudge/codec"
)

// A transcript is a recording as text, one line each:
//
//	# …            a remark
//	== NAME        what follows belongs to connection NAME
//	## … connect …, ## client connected
//	               NAME begins anew; HTTP before "connect" says that it is not MSNP
//	## …           another event
//	C: …, S: …     a line of the client or the server, without its CR LF
//	C| …, S| …     a piece of a payload, with \r \n \\ \xHH for what is not text
//	C~ …, S~ …     bytes that the client or the server wrote, escaped in the same way
//
// A line that ends in "...(N bytes in all)" leaves bytes out; a stream cannot be decoded beyond it.

// maxConnections is how many connections of a transcript are followed at once.
const maxConnections = 1_000

// transcriptStream is one side of one connection.
type transcriptStream struct {
	syntax     codec.Syntax
	connection string
	buf        []byte // bytes not yet decoded
	offset     int64  // of buf[0] in the stream
}

func (s *transcriptStream) from() string {
	if s.syntax.From == codec.FromClient {
		return "client"
	}
	return "server"
}

// transcriptConnection is a connection of a transcript, with the side that each of its streams is for.
type transcriptConnection struct {
	http           bool
	client, server *transcriptStream
}

// transcriptDecoder prints the commands of a transcript in the order in which they end.
type transcriptDecoder struct {
	out     io.Writer
	flags   decodeFlags
	line    int // of the transcript, from 1
	current string
	open    map[string]*transcriptConnection
	json    jsonLine
}

func decodeTranscript(out io.Writer, r io.Reader, d decodeFlags) error {
	t := transcriptDecoder{out: out, flags: d, open: map[string]*transcriptConnection{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<10+4*(d.maxLine+d.maxPayload))
	for lines.Scan() {
		t.line++
		if err := t.take(strings.TrimSuffix(lines.Text(), "\r")); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		t.line++
		return t.wrong("line too long")
	}
	if lines.Err() != nil {
		return lines.Err()
	}
	for _, name := range slices.Sorted(maps.Keys(t.open)) {
		if err := t.end(t.open[name]); err != nil {
			return err
		}
	}
	return nil
}

// take handles one line of the transcript.
func (t *transcriptDecoder) take(line string) error {
	switch {
	case line == "" || strings.HasPrefix(line, "# "):
		return nil
	case strings.HasPrefix(line, "== "):
		t.current = line[3:]
		return nil
	case strings.HasPrefix(line, "## "):
		return t.event(line[3:])
	}
	if len(line) < 2 || line[0] != 'C' && line[0] != 'S' || !strings.Contains(":|~", line[1:2]) {
		return t.wrong("not a line of a transcript")
	}
	c, err := t.connection()
	if err != nil || c.http {
		return err
	}
	s := c.server
	if line[0] == 'C' {
		s = c.client
	}
	if s == nil {
		return nil
	}
	text := strings.TrimPrefix(line[2:], " ")
	if strings.HasSuffix(text, " bytes in all)") && strings.Contains(text, "...(") {
		return t.malformed(s, 0, "the transcript leaves bytes out here")
	}
	if line[1] == ':' {
		s.buf = append(append(s.buf, text...), "\r\n"...)
	} else {
		s.buf = appendUnescaped(s.buf, text)
	}
	return t.drain(s)
}

// event handles what is told of a connection beside its bytes: only a beginning matters.
func (t *transcriptDecoder) event(text string) error {
	before, _, begins := strings.Cut(text, "connect")
	if !begins || strings.Contains(text, "closed") || strings.Contains(text, "sent") {
		return nil
	}
	if c := t.open[t.current]; c != nil {
		if err := t.end(c); err != nil {
			return err
		}
		delete(t.open, t.current)
	}
	c, err := t.connection()
	if err == nil && strings.HasPrefix(before, "HTTP") {
		c.http = true
	}
	return err
}

// connection returns the connection that lines belong to now.
func (t *transcriptDecoder) connection() (*transcriptConnection, error) {
	c := t.open[t.current]
	if c != nil {
		return c, nil
	}
	if len(t.open) == maxConnections {
		return nil, t.wrong("too many connections")
	}
	c = &transcriptConnection{http: strings.HasPrefix(t.current, "HTTP")}
	if !t.flags.sideGiven() || t.flags.side() == codec.FromClient {
		c.client = &transcriptStream{syntax: t.flags.syntax(codec.FromClient), connection: t.current}
	}
	if !t.flags.sideGiven() || t.flags.side() == codec.FromServer {
		c.server = &transcriptStream{syntax: t.flags.syntax(codec.FromServer), connection: t.current}
	}
	t.open[t.current] = c
	return c, nil
}

// drain prints the whole commands that a stream holds and keeps the rest.
func (t *transcriptDecoder) drain(s *transcriptStream) error {
	rest := s.buf
	var c codec.Command
	for len(rest) > 0 {
		n, err := s.syntax.Parse(&c, rest)
		var syntax *codec.SyntaxError
		switch {
		case errors.Is(err, codec.ErrShort):
			s.buf = append(s.buf[:0], rest...)
			return nil
		case errors.As(err, &syntax):
			return t.malformed(s, syntax.Offset, syntax.Cause.String())
		case err != nil:
			return err
		}
		skipped := n - len(c.Raw())
		if _, err := t.out.Write(t.json.format(&c, s.offset+int64(skipped), s)); err != nil {
			return err
		}
		s.offset += int64(n)
		rest = rest[n:]
	}
	s.buf = s.buf[:0]
	return nil
}

// end checks that no side of a connection stops within a command.
func (t *transcriptDecoder) end(c *transcriptConnection) error {
	for _, s := range []*transcriptStream{c.client, c.server} {
		if s != nil && len(s.buf) > 0 && !c.http {
			return t.malformed(s, int64(len(s.buf)), fmt.Sprintf("the stream ends within the command that begins at offset %d", s.offset))
		}
	}
	return nil
}

// malformed says what is wrong with a stream, at an offset from the bytes that are still to be decoded.
func (t *transcriptDecoder) malformed(s *transcriptStream, offset int64, cause string) error {
	return exitError{exitServer, fmt.Sprintf("line %d, %s of connection %s, offset %d: %s", t.line, s.from(), s.connection, s.offset+offset, cause)}
}

// wrong says what is wrong with the transcript itself.
func (t *transcriptDecoder) wrong(cause string) error {
	return exitError{exitServer, fmt.Sprintf("line %d: %s", t.line, cause)}
}

// appendUnescaped appends the bytes that a payload line or a raw line of a transcript stands for.
// A backslash that begins no escape stands for itself.
func appendUnescaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			dst = append(dst, s[i])
			continue
		}
		switch next := s[i+1]; {
		case next == 'r':
			dst, i = append(dst, '\r'), i+1
		case next == 'n':
			dst, i = append(dst, '\n'), i+1
		case next == '\\':
			dst, i = append(dst, '\\'), i+1
		case next == 'x' && i+3 < len(s) && isHex(s[i+2]) && isHex(s[i+3]):
			dst, i = append(dst, unhex(s[i+2])<<4|unhex(s[i+3])), i+3
		default:
			dst = append(dst, '\\')
		}
	}
	return dst
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
