package results

import "fmt"

// Answer is what a search found, in sentences: the capacity, then why it is no higher, then what to do.
func (c *Capacity) Answer() []string {
	var lines []string
	switch c.Verdict {
	case CapacityServer:
		lines = c.answerFound()
	case CapacityGenerator:
		lines = c.answerAtLeast()
	case CapacityAbove:
		lines = []string{
			fmt.Sprintf("capacity: at least %s, the highest that was asked for (--to)", c.level(c.HighestKept)),
			"neither server nor generator gave out",
		}
	case CapacityBelow:
		lines = append([]string{fmt.Sprintf("capacity: below %s, where the search began: give a lower --from", c.level(c.From))}, c.why()...)
	case CapacityWrong:
		lines = append([]string{"no capacity: the server was wrong, which no load excuses"}, c.why()...)
		lines = append(lines, c.sofar()...)
	case CapacityUnable:
		lines = []string{"no capacity: nobody could sign in"}
		if s := c.GaveOut(); s != nil {
			lines = append(lines, s.Reasons...)
		}
	case CapacityUnfinished:
		lines = append([]string{fmt.Sprintf("no capacity: %s did not do (--max-steps)", plural(int64(len(c.Steps)), "step"))}, c.sofar()...)
	case CapacityInterrupted, CapacitySearching:
		lines = append([]string{"the search did not come to its end"}, c.sofar()...)
	}
	return lines
}

// answerFound is the answer if the server gave out.
func (c *Capacity) answerFound() []string {
	lines := append([]string{"capacity: " + c.interval()}, c.why()...)
	return append(lines, c.imprecise()...)
}

// answerAtLeast is the answer if the generator did: late, or since this machine can be no more.
func (c *Capacity) answerAtLeast() []string {
	s := c.GaveOut()
	switch {
	case s == nil || s.Outcome != StepInvalid:
		return []string{
			fmt.Sprintf("capacity: at least %s", c.level(c.HighestKept)),
			"no higher level could be tried: " + c.ToReason,
		}
	case c.HighestKept == 0:
		return append([]string{fmt.Sprintf("no capacity: no step at %s could be measured; a lower --from may do", c.level(c.From))}, c.why()...)
	}
	lines := append([]string{fmt.Sprintf("capacity: at least %s; the generator's own limit is %s", c.about(min(c.HighestKept, c.Level)), c.interval())}, c.why()...)
	return append(lines, c.imprecise()...)
}

// about gives an estimate with its unit.
func (c *Capacity) about(l float64) string { return c.level(round3(l)) }

func (c *Capacity) interval() string {
	return fmt.Sprintf("%s, 95 %% interval %s to %s", c.about(c.Level), formatLevel(round3(c.Low)), formatLevel(round3(c.High)))
}

// imprecise says that there were too few steps for the interval that was asked for.
func (c *Capacity) imprecise() []string {
	if c.Precise {
		return nil
	}
	return []string{fmt.Sprintf("the interval is wider than the %s asked for (--precision) after %s: more (--max-steps) or longer ones (--step) narrow it",
		formatShare(c.Precision), plural(int64(len(c.Steps)), "step"))}
}

// why says who gave out, where and how.
func (c *Capacity) why() []string {
	s := c.GaveOut()
	if s == nil || len(s.Reasons) == 0 {
		return nil
	}
	who := "the server gave out"
	switch s.Outcome {
	case StepInvalid:
		who = "the generator gave out first"
	case StepWrong:
		who = "the server was wrong"
	}
	lines := []string{fmt.Sprintf("%s: at %s, %s", who, c.level(s.Level), s.Reasons[0])}
	switch {
	case s.Remedy != "":
		lines = append(lines, "what to do: "+s.Remedy)
	case s.Outcome == StepBroken && c.LevelUnit == LevelRate && 2*s.Wait.P99 > s.Response.P99 && s.Response.P99 > 0:
		lines = append(lines, fmt.Sprintf("iterations waited for one of the %s to be free, %s in the p99: if the server is not busy, give more (--clients)",
			plural(int64(s.Clients), "client"), formatTime(s.Wait.P99)))
	}
	return lines
}

// sofar is what was known when a search was given up.
func (c *Capacity) sofar() []string {
	switch {
	case c.HighestKept == 0:
		return []string{"no level was kept so far"}
	case c.High == 0:
		return []string{fmt.Sprintf("kept so far: %s; none was broken", c.level(c.HighestKept))}
	}
	return []string{fmt.Sprintf("so far the capacity is %s to %s (95 %%); the highest that was kept is %s",
		formatLevel(c.Low), c.level(c.High), c.level(c.HighestKept))}
}
