package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nudge/results"
)

// measured runs the built program, with what is to be done to it while its load is full, and returns its summary.
func measured(b *testing.B, path string, meanwhile func(generator, server int), args ...string) *results.Summary {
	b.Helper()
	p := start(b, path, append([]string{"run", "--format", "json", "--no-output", "--progress", "plain"}, args...)...)
	if meanwhile != nil {
		p.waitFor(b, " hold ")
		meanwhile(p.Process.Pid, childOf(b, p.Process.Pid))
	}
	_, stderr := p.end(b) // the exit status is that of the verdict
	var s results.Summary
	if err := json.Unmarshal(p.stdout.Bytes(), &s); err != nil || len(s.Ops) == 0 {
		b.Fatalf("%v: %s%s", err, p.stdout.String(), stderr)
	}
	return &s
}

// childOf is the process that another has started: the built-in server of a run.
func childOf(b *testing.B, pid int) int {
	b.Helper()
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		if child, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return child
		}
	}
	b.Fatalf("process %d has not one child: %q", pid, lists)
	return 0
}

// BenchmarkFigureVerdict is how often the verdict is wrong: runs of 5 s on a quiet machine that are called invalid, and runs beside 8
// processes that do nothing but compute which are not, of those whose p99 of the service time is more than twice that of a quiet run.
// That the machine was quiet is for an observer to say who has no part in the run: where a goroutine that does nothing but sleep woke
// late as well, the run was disturbed, by whatever shares the machine, and counts for neither. Use -benchtime 20x.
func BenchmarkFigureVerdict(b *testing.B) {
	path := build(b)
	load := []string{"-c", "500", "-r", "500/s", "-d", "5s", "--ramp-up", "1s"}
	var quiet, starved []*results.Summary
	disturbed := 0
	for b.Loop() {
		for range 3 { // until it is quiet
			late := observe()
			s, woke := measured(b, path, nil, load...), late()
			if woke <= quietWake {
				quiet = append(quiet, s)
				break
			}
			disturbed++
			b.Logf("disturbed: an observer woke %v late, lag %v, %s", woke, s.Lag.P99, s.Verdict)
		}
		end := hogs(b, 8)
		starved = append(starved, measured(b, path, nil, load...))
		end()
	}
	if len(quiet) == 0 {
		b.Fatal("the machine was never quiet")
	}
	var calm []time.Duration
	falsely, missed, slowed := 0, 0, 0
	for _, s := range quiet {
		calm = append(calm, s.Service.P99)
		if s.Verdict == results.Invalid {
			falsely++
			b.Logf("quiet and invalid: %q, p99 of service time %v", s.Reasons, s.Service.P99)
		}
	}
	slices.Sort(calm)
	for _, s := range starved {
		if s.Service.P99 <= 2*calm[len(calm)/2] {
			continue
		}
		slowed++
		if s.Verdict != results.Invalid {
			missed++
			b.Logf("starved and %s: lag %+v, pulse %+v, p99 of service time %v", s.Verdict, s.Lag, s.Pulse, s.Service.P99)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(quiet)), "quiet")
	b.ReportMetric(float64(disturbed), "disturbed")
	b.ReportMetric(float64(falsely), "false-invalid")
	b.ReportMetric(float64(missed), "missed-invalid")
	b.ReportMetric(float64(slowed), "starved")
}

// quietWake is how late one may wake on a quiet machine, as the p99 of the second in the middle: half of what lag may be.
const quietWake = time.Millisecond

// observe has a goroutine sleep again and again until it is asked how late it woke.
func observe() (late func() time.Duration) {
	const nap, second = 5 * time.Millisecond, 200 // naps
	var seconds []time.Duration
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var woke []time.Duration
		for {
			select {
			case <-stop:
				return
			default:
			}
			from := time.Now()
			syscall.Nanosleep(&syscall.Timespec{Nsec: int64(nap)}, nil) // Go's own timers are late by most of a millisecond
			if woke = append(woke, time.Since(from)-nap); len(woke) == second {
				slices.Sort(woke)
				seconds = append(seconds, woke[second*99/100])
				woke = woke[:0]
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		<-stopped
		slices.Sort(seconds)
		return seconds[len(seconds)/2]
	}
}

// hogs starts processes that do nothing but compute. They end with this one.
func hogs(b *testing.B, n int) (end func()) {
	b.Helper()
	var all []*exec.Cmd
	for range n {
		c := exec.Command("sh", "-c", "while :; do :; done")
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		all = append(all, c)
	}
	return func() {
		for _, c := range all {
			c.Process.Kill()
			c.Wait()
		}
	}
}

// BenchmarkFigureStall stops the server, or the generator, for a second, and holds the percentiles that fall in it against paper, as
// TestPercentilesOfAStallAreThoseOnPaper of package loadgen derives them: with R iterations per second, of N in all, the slowest
// k were R·S answered at the end of the stall, or 2·R·S begun late in a backlog that drains at twice the rate.
func BenchmarkFigureStall(b *testing.B) {
	const rate, all = 400.0, 400 * 5.0
	path := build(b)
	load := []string{"-c", "600", "-r", "400/s", "-d", "5s", "--ramp-up", "1s", "--serve", "--contacts 0", "--on-invalid", "warn"}
	for _, who := range []string{"server", "generator"} {
		b.Run(who, func(b *testing.B) {
			var off []float64
			for b.Loop() {
				var stall time.Duration
				s := measured(b, path, func(generator, server int) {
					pid := server
					if who == "generator" {
						pid = generator
					}
					stall = stopped(b, pid, time.Second)
				}, load...)
				slowest := rate * stall.Seconds()
				if who == "generator" {
					slowest *= 2
				}
				i := slices.IndexFunc(s.Ops, func(o results.OpSummary) bool { return o.Name == "iteration" })
				worst := 0.0
				for p, got := range map[float64]time.Duration{90: s.Ops[i].Latency.P90, 99: s.Ops[i].Latency.P99} {
					paper := float64(stall) * (1 - (1-p/100)*all/slowest)
					worst = max(worst, (math.Abs(float64(got)-paper)-1e6)/paper)
				}
				off = append(off, 100*worst)
			}
			slices.Sort(off)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(off[len(off)/2], "%off-paper")
		})
	}
}

// stopped stops a process for a while, and returns for how long it was.
func stopped(b *testing.B, pid int, d time.Duration) time.Duration {
	b.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		b.Fatal(err)
	}
	from := time.Now()
	time.Sleep(d)
	took := time.Since(from)
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		b.Fatal(err)
	}
	return took
}
