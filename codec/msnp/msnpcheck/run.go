package msnpcheck

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// running is what all trials of a run share.
type running struct {
	cfg    *Config
	mode   Mode
	failed atomic.Int32 // sign-ins in a row
	moved  *moved       // what was seen of a migration; nil: none was waited for yet
	patience
	mu     sync.Mutex // guards report and the caller's Progress
	report *Report
}

// Run makes the checks and returns what came of them. An error means that they
// could not be made: a wrong configuration, no server, too few accounts. When ctx
// ends, what was found is returned.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	todo, err := choose(cfg.Only)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	r := &running{cfg: &cfg, report: &Report{
		SchemaVersion: SchemaVersion, Target: cfg.Addr, Dialect: cfg.Dialect.String(), Profile: cfg.Profile, Start: start.UTC(),
	}}
	lanes, err := r.deal(ctx)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(todo))
	r.each(ctx, lanes, todo, func(i int, result Result) { results[i] = result })
	for _, lane := range lanes {
		r.left(ctx, lane)
	}
	rep := r.report
	for _, result := range results {
		if result.Status == "" {
			rep.Interrupted = true
			continue
		}
		rep.Counts.add(result.Status)
		rep.Checks = append(rep.Checks, result)
	}
	rep.Duration = time.Since(start)
	return rep, nil
}

// each makes the checks, each lane one after another. Those of migration come at
// the end, all on the first lane, as they share the account that is migrated.
func (r *running) each(ctx context.Context, lanes [][]*member, todo []chosen, done func(i int, result Result)) {
	queue := make(chan int, len(todo))
	var last []int
	for i, c := range todo {
		if c.Group == "migration" {
			last = append(last, i)
			continue
		}
		queue <- i
	}
	close(queue)
	one := func(i int, lane []*member) {
		result := r.try(ctx, todo[i], lane)
		if ctx.Err() != nil {
			return // what failed then says nothing
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		done(i, result)
		if r.cfg.Progress != nil {
			r.cfg.Progress(result)
		}
	}
	var wg sync.WaitGroup
	for _, lane := range lanes {
		wg.Go(func() {
			for i := range queue {
				if ctx.Err() == nil {
					one(i, lane)
				}
			}
		})
	}
	wg.Wait()
	for _, i := range last {
		if ctx.Err() == nil {
			one(i, lanes[0])
		}
	}
}

// noRule says of a check that there is nothing to be checked.
const noRule = "is no rule in "

// try makes one check, and puts the accounts back.
func (r *running) try(ctx context.Context, c chosen, lane []*member) Result {
	result := Result{Info: c.Info, Status: Pass}
	t := &trial{ctx: ctx, cfg: r.cfg, mode: r.mode, members: lane, run: r, result: &result, began: time.Now()}
	if !c.modes.has(r.mode) {
		result.Status, result.Missing = Skip, noRule+string(r.mode)
		return result
	}
	t.quietly(func(t *trial) {
		if r.cfg.during == nil {
			c.run(t)
			return
		}
		r.cfg.during(func() { c.run(t) })
	})
	result.Duration = time.Since(t.began)
	if result.Status == Pass || result.Status == Skip {
		result.Conversation = nil
	}
	made := result
	t.restore()
	t.hangUp()
	r.restore(ctx, lane)
	return made
}

// play runs a check to its end, by itself or by the first thing that it finds.
func (t *trial) play(f func(t *trial)) {
	defer t.hangUp()
	t.quietly(f)
}

// quietly takes the panic by which a trial ends.
func (t *trial) quietly(f func(t *trial)) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(over); !ok {
				panic(v)
			}
		}
	}()
	f(t)
}

// addChanged notes what was not put back.
func (r *running) addChanged(what []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Changed = append(r.report.Changed, what...)
}
