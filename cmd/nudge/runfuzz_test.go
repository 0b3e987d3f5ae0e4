package main

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"nudge/fuzz/live"
	"nudge/loadgen"
	"nudge/results"
)

func TestAQuarterOfTheTimeIsClean(t *testing.T) {
	for hold, want := range map[time.Duration]time.Duration{
		6 * time.Second: 3 * time.Second, 12 * time.Second: 3 * time.Second, 30 * time.Second: 8 * time.Second, 10 * time.Minute: 150 * time.Second,
	} {
		p := besidePlan{steady: loadgen.Stretch{First: time.Second, From: 5 * time.Second, To: 5*time.Second + hold}}
		if got := p.clean(); got != want {
			t.Errorf("%v at full load: %v without, want %v", hold, got, want)
		}
	}
}

// ticks tells a load of so many seconds, of which those up to ramp are not at full load.
func ticks(b *beside, from, to, ramp int) {
	for s := from; s <= to; s++ {
		tick := results.Tick{At: time.Duration(s) * time.Second, Length: time.Second}
		if s > ramp {
			tick.Phase = results.Hold
		}
		b.tick(tick)
		time.Sleep(time.Second)
	}
}

func TestSessionsBeginWhenTheLoadHasBeenFullForAWhile(t *testing.T) {
	const s = time.Second
	for _, tt := range []struct {
		name      string
		steady    loadgen.Stretch
		from, to  int
		want      results.Fuzz // the times
		neverEven bool
	}{
		{"one stretch", loadgen.Stretch{First: 5 * s, From: 5 * s, To: 35 * s}, 1, 35, results.Fuzz{Clean: 6 * s, From: 14 * s, To: 35 * s}, false},
		{"a later one", loadgen.Stretch{First: 5 * s, From: 20 * s, To: 40 * s}, 1, 40, results.Fuzz{Clean: 21 * s, From: 26 * s, To: 40 * s}, false},
		{"the teller was behind", loadgen.Stretch{First: 5 * s, From: 5 * s, To: 35 * s}, 18, 35, results.Fuzz{Clean: 18 * s, From: 26 * s, To: 47 * s}, false},
		{"the load ends first", loadgen.Stretch{First: 5 * s, From: 5 * s, To: 35 * s}, 1, 13, results.Fuzz{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				refused := errors.New("refused")
				b := &beside{plan: &besidePlan{rate: 1, steady: tt.steady}, out: &fuzzOutput{stderr: io.Discard, quiet: true}, closed: func() {}}
				b.ctx, b.cancel = context.WithCancel(t.Context())
				b.fuzzer = &live.Fuzzer{Addr: "127.0.0.1:1863", Rate: 1, Accounts: make([]live.Account, live.AccountsPerWorker),
					DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, refused }}
				ticks(b, tt.from, tt.to, 5)
				got := b.told(true)
				if got.Clean != tt.want.Clean || got.From != tt.want.From || got.To != tt.want.To {
					t.Errorf("from %v on held against from %v on, to %v; want %v, %v, %v", got.From, got.Clean, got.To, tt.want.From, tt.want.Clean, tt.want.To)
				}
				if (got.Error == "") != tt.neverEven {
					t.Errorf("nobody listens, and the error is %q", got.Error)
				}
			})
		})
	}
}
