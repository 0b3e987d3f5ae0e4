package loadgen

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nudge/results"
)

const (
	benchConns = 1000
	benchTrips = 30_000
	benchWarm  = 10_000 // before these, the peer may still be accepting
)

// threadCPU is what this thread has used.
func threadCPU() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}

// peer starts this binary again as a process that echoes on loopback, and ends
// it with the benchmark.
func peer(b *testing.B) (addr string, end func()) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOADGEN_TEST_ROLE=peer")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		in.Close()
		cmd.Wait()
	})
	b.Cleanup(end)
	if _, err := fmt.Fscanln(out, &addr); err != nil {
		b.Fatal(err)
	}
	return addr, end
}

// servePeer echoes, with one thread and no allocation, until its stdin closes.
func servePeer() {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	ln, _ := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
	if err := unix.Bind(ln, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		panic(err)
	}
	if err := unix.Listen(ln, 4096); err != nil {
		panic(err)
	}
	name, _ := unix.Getsockname(ln)
	fmt.Printf("127.0.0.1:%d\n", name.(*unix.SockaddrInet4).Port)
	ep, _ := unix.EpollCreate1(0)
	watch := func(fd int) {
		unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
	}
	watch(ln)
	runtime.LockOSThread()
	var events [256]unix.EpollEvent
	var buf [4096]byte
	for {
		n, _ := unix.EpollWait(ep, events[:], -1)
		for i := range max(n, 0) {
			fd := int(events[i].Fd)
			if fd == ln {
				if c, _, err := unix.Accept4(ln, unix.SOCK_NONBLOCK); err == nil {
					unix.SetsockoptInt(c, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
					watch(c)
				}
			} else if m, err := unix.Read(fd, buf[:]); m > 0 {
				unix.Write(fd, buf[:m])
			} else if err != unix.EAGAIN {
				unix.Close(fd)
			}
		}
	}
}

// yardstick is a plain ping-pong. It returns the thread's time per round trip.
func yardstick(b *testing.B, addr string) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ap := unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	_, port, _ := net.SplitHostPort(addr)
	ap.Port, _ = strconv.Atoi(port)
	ep, _ := unix.EpollCreate1(0)
	defer unix.Close(ep)
	var fds []int
	for range benchConns {
		fd, _ := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
		if err := unix.Connect(fd, &ap); err != nil {
			b.Fatal(err)
		}
		unix.SetNonblock(fd, true)
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
		fds = append(fds, fd)
		defer unix.Close(fd)
	}
	ping, buf := []byte("PNG\r\n"), make([]byte, 64<<10)
	var events [256]unix.EpollEvent
	from := threadCPU()
	for _, fd := range fds {
		unix.Write(fd, ping)
	}
	for trips, warm := 0, false; trips < benchWarm+benchTrips; {
		if !warm && trips >= benchWarm {
			warm, from = true, threadCPU()
		}
		n, _ := unix.EpollWait(ep, events[:], -1)
		for i := range max(n, 0) {
			unix.Read(int(events[i].Fd), buf)
			unix.Write(int(events[i].Fd), ping)
			trips++
		}
	}
	return (threadCPU() - from) / benchTrips
}

// bouncer sends again what came, as soon as all are connected.
type bouncer struct {
	*Client
	all  *bounces
	conn *Conn
}

type bounces struct {
	addr   string
	conns  []*bouncer
	trips  int
	from   time.Duration
	took   time.Duration
	allocs uint64
	cancel context.CancelFunc
}

var ping = []byte("PNG\r\n")

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func (p *bouncer) Start() { p.Dial(p.all.addr, 0) }
func (p *bouncer) Opened(c *Conn) {
	p.conn = c
	p.all.conns = append(p.all.conns, p)
	if len(p.all.conns) < benchConns {
		return
	}
	for _, q := range p.all.conns {
		q.Ready() // in the closed model this begins an iteration
		if !p.loop.run.Iterations {
			q.conn.Send(ping)
		}
	}
}
func (p *bouncer) Iterate() { p.conn.Send(ping) }
func (p *bouncer) Data(c *Conn, b []byte) int {
	switch p.all.trips++; p.all.trips {
	case benchWarm:
		p.all.allocs, p.all.from = mallocs(), threadCPU()
	case benchWarm + benchTrips:
		p.all.took, p.all.allocs = threadCPU()-p.all.from, mallocs()-p.all.allocs
		p.all.cancel()
	}
	if p.loop.run.Iterations {
		p.Done("")
	} else {
		c.Send(ping)
	}
	return len(b)
}
func (p *bouncer) Closed(*Conn, error) {}
func (p *bouncer) Wake()               {}
func (p *bouncer) Stop()               { p.Exit() }

func bounce(b *testing.B, addr string, iterations bool) (cpu time.Duration, allocs float64) {
	c := collector(b, 1) // never started: what it samples of the machine each second is not the engine's
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	all := &bounces{addr: addr, cancel: cancel}
	_, err := Run(ctx, Config{
		Load: Ramp(benchConns, 0, time.Hour), Loops: 1, ConnectRate: 1e6, Iterations: iterations, Recorder: c.Recorder,
		New: func(c *Client) Handler { return &bouncer{Client: c, all: all} },
	})
	if err != nil {
		b.Fatal(err)
	}
	return all.took / benchTrips, float64(all.allocs) / benchTrips
}

// BenchmarkPingPong is the CPU of the generator's thread per round trip, of
// 1,000 connections to a process that echoes: the yardstick is a plain epoll
// ping-pong, engine moves bytes only, iterations also goes through timers and
// recorders. Pairs run the one and the other in turns; their ratio is what
// counts, since machines vary. Use -benchtime 7x.
func BenchmarkPingPong(b *testing.B) {
	addr, _ := peer(b)
	plain := func() (time.Duration, float64) { return yardstick(b, addr), 0 }
	engine := func() (time.Duration, float64) { return bounce(b, addr, false) }
	iterations := func() (time.Duration, float64) { return bounce(b, addr, true) }
	for _, one := range []struct {
		name string
		trip func() (time.Duration, float64)
	}{{"yardstick", plain}, {"engine", engine}, {"iterations", iterations}} {
		b.Run(one.name, func(b *testing.B) {
			var cpu, allocs []float64
			for b.Loop() {
				c, a := one.trip()
				cpu, allocs = append(cpu, float64(c)), append(allocs, a)
			}
			b.ReportMetric(median(cpu), "cpu-ns/trip")
			b.ReportMetric(median(allocs), "allocs/trip")
		})
	}
	for _, pair := range []struct {
		name string
		trip func() (time.Duration, float64)
	}{{"pairs-engine", engine}, {"pairs-iterations", iterations}} {
		b.Run(pair.name, func(b *testing.B) {
			var ratios []float64
			for first := true; b.Loop(); first = !first {
				var y, e time.Duration
				if first {
					y, _ = plain()
				}
				e, _ = pair.trip()
				if !first {
					y, _ = plain()
				}
				ratios = append(ratios, float64(e)/float64(y))
			}
			b.ReportMetric(median(ratios), "ratio")
		})
	}
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// sitter connects and stays.
type sitter struct {
	*Client
	all *sitters
}

type sitters struct {
	addr      string
	n, opened int
}

func (s *sitter) Start() { s.Dial(s.all.addr, 0) }
func (s *sitter) Opened(*Conn) {
	if s.all.opened++; s.all.opened < s.all.n {
		return
	}
	runtime.GC()
	debug.FreeOSMemory()
	statm, _ := os.ReadFile("/proc/self/statm")
	fmt.Println(strings.Fields(string(statm))[1])
	os.Exit(0)
}
func (s *sitter) Closed(_ *Conn, err error)  { fmt.Println(err); os.Exit(1) }
func (s *sitter) Data(_ *Conn, b []byte) int { return len(b) }
func (s *sitter) Iterate()                   {}
func (s *sitter) Wake()                      {}
func (s *sitter) Stop()                      { s.Exit() }

func init() {
	roles["peer"] = servePeer
	roles["idle"] = func() {
		n, _ := strconv.Atoi(os.Getenv("LOADGEN_TEST_CLIENTS"))
		all := &sitters{addr: os.Getenv("LOADGEN_TEST_ADDR"), n: n}
		c, _ := results.New(results.Config{Ops: []results.OpInfo{{Name: "iteration"}}, Recorders: 1})
		c.Start(time.Now())
		Run(context.Background(), Config{
			Load: Ramp(n, 0, time.Hour), Loops: 1, ConnectRate: 5000, Recorder: c.Recorder,
			New: func(c *Client) Handler { return &sitter{c, all} },
		})
	}
}

// BenchmarkIdleMemory is the slope of a generator's resident memory from 1,000
// to 9,000 connected clients, each in a process of its own. Use -benchtime 3x.
func BenchmarkIdleMemory(b *testing.B) {
	resident := func(n int) float64 {
		addr, end := peer(b)
		defer end()
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "LOADGEN_TEST_ROLE=idle", "LOADGEN_TEST_ADDR="+addr, "LOADGEN_TEST_CLIENTS="+strconv.Itoa(n))
		out, err := cmd.Output()
		pages, err2 := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil || err2 != nil {
			b.Fatalf("%d clients: %v %s", n, err, out)
		}
		return float64(pages * os.Getpagesize())
	}
	var slopes []float64
	for b.Loop() {
		slopes = append(slopes, (resident(9000)-resident(1000))/8000)
	}
	b.ReportMetric(median(slopes), "B/client")
}
