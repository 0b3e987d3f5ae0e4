package loadgen

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"nudge/loadgen/yardstick"
	"nudge/results"
)

// sitter connects and stays.
type sitter struct {
	*Client
	all *sitters
}

type sitters struct {
	addrs     []string // in turn, since the ports to one of them do not suffice
	n, opened int
	out       io.Writer
	err       error
	cancel    context.CancelFunc
}

func (s *sitter) Start() { s.Dial(s.all.addrs[s.ID()%len(s.all.addrs)], 0) }
func (s *sitter) Opened(*Conn) {
	if s.all.opened++; s.all.opened == s.all.n {
		runtime.GC()
		debug.FreeOSMemory()
		fmt.Fprintln(s.all.out, resident())
	}
}
func (s *sitter) Closed(_ *Conn, err error)  { s.all.err = err; s.all.cancel() }
func (s *sitter) Data(_ *Conn, b []byte) int { return len(b) }
func (s *sitter) Iterate()                   {}
func (s *sitter) Wake()                      {}
func (s *sitter) Stop()                      { s.Exit() }

// resident is the memory of this process, in bytes.
func resident() int {
	var size, pages int
	text, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(text), &size, &pages)
	return pages * os.Getpagesize()
}

// sit connects so many clients and says what memory they take.
func sit(c yardstick.Child) error {
	n, err := strconv.Atoi(c.Words[0])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	all := &sitters{addrs: c.Words[1:], n: n, out: c.Out, cancel: cancel}
	collected, err := results.New(results.Config{Ops: []results.OpInfo{{Name: "iteration"}}, Recorders: 1})
	if err != nil {
		return err
	}
	collected.Start(time.Now())
	_, err = Run(ctx, Config{
		Load: Ramp(n, 0, time.Hour), Loops: 1, ConnectRate: 5000, Recorder: collected.Recorder,
		New: func(c *Client) Handler { return &sitter{c, all} },
	})
	if err == nil {
		err = all.err
	}
	return err
}

func init() { roles["sit"] = sit }

// BenchmarkFigureEngineMemory is what a connected client that does nothing takes
// of the generator's resident memory, without any protocol: the slope from 1,000
// to 19,000 clients, each number in a process of its own.
func BenchmarkFigureEngineMemory(b *testing.B) {
	const few, many = 1000, 19_000
	var pairs yardstick.Pairs
	for b.Loop() {
		var small, large int
		measure := func(n int) (bytes int) {
			one, two := yardstick.Start(b, "echo"), yardstick.Start(b, "echo")
			sitting := yardstick.Start(b, "sit", n, one.Line, two.Line)
			fmt.Sscan(sitting.Line, &bytes)
			sitting.End()
			one.End()
			two.End()
			return bytes
		}
		pairs.Take(func() { large = measure(many) }, func() { small = measure(few) })
		pairs.Add("B/client", float64(large-small)/(many-few))
	}
	pairs.Report(b)
}
