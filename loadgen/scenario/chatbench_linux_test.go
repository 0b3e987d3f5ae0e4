package scenario

import (
	"fmt"
	"os"
	"testing"
	"time"

	"nudge/codec/msnp/msnptest"
	"nudge/loadgen"
)

// talkers makes the test binary the reference server, for benchAccounts.
const (
	talkers       = "talkers"
	benchAccounts = 200
)

// serveTalkers prints the addresses of the notification server and of the login
// page, and serves until stdin is closed.
func serveTalkers() {
	srv := &msnptest.Server{Accounts: benchAccounts}
	addrs, err := srv.Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(addrs.Notification, addrs.Login)
	os.Stdin.Read(make([]byte, 1))
	srv.Close()
}

// BenchmarkConversation is what a conversation of ten messages between two clients
// costs the generator, both sides of it, and what each message more allocates. It
// takes 25 s.
func BenchmarkConversation(b *testing.B) {
	var target, login string
	fmt.Sscan(startServer(b, talkers), &target, &login)
	talk := func(messages int) (ns, allocs float64) {
		think := loadgen.Constant(time.Millisecond)
		return costOf(b, "iteration", Config{
			Mix:    []Part{{Behaviour: "chat", Messages: messages, Groups: new(0.0), Think: &think}},
			Target: target, LoginURL: login, Clients: benchAccounts, Loops: 1, Load: loadgen.Ramp(benchAccounts, time.Second, 8*time.Second),
		})
	}
	var cost, allocs, more []float64
	for b.Loop() {
		ns, few := talk(10)
		_, many := talk(60)
		cost, allocs, more = append(cost, ns), append(allocs, few), append(more, (many-few)/50)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(cost), "cpu-ns/conversation")
	b.ReportMetric(middle(allocs), "allocs/conversation")
	b.ReportMetric(middle(more), "allocs/message")
}
