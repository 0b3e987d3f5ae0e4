package msnptest

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"nudge/corpus"
)

// otherwise says where the page demands another answer than the recorded server
// gave, and why. The key is the recording, the connection, and the command's verb and TrID.
var otherwise = map[string]struct{ want, why string }{
	"03-lists A.NS PRP 17":       {"715 17", "§4.6: the server sets MBE"},
	"03-lists A.NS ADC 21":       {"215 21", "§12.19"},
	"03-lists A.NS ADC 23":       {"215 23", "§12.19"},
	"03-lists A.NS ADC 24":       {"219 24", "§12.20"},
	"03-lists A.NS REM 25":       {"216 25", "§12.20: it is on AL only"},
	"03-lists A.NS ADG 32":       {"closed", "§12.29: extremely long"},
	"03-lists A.NS REM 38":       {"225 38", "§12.26"},
	"03-lists A.NS SBP 40":       {"208 40", "§6.6"},
	"03-lists A.NS REM 41":       {"208 41", "§12.24: a GUID is wanted in M1"},
	"03-lists A.NS REM 42":       {"REM 42", "§6.3: the 216 was a mistake"},
	"03-lists A.NS REM 46":       {"208 46", "§6.3"},
	"03-lists A.NS RMG 49":       {"closed", "§1.6: no GUID"},
	"03-lists A.NS REA 51":       {"closed", "§12.48"},
	"03-lists A.NS ADC 52":       {"ADC 52", "§12.23: the other is on RL"},
	"04-switchboard A.SB MSG 11": {"NAK 11", "§12.39"},
	"04-switchboard Z.SB CAL 1":  {"closed", "§9.4: before USR"},
	"jml NS1 ADC 11":             {"215 11", "§12.19: it is on AL"},
	"01-login A.NS URL 8":        {"710 8", "§7.6: no mailbox"},
	"06-errors e01 VER 1":        {"VER 1", "§3.2: CVR0 is answered, and the connection goes on"},
	"06-errors e02 VER 1":        {"VER 1", "§3.2"},
	"06-errors e05 CVR -5":       {"closed", "§12.42"},
	"06-errors e06 VER":          {"closed", "§1.4: too few arguments"},
	"06-errors e07 FOO 1":        {"closed", "§12.41"},
	"06-errors e08 USR 1":        {"715 1 closed", "§3.1"},
	"06-errors e09 CVR 1":        {"715 1 closed", "§3.1"},
	"06-errors e10 SYN 3":        {"closed", "§3.1"},
	"06-errors e11 CHG 3":        {"closed", "§3.1"},
	"06-errors e15 USR 3":        {"911 3 closed", "§3.1"},
	"06-errors e19 USR 3":        {"closed", "§3.4"},
	"06-errors e21 ver 1":        {"closed", "§1.4: lower case"},
	"06-errors e23 CVR 2":        {"closed", "§1.1: a line above 8 KiB"},
	"06-errors e24 CVR 2":        {"closed", "§1.1"},
}

// recordings are those of clients and servers, by what the table calls them.
var recordings = map[string]string{
	"01-login": "escargot-01-login", "02-presence": "escargot-02-presence", "03-lists": "escargot-03-lists",
	"04-switchboard": "escargot-04-switchboard", "06-errors": "escargot-06-errors", "09-dialect": "escargot-09-dialect-MSNP9",
	"jml": "jml-msnp10-vs-escargot",
}

// TestRecordedClients plays what recorded clients said to notification servers and
// switchboards to this one. Each command must have the answer that was recorded, by verb and
// TrID, but for what the table explains; what ends a connection is in it too.
func TestRecordedClients(t *testing.T) {
	used, played := map[string]bool{}, 0
	for short, file := range recordings {
		t.Run(short, func(t *testing.T) {
			played++
			said := corpus.Read(corpus.Transcript(file))
			srv := &Server{Accounts: -1, Data: recordedData(t, said)}
			synctest.Test(t, func(t *testing.T) {
				defer srv.Close()
				r := &replay{t: t, srv: srv, short: short, said: said, conns: map[string]*replayed{}, used: used}
				r.play()
			})
		})
	}
	for key := range otherwise {
		if !used[key] && played == len(recordings) {
			t.Errorf("the table explains %q, which is in no recording or was answered as recorded", key)
		}
	}
}

// replay plays one recording.
type replay struct {
	t     *testing.T
	srv   *Server
	short string
	said  []corpus.Said
	conns map[string]*replayed
	ids   []string // recorded ids and ours, in turn
	used  map[string]bool
}

// replayed is one connection.
type replayed struct {
	*party
	email, dialect string
	board          bool   // it is one to a switchboard
	log            string // what came, from the beginning
}

func (r *replay) play() {
	for i, x := range r.said {
		if strings.HasPrefix(x.Conn, "HTTP") {
			continue
		}
		switch {
		case x.Who == '#' && strings.Contains(x.Text, "connect") && !strings.Contains(x.Text, "closed") || x.Who == '#' && r.conns[x.Conn] == nil:
			r.conns[x.Conn] = &replayed{party: r.dial(roleOf(x.Conn)), board: roleOf(x.Conn) == Switchboard}
		case x.Who == '#' && strings.HasPrefix(x.Text, "sent "):
			r.say(i, r.conns[x.Conn], strings.Split(x.Text, `"`)[1]+"\r\n")
		case x.Who == '#' && strings.Contains(x.Text, "client close"):
			r.conns[x.Conn].nc.Close()
			synctest.Wait()
		case x.Who == 'C':
			text := x.Text + "\r\n" + x.Payload
			if x.Text == "" {
				text = x.Payload
			}
			if c := r.conns[x.Conn]; c.over && c.email != "" {
				r.again(c)
			}
			r.say(i, r.conns[x.Conn], text)
		}
	}
	for _, c := range r.conns {
		c.nc.Close()
	}
}

// roleOf is what a recorded connection was one to.
func roleOf(conn string) Role {
	if strings.Contains(conn, "SB") {
		return Switchboard
	}
	return Notification
}

func (r *replay) dial(role Role) *party {
	ours, theirs := net.Pipe()
	p := &party{nc: ours}
	go r.srv.ServeConn(role, pipe{theirs, "127.0.0.1:1863", "127.0.0.1:1862"})
	go p.read()
	synctest.Wait()
	return p
}

// again signs in anew whom the server has sent away.
func (r *replay) again(c *replayed) {
	c.party = r.dial(Notification)
	fmt.Fprintf(c.nc, "VER 1 %s\r\nUSR 2 TWN I %s\r\nUSR 3 TWN S %s\r\nSYN 4 0 0\r\nCHG 5 NLN 0\r\n", c.dialect, c.email, r.srv.Ticket(c.email))
	c.all()
}

// all is what has come, and whether the connection is over.
func (c *replayed) all() string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := string(c.heard)
	c.heard, c.over = nil, c.closed
	c.log += s
	return s
}

var (
	shortened = regexp.MustCompile(`x*\.\.\.\((\d+) bytes in all\)$`)
	commands  = regexp.MustCompile(`(?m)^([A-Za-z]{3}|\d{3})(?: ([^ \r\n]+))?[^\n]*`)
)

// say plays one command, or several in a piece, and compares the answers.
func (r *replay) say(at int, c *replayed, text string) {
	r.t.Helper()
	if c.over {
		return
	}
	if m := shortened.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		n, _ := strconv.Atoi(m[1])
		text = "CVR 2 " + strings.Repeat("x", n) + "\r\n"
	}
	word := strings.Fields(text)
	if c.board && len(word) >= 4 && (word[0] == "USR" || word[0] == "ANS") {
		r.meet(word[3])
	}
	if len(word) == 5 && word[0] == "USR" {
		switch email := word[4]; {
		case word[3] == "I":
			c.email = email
		case word[3] == "S" && r.short != "06-errors":
			word[4] = r.srv.Ticket(c.email)
			text = strings.Join(word, " ") + "\r\n"
		}
	}
	if len(word) > 2 && word[0] == "VER" {
		c.dialect = word[2]
	}
	io.WriteString(c.nc, strings.NewReplacer(r.ids...).Replace(text))
	got := c.all()
	asked := commands.FindAllStringSubmatch(strings.ReplaceAll(text, "  ", " "), -1)
	if len(asked) == 0 {
		return
	}
	var trids []string
	for _, m := range asked {
		trids = append(trids, m[2])
	}
	was := r.recorded(at, trids)
	ours := answers(got, trids)
	r.learn(was, got)
	key := strings.TrimSpace(r.short + " " + r.said[at].Conn + " " + asked[0][1] + " " + asked[0][2])
	want := answers(was, trids)
	told := ours
	if c.over && asked[0][1] != "OUT" {
		told = strings.TrimSpace(told + " closed")
	}
	if asked[0][1] == "OUT" && c.board {
		want = "" // §9.5
	} else if asked[0][1] == "OUT" {
		want = "OUT" // §12.14: the recorded server only hung up
	} else if r.closedThere(at) {
		want = strings.TrimSpace(want + " closed")
	}
	if told == want {
		return
	}
	r.used[key] = true
	x, ok := otherwise[key]
	if !ok {
		key = strings.TrimSuffix(key, " "+asked[0][2])
		r.used[key] = true
		if x, ok = otherwise[key]; ok && asked[0][2] != "" {
			x.want += " " + asked[0][2]
		}
	}
	if !ok || told != x.want {
		r.t.Errorf("%s: answered %q, recorded %q, the table says %q (%s)", key, told, want, x.want, x.why)
	}
}

// recorded is what the recorded server said to a command, up to the next with the same TrID.
func (r *replay) recorded(at int, trids []string) string {
	var all strings.Builder
	for _, x := range r.said[at+1:] {
		if x.Conn == r.said[at].Conn && x.Who == 'S' {
			all.WriteString(x.Text + "\n")
		}
		if x.Conn == r.said[at].Conn && x.Who == 'C' && len(strings.Fields(x.Text)) > 1 && slices.Contains(trids, strings.Fields(x.Text)[1]) {
			break
		}
	}
	return all.String()
}

// closedThere reports whether the recorded server hung up next.
func (r *replay) closedThere(at int) bool {
	for _, x := range r.said[at+1:] {
		if x.Conn == r.said[at].Conn && x.Who != 'S' {
			return x.Who == '#' && x.Text == "server closed the connection"
		}
	}
	return false
}

// answers are the verbs with the TrIDs, without those who are online.
func answers(said string, trids []string) string {
	var all []string
	for _, m := range commands.FindAllStringSubmatch(said, -1) {
		switch {
		case m[1] == "OUT" && m[2] == "":
			all = append(all, "OUT")
		case slices.Contains(untold, m[1]) || m[1] == "ILN":
		case m[2] != "" && slices.Contains(trids, m[2]):
			all = append(all, m[1]+" "+m[2])
		}
	}
	return strings.Join(all, " ")
}

// invited finds where one is called to: XFR SB and RNG, with the cookie and, of
// RNG, the session.
var invited = regexp.MustCompile(`(?m)^(?:XFR \d+ SB|RNG (\S+)) \S+ CKI (\S+)`)

// meet notes what of ours stands for a recorded cookie and its session: the
// invitation that came to the same connection as the same one in order.
func (r *replay) meet(cookie string) {
	nth := map[string]int{}
	for _, x := range r.said {
		m := invited.FindStringSubmatch(x.Text)
		if x.Who != 'S' || m == nil {
			continue
		}
		n := nth[x.Conn]
		nth[x.Conn]++
		if m[2] != cookie || r.conns[x.Conn] == nil {
			continue
		}
		c := r.conns[x.Conn]
		c.all()
		if ours := invited.FindAllStringSubmatch(c.log, -1); n < len(ours) {
			r.ids = append(r.ids, m[2], ours[n][2])
			if m[1] != "" {
				r.ids = append(r.ids, m[1], ours[n][1])
			}
		}
		return
	}
}

// learn notes which id of ours stands for a recorded one.
func (r *replay) learn(was, got string) {
	ids := regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	made := regexp.MustCompile(`(?m)^AD[CG] [1-9].*$`)
	if a, b := ids.FindString(made.FindString(was)), ids.FindString(made.FindString(got)); a != "" && b != "" && a != b {
		r.ids = append(r.ids, a, b)
	}
}
