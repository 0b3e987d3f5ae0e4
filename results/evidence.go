package results

import (
	"bufio"
	"fmt"
	"strings"
	"time"
)

// Evidence is what the machine says of itself from the first second at full load to the end. It is shown beside a verdict and never
// makes one: what matters is whether the generator was late, not whether it might have been. What the system does not tell is 0.
type Evidence struct {
	Over      time.Duration            `json:"over_ns"`               // the time that it was taken in
	RunQueue  time.Duration            `json:"run_queue_ns"`          // threads of the generator were ready and waited for a core
	Steal     time.Duration            `json:"steal_ns"`              // cores were given to other machines, summed over cores
	Throttled time.Duration            `json:"throttled_ns"`          // the control group was held at its quota
	Pressure  map[string]time.Duration `json:"pressure_ns,omitempty"` // some task of the machine waited for cpu, io, memory
}

// evidence is what was between two samples.
func evidence(from, to generatorLine) Evidence {
	e := Evidence{
		Over: to.At - from.At, RunQueue: max(to.RunQueue-from.RunQueue, 0), // a thread that has ended takes its time along
		Steal: to.Steal - from.Steal, Throttled: to.Throttled - from.Throttled,
	}
	for what, total := range to.Pressure {
		if e.Pressure == nil {
			e.Pressure = map[string]time.Duration{}
		}
		e.Pressure[what] = total - from.Pressure[what]
	}
	return e
}

// add adds that of another run.
func (e *Evidence) add(from Evidence) {
	e.Over += from.Over
	e.RunQueue += from.RunQueue
	e.Steal += from.Steal
	e.Throttled += from.Throttled
	if e.Pressure == nil && from.Pressure != nil {
		e.Pressure = map[string]time.Duration{}
	}
	addCounts(e.Pressure, from.Pressure)
}

// witness watches the samples of a run for what was between full load and the end.
type witness struct{ from, to generatorLine }

// take takes the next sample. held is false as long as the load has not been full.
func (w *witness) take(sample generatorLine, held bool) {
	w.to = sample
	if !held {
		w.from = sample
	}
}

// text says what the machine was busy with, a line for each thing that it tells.
func (e Evidence) text(b *bufio.Writer) {
	if e.Over <= 0 {
		return
	}
	share := func(d time.Duration) string { return formatShare(float64(d) / float64(e.Over)) }
	fmt.Fprintf(b, "the machine in these %s\n", formatTime(e.Over))
	fmt.Fprintf(b, "  nudge's threads were ready and waited for a core: %s (run queue)\n", formatTime(e.RunQueue))
	var waited []string
	for _, what := range []string{"cpu", "io", "memory"} {
		if d, ok := e.Pressure[what]; ok {
			waited = append(waited, what+" "+share(d))
		}
	}
	if waited != nil {
		fmt.Fprintf(b, "  some task waited, of the time: %s (/proc/pressure)\n", strings.Join(waited, ", "))
	}
	if e.Steal > 0 {
		fmt.Fprintf(b, "  given to other machines, of a core: %s (steal)\n", share(e.Steal))
	}
	if e.Throttled > 0 {
		fmt.Fprintf(b, "  held up by its CPU quota: %s (cgroup throttling)\n", formatTime(e.Throttled))
	}
}
