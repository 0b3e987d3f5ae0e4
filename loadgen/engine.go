package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"nudge/results"
)

// Config says what is run. New and Recorder are required.
type Config struct {
	Clients      int           // 0: the peak of Load, or 1
	Load         Load          // zero: all clients at once, for 30 s
	Rate         Rate          // open model; zero: closed. What has no duration lasts as long as Load's last stage
	Think        Dist          // closed model: between iterations, and before the first; zero: none
	Seed         uint64        // of every client's stream
	Loops        int           // threads; 0: half of the processors, at least one
	ConnectRate  float64       // connections opened per second at most; 0: what signing in needs, see Client.DialAtOnce
	DialTimeout  time.Duration // longest wait for a connection; 0: 10 s
	GracefulStop time.Duration // how long iterations in progress may go on at the end; 0: 10 s
	Tick         time.Duration // due times are rounded up to multiples of it, so that a loop wakes less often; 0: to the ns
	LocalAddrs   []netip.Addr  // where connections come from, in turn; nil: the system chooses. Without DialContext

	New         func(c *Client) Handler
	Recorder    func(loop int) *results.Recorder
	IterationOp results.Op // what iterations are recorded as
	Iterations  bool       // false: clients get none, and only stay
	Kinds       []Kind     // of clients, instead of Think and Iterations

	// Permit is asked before every dial, with the host as given and the address
	// it stands for. nil: everything is permitted.
	Permit PermitFunc

	// DialContext opens all connections, by names as they are given, and ends with
	// its context: Run waits for it. nil: the network.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	Portable    bool // the driver over net.Conn also where there is a faster one

	resolve  func(ctx context.Context, host string) ([]netip.Addr, error)               // tests; nil: the system's
	dialFrom func(ctx context.Context, local netip.Addr, addr string) (net.Conn, error) // tests; nil: DialContext, or the network
	epoch    time.Time                                                                  // zero: when Run begins
}

// Outcome is how a run went. Times are since its start.
type Outcome struct {
	HoldStart   time.Duration // when iterations began to come due in the open model; else when the first stage ended
	HoldEnd     time.Duration // when the load was over and the graceful stop began
	End         time.Duration // when all clients had ended
	Ready       bool          // a client was ready at least once
	Interrupted bool          // the context was done before the load was
	DroppedWait int64         // iterations due and never started since no client was free
	DroppedLag  int64         // the same, since the generator was late
	Cut         int64         // iterations begun and given up at the graceful stop, when the load fell, or by an interrupt; no histogram has them
}

// run is what the loops of a run share.
type run struct {
	Config
	loops   int
	limited bool // Config.ConnectRate was given
	kinds   kinds
	epoch   time.Time
	rate    Rate // with durations
	end     time.Duration

	awake   atomic.Int64 // clients that have not exited, and loops that more may come to
	settled atomic.Int64 // clients that were ready or failed
	seen    atomic.Int64 // when one last did, in nanoseconds
	origin  atomic.Int64 // when arrivals begin, in nanoseconds; 0: not yet
	rest    chan struct{}
	workers sync.WaitGroup
	context context.Context // of background work

	all []*loop
}

// maxWorkers bounds what goes on beside the loops at once, such as logins over
// HTTPS.
const maxWorkers = 256

// now is the time since the run's start.
func (r *run) now() time.Duration { return time.Since(r.epoch) }

// Run runs a load to its end. An error says that the run could not be made;
// what servers do wrong is counted, not returned. Once ctx is done no iteration
// begins, and the clients sign out at once.
func Run(ctx context.Context, cfg Config) (Outcome, error) {
	r, err := newRun(cfg)
	if err != nil {
		return Outcome{}, err
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	r.context = background
	for i := range r.loops {
		l, err := newLoop(r, i)
		if err != nil {
			for _, l := range r.all {
				l.driver.shut()
			}
			return Outcome{}, fmt.Errorf("loadgen: loop %d: %w", i, err)
		}
		r.all = append(r.all, l)
	}
	if r.Config.epoch.IsZero() {
		r.epoch = time.Now()
	}
	var loops, interrupts sync.WaitGroup
	interrupts.Add(1)
	stop := context.AfterFunc(ctx, func() {
		defer interrupts.Done()
		for _, l := range r.all {
			l.driver.post(l.interrupt)
		}
	})
	for _, l := range r.all {
		loops.Go(l.live)
	}
	loops.Wait()
	if stop() {
		interrupts.Done()
	}
	interrupts.Wait()
	cancel()
	r.workers.Wait()
	return r.outcome()
}

// outcome joins those of the loops.
func (r *run) outcome() (Outcome, error) {
	var out Outcome
	var errs []error
	held := false
	for _, l := range r.all {
		if o := l.outcome; l.held && (!held || o.HoldStart < out.HoldStart) {
			held, out.HoldStart = true, o.HoldStart
		}
		out.add(l.outcome)
		errs = append(errs, l.err)
	}
	return out, errors.Join(errs...)
}

func newRun(cfg Config) (*run, error) {
	if cfg.New == nil || cfg.Recorder == nil {
		return nil, errors.New("loadgen: Config.New and Config.Recorder are required")
	}
	if cfg.Clients <= 0 {
		cfg.Clients = max(cfg.Load.Peak(), 1)
	}
	if len(cfg.Load.Stages) == 0 {
		cfg.Load = Ramp(cfg.Clients, 0, 30*time.Second)
	}
	if peak := cfg.Load.Peak(); peak > cfg.Clients {
		return nil, fmt.Errorf("loadgen: the load has %d clients at its peak, there are %d", peak, cfg.Clients)
	}
	if cfg.Loops <= 0 {
		cfg.Loops = max(runtime.GOMAXPROCS(0)/2, 1)
	}
	if cfg.DialTimeout <= 0 {
		cfg.DialTimeout = 10 * time.Second
	}
	if cfg.GracefulStop <= 0 {
		cfg.GracefulStop = 10 * time.Second
	}
	limited := cfg.ConnectRate > 0
	if !limited {
		cfg.ConnectRate = cfg.Load.connectRate()
	}
	if cfg.resolve == nil {
		cfg.resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if cfg.dialFrom == nil {
		cfg.dialFrom = cfg.dialer()
	}
	stages := cfg.Load.Stages
	r := &run{
		Config: cfg, loops: min(cfg.Loops, cfg.Clients), limited: limited, epoch: cfg.epoch,
		rate: cfg.Rate.lasting(lastDuration(stages)),
		end:  cfg.Load.Duration(),
		rest: make(chan struct{}, maxWorkers),
	}
	var err error
	if r.kinds, err = newKinds(&cfg); err != nil {
		return nil, err
	}
	if r.epoch.IsZero() {
		r.epoch = time.Now() // until Run sets it: Config.New may ask for the time
	}
	r.awake.Store(int64(r.loops))
	return r, nil
}

// add puts the outcome of another loop to this one, all but HoldStart.
func (o *Outcome) add(l Outcome) {
	o.HoldEnd = max(o.HoldEnd, l.HoldEnd)
	o.End = max(o.End, l.End)
	o.Ready = o.Ready || l.Ready
	o.Interrupted = o.Interrupted || l.Interrupted
	o.DroppedWait += l.DroppedWait
	o.DroppedLag += l.DroppedLag
	o.Cut += l.Cut
}

// lastDuration is that of the last stage that has any.
func lastDuration(stages []Stage) time.Duration {
	for _, s := range slices.Backward(stages) {
		if s.Duration > 0 {
			return s.Duration
		}
	}
	return 0
}

// left: one client less, or one loop less that more may come to. Once all are
// gone the load is over, for all loops.
func (r *run) left(self *loop) {
	if r.awake.Add(-1) == 0 {
		r.wakeOthers(self)
	}
}

func (r *run) wakeOthers(self *loop) {
	for _, l := range r.all {
		if l != self {
			l.driver.wake()
		}
	}
}

// onTick is when a loop wakes for what is due at t.
func (r *run) onTick(t time.Duration) time.Duration {
	if late := t % max(r.Tick, 1); late > 0 && t < never-r.Tick {
		return t - late + r.Tick
	}
	return t
}

// open reports whether this is the open model.
func (r *run) open() bool { return r.kinds.iterate() && !r.rate.IsZero() }
