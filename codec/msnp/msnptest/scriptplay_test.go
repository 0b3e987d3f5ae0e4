package msnptest

import (
	"io"
	"regexp"
	"strings"
	"testing/synctest"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/corpus"
)

// read collects what the server says.
func (c *party) read() {
	buf := make([]byte, 4096)
	for {
		n, err := c.nc.Read(buf)
		c.mu.Lock()
		c.heard = append(c.heard, buf[:n]...)
		c.closed = err != nil
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// next takes the server's next command. It must be well-formed to the letter, and
// acceptable to the session, which may say something at once.
func (c *party) next(p *player) (cmd *codec.Command, text string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heard) == 0 {
		return nil, "", false
	}
	cmd = new(codec.Command)
	strict := codec.Syntax{From: codec.FromServer, Refuse: codec.AllLeniencies}
	n, err := strict.Parse(cmd, c.heard)
	if err != nil {
		p.fatalf("the server says %q: %v", c.heard, err)
	}
	text = string(c.heard[:n])
	c.heard = c.heard[n:]
	p.note(c, cmd.Verb, codec.FromServer)
	c.judge(p, cmd, text)
	p.insist(c, cmd)
	return cmd, text, true
}

// insist wants what clients of that time depended on: no command of another
// dialect, groups and contacts as many as SYN says, in this order (§4.2), and a
// name and an id for each new contact (§6.2).
func (p *player) insist(c *party, cmd *codec.Command) {
	p.t.Helper()
	dialect := uint16(10)
	if c.mode == msnp.ModeP9 {
		dialect = 9
	}
	rule, ok := codec.RuleOf(cmd.Verb, codec.FromServer)
	asked := cmd.TrID != 0 // what the client said itself
	if !asked && (!ok || rule.Since > dialect || rule.Removed != 0 && rule.Removed <= dialect) {
		p.errorf("MSNP%d has no %q", dialect, cmd.Line())
	}
	switch n := cmd.NArgs(); cmd.Verb {
	case codec.SYN:
		if n > 2 {
			c.contacts, c.groups = countOf(cmd.Arg(n-2)), countOf(cmd.Arg(n-1))
		}
	case codec.LSG:
		c.groups--
	case codec.LST:
		if c.contacts--; c.groups != 0 {
			p.errorf("%q before all groups", cmd.Line())
		}
	case codec.ADC:
		if string(cmd.Arg(0)) == "FL" && cmd.TrID != 0 && strings.HasPrefix(string(cmd.Arg(1)), "N=") &&
			(!strings.HasPrefix(string(cmd.Arg(2)), "F=") || !strings.HasPrefix(string(cmd.Arg(3)), "C=")) {
			p.errorf("%q has no name or no id", cmd.Line())
		}
	}
}

func countOf(b []byte) int {
	n, _ := codec.ParseUint(b)
	return int(n)
}

// quiet wants nothing left unheard, and nobody gone but as the script says.
func (p *player) quiet() {
	p.t.Helper()
	synctest.Wait()
	for at, c := range p.conns {
		for _, text, ok := c.next(p); ok; _, text, ok = c.next(p) {
			p.errorf("%s: the server says more: %q", at, text)
		}
		if c.contacts != 0 || c.groups != 0 {
			p.fatalf("%s: SYN promised %d contacts and %d groups more", at, c.contacts, c.groups)
		}
		c.mu.Lock()
		gone := c.closed
		c.mu.Unlock()
		if gone != c.over {
			p.fatalf("%s: the server has closed the connection: %v, want %v", at, gone, c.over)
		}
	}
}

// say sends a command, which the session must write like that.
func (p *player) say(x corpus.Said) {
	p.t.Helper()
	c := p.conns[x.Conn]
	if c == nil {
		p.fatalf("there is no connection %q", x.Conn)
	}
	wire := p.filled(x.Text) + "\r\n" + x.Payload
	if x.Text == "" {
		wire = x.Payload
	}
	if c.session != nil {
		wire = c.ask(p, p.filled(x.Text), x.Payload)
	}
	var cmd codec.Command
	syntax := codec.Syntax{From: codec.FromClient}
	if _, err := syntax.Parse(&cmd, []byte(wire)); err == nil {
		p.note(c, cmd.Verb, codec.FromClient)
	}
	io.WriteString(c.nc, wire) // the server may have hung up
}

// hear wants a command of the server.
func (p *player) hear(x corpus.Said) {
	p.t.Helper()
	synctest.Wait()
	c := p.conns[x.Conn]
	if c == nil {
		p.fatalf("there is no connection %q", x.Conn)
	}
	want := c.renumbered(x.Text) + "\r\n" + x.Payload
	_, got, ok := c.next(p)
	if !ok {
		p.fatalf("the server says nothing, want %q", want)
	}
	if !p.matches(want, got) {
		p.errorf("the server says\n%q, want\n%q", got, want)
	}
}

var hole = regexp.MustCompile(`\{(\w+)(?:[ *]([^}]*))?\}`)

// matches compares, and learns what {x} stands for.
func (p *player) matches(want, got string) bool {
	pattern, names := "", []string{}
	for at := 0; ; {
		m := hole.FindStringSubmatchIndex(want[at:])
		if m == nil {
			pattern += regexp.QuoteMeta(want[at:])
			break
		}
		pattern += regexp.QuoteMeta(want[at : at+m[0]])
		name := want[at+m[2] : at+m[3]]
		switch value, ok := p.known[name]; {
		case name == "rest":
			pattern += `.*`
		case m[4] >= 0:
			pattern += regexp.QuoteMeta(p.filled(want[at+m[0] : at+m[1]]))
		case ok && name != "any":
			pattern += regexp.QuoteMeta(value)
		default:
			pattern, names = pattern+`([^ \r\n]*)`, append(names, name)
		}
		at += m[1]
	}
	m := regexp.MustCompile(`^(?s:` + pattern + `)$`).FindStringSubmatch(got)
	if m == nil {
		return false
	}
	for i, name := range names {
		p.known[name] = m[i+1]
	}
	return true
}

// filled puts in what {x} stands for.
func (p *player) filled(s string) string {
	return hole.ReplaceAllStringFunc(s, func(h string) string {
		m := hole.FindStringSubmatch(h)
		switch {
		case m[1] == "ticket":
			return p.srv.Ticket(m[2])
		case m[2] != "":
			n := 0
			for _, d := range m[2] {
				n = 10*n + int(d-'0')
			}
			return strings.Repeat(m[1], n)
		}
		value, ok := p.known[m[1]]
		if !ok {
			p.fatalf("nobody knows what %s is", h)
		}
		return value
	})
}

// note writes down which command was seen, once the mode of the connection is
// known: a server that only redirects serves both of MSNP10.
func (p *player) note(c *party, v codec.Verb, from codec.Side) {
	verb := v.String()
	if v.IsNumeric() {
		verb = "error"
	}
	c.used = append(c.used, use{verb, from, 0})
}
