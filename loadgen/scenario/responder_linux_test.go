package scenario

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"strconv"
	"testing"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen/yardstick"
)

func init() {
	roles["responder"] = serveResponder
	roles["reference"] = serveReference
}

// responder is a notification server of few words, with plain epoll, so that it
// costs as little as can be beside what is measured. Clients are known by the
// number in their address, and stand on a ring of total.
type responder struct {
	yardstick.Peer
	contacts, total int
	number          []int // by connection
	conn            []int // by number
	line            []byte
}

// serveResponder takes the number of contacts and that of clients.
func serveResponder(c yardstick.Child) error {
	r := &responder{}
	r.contacts, _ = strconv.Atoi(c.Words[0])
	r.total, _ = strconv.Atoi(c.Words[1])
	r.conn = make([]int, r.total+1)
	r.Answer = r.answer
	return r.Serve(c.Out)
}

// startResponder starts it.
func startResponder(b *testing.B, contacts, total int) *yardstick.Process {
	b.Helper()
	return yardstick.Start(b, "responder", contacts, total)
}

// answer answers by the verb's first letter, and VER and CVR by the second.
func (r *responder) answer(conn int, line, out []byte) ([]byte, bool) {
	if line[0] == 'P' {
		return append(out, "QNG 50\r\n"...), false
	}
	for len(r.number) <= conn {
		r.number = append(r.number, 0)
	}
	word := bytes.Fields(line)
	id := []byte("0")
	if len(word) > 1 {
		id = word[1]
	}
	switch string(word[0]) {
	case "VER":
		r.number[conn] = 0
		out = fmt.Appendf(out, "VER %s MSNP10\r\n", id)
	case "CVR":
		out = fmt.Appendf(out, "CVR %s 1 1 1 a b\r\n", id)
	case "USR":
		if string(word[3]) != "I" {
			return fmt.Appendf(out, "USR %s OK a@example.com 1 0\r\n", id), false
		}
		local, _, _ := bytes.Cut(word[4], []byte("@"))
		r.number[conn], _ = strconv.Atoi(string(bytes.TrimLeft(local, "user0")))
		out = fmt.Appendf(out, "USR %s TWN S x=1\r\n", id)
	case "SYN":
		out = fmt.Appendf(out, "SYN %s 1 0 %d 0\r\n", id, r.contacts)
		for i := range r.contacts {
			n := r.neighbour(r.number[conn], i)
			out = fmt.Appendf(out, "LST N=user%05d@example.com F=somebody%%20nice C=user%05d@example.com 11 0\r\n", n, n)
		}
	case "CHG":
		out = fmt.Appendf(out, "CHG %s %s %s\r\n", id, word[2], word[3])
		if r.number[conn] != 0 {
			r.tell(conn, word[2], word[3])
		}
	case "OUT":
		r.number[conn] = 0
		return out, true
	}
	return out, false
}

// neighbour is the i-th contact of a client: the next ones before and behind it.
func (r *responder) neighbour(n, i int) int {
	step := i/2 + 1
	if i%2 == 1 {
		step = -step
	}
	return (n-1+step+r.total)%r.total + 1
}

// tell tells a client's contacts of its status, those that have had one.
func (r *responder) tell(conn int, status, id []byte) {
	from := r.number[conn]
	r.conn[from] = conn
	r.line = fmt.Appendf(r.line[:0], "NLN %s user%05d@example.com somebody%%20nice %s\r\n", status, from, id)
	for i := range r.contacts {
		to := r.neighbour(from, i)
		if c := r.conn[to]; c != 0 && r.number[c] == to {
			r.Post(c, r.line)
		}
	}
}

// serveReference serves accounts of the reference server, with tickets of the
// template t=%s&p= and contacts, until the process ends.
func serveReference(c yardstick.Child) error {
	accounts, err := strconv.Atoi(c.Words[0])
	if err != nil {
		return err
	}
	srv := &msnptest.Server{Accounts: accounts, TicketTemplate: benchTicket}
	addrs, err := srv.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	os.Remove(addrs.CAFile) // the process ends without Close
	fmt.Fprintln(c.Out, addrs.Dispatch, addrs.Notification, addrs.Login)
	select {}
}

const benchTicket = "t=%s&p="

// addresses of a server that serveReference started.
type addresses struct{ dispatch, notification, login string }

func startReference(b *testing.B, accounts int) (p *yardstick.Process, a addresses) {
	b.Helper()
	p = yardstick.Start(b, "reference", accounts)
	fmt.Sscan(p.Line, &a.dispatch, &a.notification, &a.login)
	return p, a
}

// residentBytes is the memory of this process.
func residentBytes() float64 {
	var size, resident float64
	text, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(text), &size, &resident)
	return resident * float64(cmp.Or(os.Getpagesize(), 4096))
}
