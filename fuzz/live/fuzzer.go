package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"nudge/codec/msnp"
)

// Account is one that can sign in.
type Account struct {
	Number          int // in Fuzzer.Accounts
	Email, Password string
	Ticket          string // "": Passport gives one out
}

// Process is a server's, if it is ours to watch and to start again.
type Process interface {
	// Trouble says how it ended, or what it reported and goes on, each report once; false: it runs as it should. It
	// waits that long for an end that may be under way.
	Trouble(wait time.Duration) (t Trouble, ok bool)
	// Restart ends it if it runs, starts it, and returns the address to dial. An error that is
	// errors.ErrUnsupported says that it runs and is left as it is; any other one ends the run.
	Restart(ctx context.Context) (addr string, err error)
}

// Trouble is what a process reports, such as a panic, or how it ended.
type Trouble struct {
	What  string // on one line
	Where string // in its source; "": nobody knows
	Ended bool   // it does not run any more
}

func (t Trouble) String() string {
	if t.Where == "" {
		return t.What
	}
	return t.What + ", at " + t.Where
}

// Fuzzer plays mutated sessions to a server and judges what it does. Addr, DialContext, Ticket and Accounts are
// required, all else may be zero.
type Fuzzer struct {
	Addr        string // of a dispatch or notification server: host:port
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	Ticket      func(ctx context.Context, a Account, challenge string) (string, error)
	Accounts    []Account    // AccountsPerWorker for each worker
	Process     Process      // nil: the server is none of ours
	Dialect     msnp.Dialect // 0: MSNP10
	Real        bool         // each Habit of known servers is told of, and no finding

	Seed    uint64
	Only    Path          // the one session to play; nil: as many as the limits allow
	First   uint64        // number of the first session; 0: honest ones come first, as they are, and from 64 on none does
	Workers int           // 0: 1
	Timeout time.Duration // longest wait for what must come; 0: 1 s

	Sessions int64         // at most; 0: no limit
	Duration time.Duration // after which no session begins; 0: no limit. One of the two is required, or Only
	Rate     float64       // sessions per second at most; 0: no limit
	MaxBytes int64         // sent by a worker at most; 0: 1 GiB
	Findings int           // kinds of findings after which no more sessions are begun; 0: 32
	Minimize time.Duration // spent on making one finding small, at most; 0: 20 s; negative: none

	Found    func(*Finding)          // called for each new finding, from one goroutine at a time; nil: nobody
	Progress func(p Progress)        // called after each session, likewise
	Played   func(transcript string) // called with all that was said in each session, likewise; nil: nobody

	mu       sync.Mutex
	restarts sync.RWMutex // held for reading while a case is played
	addr     string       // of the server that runs now
	starts   int64        // of the server
	next     atomic.Uint64
	feedback feedback
	report   Report
	byKey    map[string]*Finding
	doubted  map[string]int // how often a verdict did not show again, by its key
}

const (
	defaultTimeout  = time.Second
	defaultBytes    = 1 << 30
	defaultFindings = 32
	defaultMinimize = 20 * time.Second
)

func (f *Fuzzer) timeout() time.Duration  { return cmp.Or(f.Timeout, defaultTimeout) }
func (f *Fuzzer) maxBytes() int64         { return cmp.Or(f.MaxBytes, defaultBytes) }
func (f *Fuzzer) minimize() time.Duration { return cmp.Or(f.Minimize, defaultMinimize) }
func (f *Fuzzer) offer() string           { return offerOf(f.dialect()) }
func (f *Fuzzer) dialect() msnp.Dialect   { return cmp.Or(f.Dialect, msnp.MSNP10) }

// Run plays sessions until a limit is reached or the context ends. What the server does wrong is in the report;
// an error says that nothing could be judged.
func (f *Fuzzer) Run(ctx context.Context) (*Report, error) {
	begin := time.Now()
	workers := max(f.Workers, 1)
	if len(f.Accounts) < workers*AccountsPerWorker {
		return nil, fmt.Errorf("%d accounts: a worker needs %d", len(f.Accounts), AccountsPerWorker)
	}
	if f.Sessions <= 0 && f.Duration <= 0 && len(f.Only) == 0 {
		return nil, errors.New("no limit: give a number of sessions or a duration")
	}
	f.addr, f.byKey, f.doubted, f.report.feedback = f.Addr, map[string]*Finding{}, map[string]int{}, &f.feedback
	run, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errs := make([]error, workers)
	var work sync.WaitGroup
	for i := range workers {
		work.Go(func() {
			if errs[i] = f.worker(run, i, begin); errs[i] != nil {
				cancel(errs[i])
			}
		})
	}
	work.Wait()
	f.report.Elapsed = time.Since(begin)
	f.report.Transitions = len(f.feedback.edges)
	for _, err := range errs {
		if err != nil && !errors.Is(err, errBytes) && ctx.Err() == nil {
			return &f.report, err
		}
	}
	return &f.report, nil
}

// worker plays one session after the other.
func (f *Fuzzer) worker(ctx context.Context, number int, begin time.Time) error {
	b := newBench(f, number)
	defer b.close()
	var unready *unreadyError
	if err := b.prepare(ctx); err != nil && !errors.As(err, &unready) {
		return err
	}
	m := newMaker(f.Seed, f.dialect(), b.peer.mode)
	for ctx.Err() == nil {
		n := f.next.Add(1) - 1
		if f.enough(int64(n), begin) {
			return nil
		}
		if goes, err := f.pace(ctx, begin, n); !goes {
			return err
		}
		if err := f.session(ctx, b, m, f.path(m, f.First+n)); err != nil {
			return err
		}
		if len(f.Only) > 0 {
			return nil
		}
	}
	return context.Cause(ctx)
}

// enough reports whether no further session is to be begun. One always is: a server that is slow to say nothing
// is to be found as well.
func (f *Fuzzer) enough(n int64, begin time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return n > 0 && (len(f.Only) > 0 || f.Sessions > 0 && n >= f.Sessions || f.Duration > 0 && time.Since(begin) >= f.Duration ||
		len(f.report.Findings) >= cmp.Or(f.Findings, defaultFindings))
}

// pace waits until the n-th session is due, or until the run is over, and reports whether the session is to be begun.
func (f *Fuzzer) pace(ctx context.Context, begin time.Time, n uint64) (bool, error) {
	if f.Rate <= 0 {
		return true, nil
	}
	due := time.Duration(float64(n) / f.Rate * float64(time.Second)) // since the beginning
	late := f.Duration > 0 && due >= f.Duration
	if late {
		due = f.Duration
	}
	if wait := due - time.Since(begin); wait > 0 {
		if err := pause(ctx, wait); err != nil {
			return false, err
		}
	}
	return !late, nil
}

// path says how the n-th session is made: anew, or from one that has shown something new.
func (f *Fuzzer) path(m *maker, n uint64) Path {
	if len(f.Only) > 0 {
		return f.Only
	}
	if n < uint64(len(m.scripts)) {
		return Path{n}
	}
	rng := rand.New(rand.NewPCG(f.Seed, ^n))
	if parent := f.feedback.parent(rng.Uint64()); parent != nil && rng.IntN(2) == 0 {
		return append(append(Path(nil), parent...), n)
	}
	return Path{n}
}

// session plays one session and sees to what was found.
func (f *Fuzzer) session(ctx context.Context, b *bench, m *maker, p Path) error {
	c := m.make(p)
	if len(f.Only) > 0 {
		if _, err := b.tidy(ctx); err != nil {
			return err
		}
	}
	v, err := b.try(ctx, c)
	var died *diedError
	if errors.As(err, &died) {
		return f.found(ctx, b, b.before, died.verdict.forPeople())
	}
	if err != nil {
		return err
	}
	defer func() { b.before = c }()
	f.feedback.add(b.edges, p)
	f.count(b, b.script.String)
	if v == nil {
		return nil
	}
	return f.found(ctx, b, c, v)
}

// count counts a session, and tells of it.
func (f *Fuzzer) count(b *bench, transcript func() string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range b.passed {
		if old := f.byKey[v.Key()]; old != nil {
			old.Times++
		}
	}
	if f.report.Habits == nil {
		f.report.Habits = map[Habit]int64{}
	}
	for _, h := range b.habits {
		f.report.Habits[h]++
	}
	f.report.Sessions++
	f.report.Commands += b.commands
	f.report.Bytes += b.bytes - b.counted
	b.counted = b.bytes
	if f.Progress != nil {
		f.Progress(Progress{Sessions: f.report.Sessions, Commands: f.report.Commands, Findings: len(f.report.Findings)})
	}
	if f.Played != nil {
		f.Played(transcript())
	}
}
