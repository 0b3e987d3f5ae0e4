package live

import "slices"

// Edits of the sequence of steps.

func dropStep(e *editor, c *Case) bool {
	if len(c.steps) < 2 {
		return false
	}
	i := e.rng.IntN(len(c.steps))
	c.steps = slices.Delete(c.steps, i, i+1)
	c.touched(i)
	return true
}

func repeatStep(e *editor, c *Case) bool {
	i := e.command(c)
	if i < 0 || len(c.steps) >= maxSteps/2 {
		return false
	}
	again := c.steps[i]
	again.cmd = again.cmd.clone()
	c.steps = slices.Insert(c.steps, i+1, again)
	c.touched(i + 1)
	return true
}

func swapSteps(e *editor, c *Case) bool {
	i, j := e.command(c), e.command(c)
	if i < 0 || i == j {
		return false
	}
	c.steps[i], c.steps[j] = c.steps[j], c.steps[i]
	c.touched(min(i, j))
	return true
}

// insertStep takes a command of any script.
func insertStep(e *editor, c *Case) bool {
	from := pick(e, e.scripts).steps
	s := pick(e, from)
	i := e.command(c)
	if s.act != actSend || i < 0 || len(c.steps) >= maxSteps/2 {
		return false
	}
	s.cmd = s.cmd.clone()
	if on := c.steps[i].on; e.rng.IntN(8) == 0 && s.on != on {
		s.on, s.cmd.odd = on, true // where it does not belong
	}
	c.steps = slices.Insert(c.steps, i+1, s)
	c.touched(i + 1)
	return true
}

// splice goes on as another script does.
func splice(e *editor, c *Case) bool {
	other := pick(e, e.scripts).steps
	i, j := 1+e.rng.IntN(len(c.steps)), e.rng.IntN(len(other))
	if i+len(other)-j > maxSteps/2 {
		return false
	}
	tail := (&Case{steps: other[j:]}).clone().steps
	c.steps = append(c.steps[:i], tail...)
	c.touched(i)
	return true
}

func truncate(e *editor, c *Case) bool {
	if len(c.steps) < 3 {
		return false
	}
	i := 1 + e.rng.IntN(len(c.steps)-1)
	c.steps = c.steps[:i]
	c.touched(i)
	return true
}
