package scenario

import (
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/yardstick"
)

// benchAccounts is how many talk.
const benchAccounts = 200

// BenchmarkConversation is what a conversation of ten messages between two clients
// costs the generator, both sides of it, and what each message more allocates. It
// takes 25 s.
func BenchmarkConversation(b *testing.B) {
	_, at := startReference(b, benchAccounts)
	talk := func(messages int) cost {
		think := loadgen.Constant(time.Millisecond)
		return costOf(b, "iteration", Config{
			Mix:    []Part{{Behaviour: "chat", Messages: messages, Groups: new(0.0), Think: &think}},
			Target: at.notification, LoginURL: at.login, Clients: benchAccounts, Loops: 1, Load: loadgen.Ramp(benchAccounts, time.Second, 8*time.Second),
		})
	}
	var pairs yardstick.Pairs
	for b.Loop() {
		few, many := talk(10), talk(60)
		pairs.Add("cpu-ns/conversation", few.cpu)
		pairs.Add("allocs/conversation", few.allocs)
		pairs.Add("allocs/message", (many.allocs-few.allocs)/50)
	}
	pairs.Report(b)
}
