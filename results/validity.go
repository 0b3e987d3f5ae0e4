package results

import (
	"fmt"
	"slices"
	"time"
)

// Classes of errors that say what this machine was short of, not the server.
const (
	ClassFiles = "files" // no more open files
	ClassPorts = "ports" // no more ports of the source addresses
)

// Invalidity is one reason for which a measurement is not to be trusted.
type Invalidity struct {
	Cause  string  `json:"cause"`  // lag, stall, late, loop, rate, clamped, files or ports
	What   string  `json:"what"`   // a sentence with the figure
	Value  float64 `json:"value"`  // the figure
	Limit  float64 `json:"limit"`  // what it may be at most
	Unit   string  `json:"unit"`   // ns, share or count
	Remedy string  `json:"remedy"` // what to do about it
}

// Lag that never makes a measurement invalid: what any busy machine takes to wake a thread.
const (
	lagFree      = 2 * time.Millisecond
	lagFreeStall = 10 * time.Millisecond // over all seconds, so that one hiccup is none
)

// lagMost makes a measurement invalid however slow the server is: a generator that is that late in every second is short of CPU, and
// a server on the same machine is slow for the same reason.
const lagMost = 50 * time.Millisecond

// limit is what the generator may be late in the median second, beside what the server takes.
func limit(server, tick time.Duration) time.Duration {
	return min(max(lagFree, server/lagPart), lagMost) + tick
}

// Shares that never make a measurement invalid.
const (
	lateFree = 0.05 // iterations later than the service time in the median
	rateFree = 0.01 // iterations dropped for lag
)

// Part of the service time that lag may be.
const lagPart = 4

// paces are the p99s of what paces iterations, one for each second of hold that has any.
type paces [pulseAt + 1][]time.Duration

// notePace keeps the p99 of a second for the i-th of the series.
func (t *tally) notePace(i int, p99 time.Duration) {
	if at := i - opsIn(len(t.series)); at >= 0 {
		t.paces[at] = append(t.paces[at], p99)
	}
}

// median is the figure of the second in the middle, 0 without any.
func (p *paces) median(at int) time.Duration {
	if len(p[at]) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(p[at]))[len(p[at])/2]
}

func (p *paces) add(from paces) {
	for at := range p {
		p[at] = append(p[at], from[at]...)
	}
}

const moreCores = "more CPU: stop what runs beside it, use another machine, set --loops; or less load"

// validity lists why the measurement is not to be trusted.
func (t *tally) validity(s *Summary, tick time.Duration) (reasons []Invalidity) {
	for _, check := range []func(*Summary, time.Duration) *Invalidity{
		t.checkLag, t.checkStall, t.checkLate, t.checkPulse, t.checkRate, t.checkClamped,
	} {
		if r := check(s, tick); r != nil {
			reasons = append(reasons, *r)
		}
	}
	return append(reasons, t.exhausted()...)
}

// checkLag holds lag against the service time, second by second, and judges by the one in the middle: what is late all the time is
// told from what stood still for a moment.
func (t *tally) checkLag(_ *Summary, tick time.Duration) *Invalidity {
	lag, service := t.paces.median(lagAt), t.paces.median(serviceAt)
	most := limit(service, tick)
	if lag <= most {
		return nil
	}
	return &Invalidity{"lag", fmt.Sprintf("the generator was late: p99 of lag %s in the median second, limit %s (service time %s)",
		formatTime(lag), formatTime(most), formatTime(service)), float64(lag), float64(most), "ns", moreCores}
}

// checkStall holds the lag of the whole against the service time.
func (t *tally) checkStall(s *Summary, tick time.Duration) *Invalidity {
	lag, service := percentile(s.lag, 99), percentile(s.service, 99)
	most := max(lagFreeStall, service/lagPart) + tick
	if lag <= most || late(s.lag, most) < 2 {
		return nil
	}
	return &Invalidity{"stall", fmt.Sprintf("the generator stood still: p99 of lag %s over all, limit %s (service time %s)",
		formatTime(lag), formatTime(most), formatTime(service)), float64(lag), float64(most), "ns", moreCores}
}

// late counts the values above a limit.
func late(h *histogram, limit time.Duration) (n int64) {
	if h == nil {
		return 0
	}
	for _, bar := range h.Distribution() {
		if bar.From > int64(limit) {
			n += bar.Count
		}
	}
	return n
}

// checkLate counts the iterations that were later than the server took in the median: of those, what is measured is more lag than answer.
func (t *tally) checkLate(s *Summary, tick time.Duration) *Invalidity {
	if !s.open() || count(s.lag) == 0 {
		return nil
	}
	most := max(lagFree, percentile(s.service, 50)) + tick
	n := late(s.lag, most)
	share := float64(n) / float64(count(s.lag))
	if n < 2 || share <= lateFree {
		return nil
	}
	return &Invalidity{"late", fmt.Sprintf("%s of the iterations began more than %s late, limit %s", formatShare(share), formatTime(most), formatShare(lateFree)),
		share, lateFree, "share", moreCores}
}

// checkPulse is for what waits for the loop while no due time tells for how long: each reply does, of which an iteration may have many.
func (t *tally) checkPulse(s *Summary, tick time.Duration) *Invalidity {
	pulse, step := t.paces.median(pulseAt), t.step()
	most := limit(step, tick)
	if pulse <= most {
		return nil
	}
	return &Invalidity{"loop", fmt.Sprintf("the loops woke late: p99 %s in the median second, limit %s (a step on the wire %s)",
		formatTime(pulse), formatTime(most), formatTime(step)), float64(pulse), float64(most), "ns", moreCores}
}

// step is the p99 of the step on the wire that was taken most often at full load.
func (t *tally) step() time.Duration {
	var most *cell
	for i, op := range t.series {
		c := t.cell(Hold, i)
		if n := count(c.ok) + count(c.failed); op.Step && n > 0 && (most == nil || n > count(most.ok)+count(most.failed)) {
			most = c
		}
	}
	if most == nil {
		return 0
	}
	return percentile(together(most.ok, most.failed), 99)
}

// checkRate holds what was started against what was asked for.
func (t *tally) checkRate(s *Summary, _ time.Duration) *Invalidity {
	started := count(s.lag)
	asked := started + t.dropped.Total()
	share := float64(t.dropped.Lag) / float64(max(asked, 1))
	if share <= rateFree {
		return nil
	}
	return &Invalidity{"rate", fmt.Sprintf("%s of the iterations asked for were started, %s were dropped for lag, limit %s",
		formatShare(float64(started)/float64(asked)), formatShare(share), formatShare(rateFree)), share, rateFree, "share", moreCores}
}

func (t *tally) checkClamped(*Summary, time.Duration) *Invalidity {
	if t.clamped == 0 {
		return nil
	}
	return &Invalidity{"clamped", fmt.Sprintf("%s outside 0 to 1 h, and counted as the nearest of these", values(t.clamped)), float64(t.clamped), 0, "count",
		"set a --timeout of less than an hour; the clock of this machine may have been set"}
}

// exhausted tells what this machine ran out of: what failed for that says nothing of the server.
func (t *tally) exhausted() (reasons []Invalidity) {
	for _, short := range []struct{ class, of, remedy string }{
		{ClassFiles, "open files", "raise ulimit -n, or run fewer clients"},
		{ClassPorts, "ports", "more source addresses (--local-addr), a wider net.ipv4.ip_local_port_range, fewer connections"},
	} {
		var n int64
		for i := range t.cells {
			n += t.cells[i].errors[short.class]
		}
		if n > 0 {
			reasons = append(reasons, Invalidity{short.class, fmt.Sprintf("%s failed since this machine had no more %s", plural(n, "operation"), short.of),
				float64(n), 0, "count", short.remedy})
		}
	}
	return reasons
}
