package scenario

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
	"nudge/results"
)

// Config says what is run, against whom and how it is measured. Target and one
// source of tickets are required.
type Config struct {
	Scenario string // name of a behaviour, see Names; "": presence. With a Mix, what the run is called
	Mix      []Part // several behaviours at once; nil: that of Scenario
	Target   string // host:port of a dispatch or notification server

	// The load, as package loadgen has it.
	Clients      int                // 0: the peak of Load, or 1
	Load         loadgen.Load       // clients over time; zero: all at once, for 30 s
	Rate         loadgen.Rate       // open model; zero: closed
	Think        *loadgen.Dist      // closed model; nil: each behaviour's
	ConnectRate  float64            // connections per second at most; 0: what the load needs
	GracefulStop time.Duration      // how long iterations may go on at the end; 0: Timeout
	Tick         time.Duration      // due times are rounded up to multiples of it; 0: to the ns
	Seed         uint64             // of all choices
	Loops        int                // threads; 0: half of the processors, at least one
	Portable     bool               // the driver over net.Conn also where there is a faster one
	LocalAddrs   []netip.Addr       // where clients' connections come from, in turn, those for tickets excepted; nil: the system chooses
	Permit       loadgen.PermitFunc // asked before every dial, those for tickets too; nil: all is allowed

	// DialContext opens all connections, for tests; nil: the network.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// What clients are and know.
	Timeout    time.Duration // longest wait for any reply; 0: 10 s
	Dialects   []string      // offered in VER, best first; nil: MSNP10, MSNP9
	UserFormat UserFormat    // addresses by number; zero: DefaultUserFormat
	Password   string        // of all accounts; "": secret
	Accounts   []Account     // instead of UserFormat and Password; at least one for each client

	// Where tickets come from; see msnp.Passport. An account's own goes first.
	NexusURL, LoginURL string
	Ticket             string      // template
	TLS                *tls.Config // for HTTPS; nil: the system's certificates

	// The first Trace clients' conversations are written to TraceTo.
	Trace   int
	TraceTo io.Writer

	// Results is where measurements go: directory, thresholds, progress, and what
	// is to be known of the run. Run fills in Ops, Recorders, and of Results.Run
	// what is empty of Scenario, Seed, Target, Clients, Loops and Tick.
	Results results.Config

	behaviour *behaviour // tests; nil: that of Scenario
}

// DefaultUserFormat and DefaultPassword are the accounts of the reference server.
const (
	DefaultUserFormat = "user%05d@example.com"
	DefaultPassword   = "secret"
)

const defaultTimeout = 10 * time.Second

func (cfg *Config) timeout() time.Duration {
	if cfg.Timeout <= 0 {
		return defaultTimeout
	}
	return cfg.Timeout
}

// Result is what came of a run.
type Result struct {
	*results.Summary
	SignedIn    int      // clients that were online at least once; 0: the run measured nothing but failures
	FirstFailed *Failure // of the sign-ins; nil: none failed
	Interrupted bool     // the context was done before the load was
}

// Failure is a sign-in that failed.
type Failure struct {
	Client       string // address
	Op           string // the step that failed
	Class        string
	Text         string // why
	Conversation string // what was said, tickets masked: a line for each line, in seconds since the run's start
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s: %s: %s: %s", f.Client, f.Op, f.Class, f.Text)
}

// run is what all clients of a run share.
type run struct {
	behaviours []*behaviour
	kinds      []loadgen.Kind // by behaviour
	dealt      []uint8        // whose behaviour each client has; nil: all the first
	target     string
	accounts   *accounts
	software   msnp.Software
	syntax     codec.Syntax
	passport   msnp.Passport
	timeout    time.Duration
	clients    []client
	sent       []sent    // by client
	chatters   []chatter // by client; nil: nobody chats
	parts      []Part    // by behaviour
	loops      map[*results.Recorder]*loop
	trace      *trace
	traced     int // clients

	signedIn atomic.Int64 // clients that ever were online
	gone     atomic.Int64 // clients that ended for good while the load went on
	told     atomic.Bool  // first is set, with a conversation
	mu       sync.Mutex
	first    *Failure
}

// signInFailed keeps the first sign-in that fails, and returns it if this is it.
// One without a conversation, when too many were under way, gives way to the
// first that has one.
func (r *run) signInFailed(c *client, op results.Op, f *failure) *Failure {
	if r.told.Load() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first != nil && (c.talk == nil || r.first.Conversation != "") {
		return nil
	}
	r.first = &Failure{Client: c.email, Op: "login", Class: f.class, Text: f.text}
	if op != opNone {
		r.first.Op = operations[op].Name
	}
	if c.talk != nil {
		r.first.Conversation = c.talk.String()
		r.told.Store(true)
	}
	return r.first
}

// failures says why a run measured nothing but failures, or came to its end
// before the load did; nil if it did not.
func (r *run) failures(end time.Duration) []string {
	switch n := r.gone.Load(); {
	case r.signedIn.Load() > 0 && n >= int64(len(r.clients)):
		return []string{fmt.Sprintf("after %v every client had ended for good, and the load with them", end.Round(time.Millisecond))}
	case r.signedIn.Load() > 0:
		return nil
	}
	if r.first == nil {
		return []string{"no client ever signed in"}
	}
	return []string{"no client ever signed in: " + r.first.Error()}
}

// Run runs a scenario to its end: the load's, the last client's, or that of ctx,
// whichever comes first. What the target does wrong is in the Result; an error
// means that the run could not be made, or not be written where it should.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	r, err := newRun(&cfg)
	if err != nil {
		return nil, err
	}
	defer r.passport.Client.CloseIdleConnections()
	collector, err := results.New(cfg.Results)
	if err != nil {
		return nil, err
	}
	collector.Start(time.Now())
	out, err := loadgen.Run(ctx, loadgen.Config{
		Clients:      cfg.Clients,
		Loops:        cfg.Loops,
		Seed:         cfg.Seed,
		Load:         cfg.Load,
		Rate:         cfg.Rate,
		Kinds:        r.kinds,
		ConnectRate:  cfg.ConnectRate,
		DialTimeout:  r.timeout,
		GracefulStop: cmp.Or(cfg.GracefulStop, r.timeout),
		Tick:         cfg.Tick,
		New:          r.newClient,
		Recorder:     collector.Recorder,
		IterationOp:  opIteration,
		Permit:       cfg.Permit,
		LocalAddrs:   cfg.LocalAddrs,
		DialContext:  cfg.DialContext,
		Portable:     cfg.Portable,
	})
	end := results.End{
		At: out.End, HoldEnd: out.HoldEnd, Interrupted: out.Interrupted,
		Failures: r.failures(out.HoldEnd),
	}
	summary, finishErr := collector.Finish(end)
	return &Result{
		Summary: summary, SignedIn: int(r.signedIn.Load()), FirstFailed: r.first, Interrupted: out.Interrupted,
	}, errors.Join(err, finishErr)
}

// newRun checks the configuration, fills in its defaults, and makes what the
// clients share.
func newRun(cfg *Config) (*run, error) {
	r := &run{target: cfg.Target, timeout: cfg.timeout(), loops: map[*results.Recorder]*loop{}}
	if _, _, err := net.SplitHostPort(cfg.Target); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if cfg.NexusURL == "" && cfg.LoginURL == "" && cfg.Ticket == "" && len(cfg.Accounts) == 0 {
		return nil, errors.New("no source of tickets: nexus, login page or template")
	}
	if cfg.Clients <= 0 {
		cfg.Clients = max(cfg.Load.Peak(), 1)
	}
	if cfg.Loops <= 0 {
		cfg.Loops = max(runtime.GOMAXPROCS(0)/2, 1)
	}
	cfg.Loops = min(cfg.Loops, cfg.Clients)
	if err := r.mix(cfg); err != nil {
		return nil, err
	}
	if cfg.Accounts != nil && len(cfg.Accounts) < cfg.Clients {
		return nil, fmt.Errorf("%d accounts are too few for %d clients", len(cfg.Accounts), cfg.Clients)
	}
	if cfg.UserFormat == (UserFormat{}) {
		cfg.UserFormat, _ = ParseUserFormat(DefaultUserFormat)
	}
	r.accounts = newAccounts(cfg.UserFormat, cmp.Or(cfg.Password, DefaultPassword), cfg.Accounts, cfg.Clients)
	r.software = msnp.Software{Dialects: cfg.Dialects, Timeout: r.timeout}
	r.passport.Client = cfg.httpClient()
	r.passport.NexusURL, r.passport.LoginURL, r.passport.Template = cfg.NexusURL, cfg.LoginURL, cfg.Ticket
	if cfg.TraceTo != nil {
		r.trace, r.traced = &trace{w: cfg.TraceTo}, cfg.Trace
	}
	r.clients = make([]client, cfg.Clients)
	r.sent = make([]sent, cfg.Clients)
	if slices.ContainsFunc(r.behaviours, func(b *behaviour) bool { return b.chats }) {
		r.chatters = make([]chatter, cfg.Clients)
	}
	cfg.Results.Ops, cfg.Results.Recorders = operations[:], cfg.Loops
	info := &cfg.Results.Run
	info.Scenario = cmp.Or(info.Scenario, cfg.Scenario, presence.name)
	info.Mix = cmp.Or(info.Mix, r.mixed())
	info.Seed = cmp.Or(info.Seed, cfg.Seed)
	info.Target = cmp.Or(info.Target, cfg.Target)
	info.Clients = cmp.Or(info.Clients, cfg.Clients)
	info.Loops = cmp.Or(info.Loops, cfg.Loops)
	info.Tick = cmp.Or(info.Tick, cfg.Tick)
	return r, nil
}

// newClient makes the handler of one client.
func (r *run) newClient(engine *loadgen.Client) loadgen.Handler {
	c := &r.clients[engine.ID()]
	rec := engine.Recorder()
	l := r.loops[rec]
	if l == nil {
		l = new(loop)
		r.loops[rec] = l
	}
	*c = client{engine: engine, run: r, does: r.doing(engine.ID()), loop: l, rec: rec, email: r.accounts.account(engine.ID()).Email}
	if c.does.edits {
		c.editor = newEditor(c)
	}
	if c.does.books {
		c.book = newBook(c)
	}
	c.session.Init(&r.software, c.email)
	return c
}
