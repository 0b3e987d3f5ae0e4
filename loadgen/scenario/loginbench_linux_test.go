package scenario

import (
	"fmt"
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/yardstick"
)

const loginClients = 200

// BenchmarkFigureLogins is how many full logins generator and reference server,
// a process each, make together: connect, VER, CVR, USR and redirect, then all
// that again, USR with a ticket that is given, SYN with ten contacts, CHG, OUT.
// Its yardstick opens as many connections and says the same bytes there to a
// plain peer, which answers with as many lines.
func BenchmarkFigureLogins(b *testing.B) {
	server, at := startReference(b, loginClients)
	peer := startResponder(b, 10, loginClients)
	var pairs yardstick.Pairs
	for b.Loop() {
		var ours cost
		var plain yardstick.Cost
		var served, answered time.Duration
		pairs.Take(func() {
			before := server.CPU()
			began := time.Now()
			ours = costOf(b, "login", Config{
				Scenario: "login", Target: at.dispatch, Ticket: benchTicket, Clients: loginClients, Loops: 1,
				Think: new(loadgen.Dist), ConnectRate: 1e6, Load: loadgen.Ramp(loginClients, 0, slice+2*time.Second),
			})
			served = time.Duration(float64(server.CPU()-before) / ours.rate / time.Since(began).Seconds())
		}, func() {
			before := peer.CPU()
			plain = yardstick.Visits(b, peer.Line, loginClients, fullLogin(), slice)
			answered = (peer.CPU() - before) / time.Duration(max(plain.Trips, 1))
		})
		pairs.Ratio("rate", "logins/s", ours.rate, plain.Rate())
		pairs.Ratio("cpu", "cpu-µs/login", ours.cpu/1000, plain.PerTrip()/1000)
		pairs.Ratio("server-cpu", "server-cpu-µs/login", micros(served), micros(answered))
	}
	pairs.Report(b)
}

// fullLogin is what a login says, on the dispatch server's connection and on that
// of the notification server.
func fullLogin() [][]yardstick.Exchange {
	const email = "user00001@example.com"
	hello := []yardstick.Exchange{
		{Say: []byte("VER 1 MSNP10 MSNP9 CVR0\r\n"), Lines: 1},
		{Say: []byte("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS " + email + "\r\n"), Lines: 1},
		{Say: []byte("USR 3 TWN I " + email + "\r\n"), Lines: 1},
	}
	online := append(hello[:3:3],
		yardstick.Exchange{Say: fmt.Appendf(nil, "USR 4 TWN S "+benchTicket+"\r\n", email), Lines: 1},
		yardstick.Exchange{Say: []byte("SYN 5 0 0\r\n"), Lines: 11},
		yardstick.Exchange{Say: []byte("CHG 6 NLN 536911908\r\n"), Lines: 1},
	)
	return [][]yardstick.Exchange{hello, online}
}
