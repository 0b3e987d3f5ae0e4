package scenario

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/loadgen/yardstick"
	"nudge/results"
)

// idleSettling is how long after the last sign-in memory is looked at.
const idleSettling = 12 * time.Second

// idlers signs so many clients in at each of the addresses, and when they have
// been idle for a while says what this process has resident, what its heap has in
// use, and the CPU that a second takes.
func idlers(c yardstick.Child) error {
	each, err := strconv.Atoi(c.Words[0])
	if err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "has begun")
	var runs, settled sync.WaitGroup
	errs := make(chan error, len(c.Words))
	up := time.Duration(each) * time.Second / 1000
	settled.Add(len(c.Words) - 1)
	for _, addr := range c.Words[1:] {
		once := sync.OnceFunc(settled.Done)
		runs.Go(func() {
			res, err := Run(context.Background(), Config{
				Scenario: "idle", Target: addr, Ticket: "t", Clients: each, Loops: 1,
				Load: loadgen.Ramp(each, up, time.Hour),
				Results: results.Config{Progress: func(t results.Tick) {
					if t.At >= up+time.Second && t.Online == each {
						once()
					}
				}},
			})
			errs <- fmt.Errorf("%v, %+v", err, res)
		})
	}
	settled.Wait()
	before := yardstick.CPU()
	select {
	case err := <-errs:
		return err
	case <-time.After(idleSettling):
	}
	used := (yardstick.CPU() - before).Seconds() / idleSettling.Seconds()
	resident := residentBytes()
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintln(c.Out, resident, m.HeapInuse+m.StackInuse, residentBytes(), 1e9*used)
	runs.Wait()
	return nil
}

func init() { roles["idlers"] = idlers }

// BenchmarkFigureIdleClient is what a client that is online and has ten contacts
// takes of the generator: the slopes from 1,000 to 19,000 clients, each number in
// a process of its own, which go to two servers since the ports to one address do
// not suffice. resident is as it stands 12 s after the last sign-in; kept is what
// is resident after a collection that gives back all it can.
func BenchmarkFigureIdleClient(b *testing.B) {
	const few, many, contacts = 1000, 19_000, 10
	var pairs yardstick.Pairs
	for b.Loop() {
		begin := func(n int) *yardstick.Process {
			return yardstick.Start(b, "idlers", n/2, startResponder(b, contacts, n/2).Line, startResponder(b, contacts, n/2).Line)
		}
		end := func(p *yardstick.Process) (took [4]float64) {
			for i, word := range strings.Fields(p.Next()) {
				took[i], _ = strconv.ParseFloat(word, 64)
			}
			p.End()
			return took
		}
		small, large := begin(few), begin(many)
		less, more := end(small), end(large)
		for i, unit := range [...]string{"resident-B/client", "heap-B/client", "kept-B/client", "cpu-ns/client/s"} {
			pairs.Add(unit, (more[i]-less[i])/(many-few))
		}
	}
	pairs.Report(b)
}
