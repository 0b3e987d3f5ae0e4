package loadgen

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Stage is a straight piece of a load: within Duration the level goes evenly
// from where the stage before ended to Target. A level is a number of clients
// (Load) or of iterations per second (Rate).
type Stage struct {
	Duration time.Duration // 0: a step, which takes no time
	Target   float64       // level at the end of the stage; at least 0
}

// Load is how many clients there are, over time. It begins with none. The zero
// Load has all of Config.Clients from the start, for 30 s.
type Load struct {
	Stages []Stage
}

// Ramp is the usual load: the clients sign in evenly within up, and stay for
// hold.
func Ramp(clients int, up, hold time.Duration) Load {
	return Load{[]Stage{{up, float64(clients)}, {hold, float64(clients)}}}
}

// maxClients bounds a load, and with it the memory that a typing error costs.
const maxClients = 10_000_000

// ParseStages reads clients over time, such as 30s:1000,5m:1000,30s:0: in 30 s
// up to 1,000 clients, 5 minutes of 1,000, in 30 s down to none.
func ParseStages(s string) (Load, error) {
	stages, err := parseStages(s, func(level string) (float64, error) {
		n, err := strconv.Atoi(level)
		if err != nil || n < 0 || n > maxClients {
			return 0, fmt.Errorf("%q is not a number of clients from 0 to %d", level, maxClients)
		}
		return float64(n), nil
	})
	if err != nil {
		return Load{}, err
	}
	l := Load{stages}
	if l.Peak() == 0 {
		return Load{}, fmt.Errorf("stages %q: there is never a client", s)
	}
	return l, nil
}

// parseStages reads DURATION:LEVEL, comma-separated.
func parseStages(s string, level func(string) (float64, error)) ([]Stage, error) {
	var stages []Stage
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		d, l, ok := strings.Cut(part, ":")
		if !ok {
			return nil, fmt.Errorf("stage %q: want DURATION:TARGET, such as 30s:1000", part)
		}
		duration, err := time.ParseDuration(strings.TrimSpace(d))
		if err != nil || duration < 0 {
			return nil, fmt.Errorf("stage %q: %q is not a duration such as 30s or 5m", part, d)
		}
		target, err := level(strings.TrimSpace(l))
		if err != nil {
			return nil, fmt.Errorf("stage %q: %w", part, err)
		}
		stages = append(stages, Stage{duration, target})
	}
	if total(stages) <= 0 {
		return nil, fmt.Errorf("stages %q take no time at all", s)
	}
	return stages, nil
}

// Peak is the largest number of clients.
func (l Load) Peak() int {
	peak := 0.0
	for _, s := range l.Stages {
		peak = max(peak, s.Target)
	}
	return int(peak)
}

// Duration is how long the load lasts.
func (l Load) Duration() time.Duration { return total(l.Stages) }

// String is the load as ParseStages reads it.
func (l Load) String() string {
	var b strings.Builder
	for i, s := range l.Stages {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%v:%d", s.Duration, int(s.Target))
	}
	return b.String()
}

func total(stages []Stage) time.Duration {
	var d time.Duration
	for _, s := range stages {
		d += s.Duration
	}
	return d
}

// holds reports whether the level keeps still at t, the time since the first
// stage began. Where no stage keeps its level the whole counts as held: there
// is nothing else to be measured.
func holds(stages []Stage, t time.Duration) bool {
	any, level := false, 0.0
	var begin time.Duration
	for _, s := range stages {
		still := s.Target == level && s.Target > 0 && s.Duration > 0
		if still && t >= begin && t < begin+s.Duration {
			return true
		}
		any = any || still
		begin += s.Duration
		level = s.Target
	}
	return !any
}

// nextStage is when the next stage begins behind t, or the last ends; never: it
// has ended.
func nextStage(stages []Stage, t time.Duration) time.Duration {
	var end time.Duration
	for _, s := range stages {
		if end += s.Duration; end > t {
			return end
		}
	}
	return never
}

// change is a client's turn to sign in, or to sign out.
type change struct {
	at     time.Duration // since the run's start
	client int           // from 0
	start  bool
}

// changes walks through the turns of a load in the order of time. It is a pure
// sequence: a function of the stages alone. Clients start in the order of their
// numbers, and the highest number stops first.
type changes struct {
	stages []Stage
	begin  time.Duration // of the first of stages
	level  int           // at its begin
	done   int           // clients of it that had their turn
}

func (l Load) changes() changes { return changes{stages: l.Stages} }

// peek returns the next turn without taking it.
func (c *changes) peek() (change, bool) {
	for len(c.stages) > 0 {
		s := c.stages[0]
		to := int(s.Target)
		n := to - c.level
		if c.done < max(n, -n) {
			at := c.begin + time.Duration(float64(s.Duration)*float64(c.done)/float64(max(n, -n)))
			if n > 0 {
				return change{at, c.level + c.done, true}, true
			}
			return change{at, c.level - 1 - c.done, false}, true
		}
		c.begin += s.Duration
		c.level, c.done = to, 0
		c.stages = c.stages[1:]
	}
	return change{}, false
}

// next takes the turn that peek returned.
func (c *changes) next() { c.done++ }
