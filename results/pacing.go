package results

import "time"

// What holds an iteration up, and how long the server then takes, is recorded like operations, under names that no operation may have.
const (
	waitName    = "wait"
	lagName     = "lag"
	serviceName = "service"
	pulseName   = "pulse"
)

// Their places, counted from the end of the operations.
const (
	waitAt = iota
	lagAt
	serviceAt
	pulseAt
)

// spreadNames lists them in that order.
var spreadNames = []string{waitAt: waitName, lagAt: lagName, serviceAt: serviceName, pulseAt: pulseName}

// opsIn is the number of operations among so many series.
func opsIn(series int) int { return series - len(spreadNames) }

// iterationName is the operation that is one pass of a client. Its latency is the response time.
const iterationName = "iteration"

// Wait records how long an iteration that was due waited for a free client.
func (r *Recorder) Wait(d time.Duration) { r.OK(r.pacing+waitAt, d) }

// Lag records how long after that the generator took to send: its own lateness.
func (r *Recorder) Lag(d time.Duration) { r.OK(r.pacing+lagAt, d) }

// Service records how long an iteration took from when it was sent until it ended; in the closed model that is all of its latency.
func (r *Recorder) Service(d time.Duration) { r.OK(r.pacing+serviceAt, d) }

// Pulse records how late a loop was for a time that it had set itself, with nothing to do.
func (r *Recorder) Pulse(d time.Duration) { r.OK(r.pacing+pulseAt, d) }

// DroppedWait counts iterations that were due and never started since no client was free.
func (r *Recorder) DroppedWait(n int64) { r.cur.dropped.Wait += n }

// DroppedLag counts those that were never started since the generator was late.
func (r *Recorder) DroppedLag(n int64) { r.cur.dropped.Lag += n }

// Dropped counts iterations that were due and never started, by the reason.
type Dropped struct {
	Wait int64 `json:"wait"` // no client was free: the server's doing, or too few clients
	Lag  int64 `json:"lag"`  // the generator's own doing
}

// Total is the number of all.
func (d Dropped) Total() int64 { return d.Wait + d.Lag }

func (d *Dropped) add(more Dropped) {
	d.Wait += more.Wait
	d.Lag += more.Lag
}
