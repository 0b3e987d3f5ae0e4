package scenario

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// responderEnv makes the test binary the server of the benchmarks, which has a
// process of its own so that its CPU and memory are not the generator's. Its
// value is the number of contacts that SYN lists, or talkers: the reference server.
const responderEnv = "NUDGE_SCENARIO_RESPONDER"

func TestMain(m *testing.M) {
	if contacts := os.Getenv(responderEnv); contacts == talkers {
		serveTalkers()
		return
	} else if contacts != "" {
		respond(contacts)
		return
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	for range 100_000 { // what ends by itself may need a turn
		if runtime.NumGoroutine() <= before {
			os.Exit(code)
		}
		runtime.Gosched()
	}
	fmt.Fprintf(os.Stderr, "%d goroutines are left over\n", runtime.NumGoroutine()-before)
	os.Exit(max(code, 1))
}

// respond prints its address and answers until stdin is closed.
func respond(contacts string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(ln.Addr())
	var n int
	fmt.Sscan(contacts, &n)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go answerLines(c, n)
		}
	}()
	os.Stdin.Read(make([]byte, 1))
}

// answerLines is a notification server of few words.
func answerLines(c net.Conn, contacts int) {
	defer c.Close()
	r := bufio.NewReaderSize(c, 256)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if line[0] == 'P' {
			c.Write([]byte("QNG 50\r\n"))
			continue
		}
		word := strings.Fields(string(line))
		switch {
		case word[0] == "VER":
			fmt.Fprintf(c, "VER %s MSNP10\r\n", word[1])
		case word[0] == "CVR":
			fmt.Fprintf(c, "CVR %s 1 1 1 a b\r\n", word[1])
		case word[0] == "USR" && word[3] == "I":
			fmt.Fprintf(c, "USR %s TWN S x=1\r\n", word[1])
		case word[0] == "USR":
			fmt.Fprintf(c, "USR %s OK a@example.com 1 0\r\n", word[1])
		case word[0] == "SYN":
			fmt.Fprintf(c, "SYN %s 1 0 %d 0\r\n", word[1], contacts)
			for i := range contacts {
				fmt.Fprintf(c, "LST N=user%05d@example.com F=somebody%%20nice C=user%05d@example.com 11 0\r\n", i+1, i+1)
			}
		case word[0] == "CHG":
			fmt.Fprintf(c, "CHG %s %s %s\r\n", word[1], word[2], word[3])
		case word[0] == "OUT":
			return
		}
	}
}

// startResponder starts the server and returns its address.
func startResponder(b *testing.B, contacts int) string { return startServer(b, strconv.Itoa(contacts)) }

// startServer starts the server that a value of responderEnv names, and returns
// the line that it prints.
func startServer(b *testing.B, value string) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), responderEnv+"="+value)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(addr)
}

// cpu is what this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// pings is as many PNG as the server answers.
var pings = behaviour{
	name:  "pings",
	start: signIn,
	iteration: []step{{op: opPNG, answer: msnp.StepPNG, send: func(c *client, now time.Duration, out []byte) ([]byte, error) {
		return c.session.Png(now, out)
	}}},
}

// BenchmarkPNGRoundTrip is the CPU of the generator for a PNG and its QNG, with
// 1,000 clients that do nothing else, beside that of a plain epoll loop which
// knows no protocol, in turns.
func BenchmarkPNGRoundTrip(b *testing.B) {
	const clients, slice = 1000, 3 * time.Second
	addr := startResponder(b, 0)
	var ratios, ours, plain, allocs []float64
	for b.Loop() {
		p, a := generatorCost(b, addr, clients, slice)
		y := yardstickCost(b, addr, clients, slice)
		ours, plain, allocs, ratios = append(ours, p), append(plain, y), append(allocs, a), append(ratios, p/y)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(ours), "cpu-ns/roundtrip")
	b.ReportMetric(middle(plain), "plain-cpu-ns/roundtrip")
	b.ReportMetric(middle(allocs), "allocs/roundtrip")
	b.ReportMetric(middle(ratios), "ratio")
}

func middle(x []float64) float64 { return slices.Sorted(slices.Values(x))[len(x)/2] }

// generatorCost returns CPU in ns and allocations for a round trip.
func generatorCost(b *testing.B, addr string, clients int, d time.Duration) (ns, allocs float64) {
	return costOf(b, "png", Config{
		Target: addr, Ticket: "t", Clients: clients, Loops: 1, behaviour: &pings,
		Load: loadgen.Ramp(clients, time.Second, d+2*time.Second),
	})
}

// costOf returns CPU in ns and allocations of the generator for an operation of a
// run, taken between the first and the last second of hold.
func costOf(b *testing.B, op string, cfg Config) (ns, allocs float64) {
	type sample struct {
		cpu     time.Duration
		mallocs uint64
		trips   int64
	}
	var samples []sample
	cfg.Results.Progress = func(t results.Tick) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for _, x := range t.Ops {
			if x.Name == op && t.Phase == results.Hold {
				samples = append(samples, sample{cpu(), m.Mallocs, x.TotalOK})
			}
		}
	}
	_, err := Run(b.Context(), cfg)
	if err != nil || len(samples) < 2 {
		b.Fatalf("%d samples, %v", len(samples), err)
	}
	first, last := samples[0], samples[len(samples)-2] // the last one of all has the end in it
	trips := float64(last.trips - first.trips)
	return float64(last.cpu-first.cpu) / trips, float64(last.mallocs-first.mallocs) / trips
}

// yardstickCost is the same for a plain epoll loop.
func yardstickCost(b *testing.B, addr string, clients int, d time.Duration) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ep, err := syscall.EpollCreate1(0)
	if err != nil {
		b.Fatal(err)
	}
	defer syscall.Close(ep)
	ping, buf := []byte("PNG\r\n"), make([]byte, 4096)
	for range clients {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		f, err := conn.(*net.TCPConn).File()
		conn.Close()
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		fd := int(f.Fd())
		syscall.SetNonblock(fd, true)
		syscall.EpollCtl(ep, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
		syscall.Write(fd, ping)
	}
	events := make([]syscall.EpollEvent, 256)
	began, used, trips := time.Now(), cpu(), 0
	for time.Since(began) < d {
		n, _ := syscall.EpollWait(ep, events, 100)
		for _, ev := range events[:max(n, 0)] {
			if k, _ := syscall.Read(int(ev.Fd), buf); k > 0 {
				syscall.Write(int(ev.Fd), ping)
				trips++
			}
		}
	}
	return float64(cpu()-used) / float64(trips)
}

// BenchmarkIdleClient is the memory of a client that is online and has ten
// contacts, 30 s after the last sign-in: the slope from 1,000 to 9,000 clients of
// what is resident, and of the heap in use after a collection. It takes 75 s.
func BenchmarkIdleClient(b *testing.B) {
	addr := startResponder(b, 10)
	var resident, heap []float64
	for b.Loop() {
		r1, h1 := idleMemory(b, addr, 1000)
		r9, h9 := idleMemory(b, addr, 9000)
		resident, heap = append(resident, (r9-r1)/8000), append(heap, (h9-h1)/8000)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(resident), "resident-B/client")
	b.ReportMetric(middle(heap), "heap-B/client")
}

const settling = 30 * time.Second

// idleMemory signs clients in and returns what is resident and in use, in bytes.
func idleMemory(b *testing.B, addr string, clients int) (resident, heap float64) {
	up := time.Duration(clients) * time.Second / 2000
	var once sync.Once
	res, err := Run(b.Context(), Config{
		Scenario: "idle", Target: addr, Ticket: "t", Clients: clients, Loops: 1,
		Load: loadgen.Ramp(clients, up, settling+2*time.Second),
		Results: results.Config{Progress: func(t results.Tick) {
			if t.At < up+settling {
				return
			}
			once.Do(func() {
				var m runtime.MemStats
				resident = residentBytes(b)
				runtime.GC()
				runtime.ReadMemStats(&m)
				heap = float64(m.HeapInuse + m.StackInuse)
			})
		}},
	})
	if err != nil || res.SignedIn != clients {
		b.Fatalf("%d of %d signed in, %v, %v", res.SignedIn, clients, res.Reasons, err)
	}
	return resident, heap
}

func residentBytes(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Fatal(err)
	}
	var size, resident float64
	fmt.Sscan(string(text), &size, &resident)
	return resident * float64(cmp.Or(os.Getpagesize(), 4096))
}
