package live

import "math/rand/v2"

// editor edits cases, by chances that its source decides.
type editor struct {
	rng     *rand.Rand
	scripts []script
}

// edit is one way to change a case. It reports false if there was nothing to change.
type edit func(e *editor, c *Case) bool

// edits are all of them, weighted by how often they stand here: the four levels, and framing.
var edits = []edit{
	dropStep, repeatStep, swapSteps, insertStep, insertStep, insertStep, splice, truncate, // sequence
	changeVerb, changeLie, changeLie, changePayload, dropPayload, changeEnd, changeEnd, // command
	dropWord, dropWord, repeatWord, swapWords, changeWord, changeWord, changeWord, changeText, changeText, changeTrID, stretchWord, // word
	flipByte, insertByte, insertByte, deleteByte, breakLine, // byte
	splitStep, splitStep, everyByte, pauseStep, shutStep, resetStep, closeStep, openStep, // framing
}

// pick returns one of a list.
func pick[T any](e *editor, all []T) T { return all[e.rng.IntN(len(all))] }

// command picks a step that sends something. Those of the sign-in are picked less often than what
// comes behind them, since edits there end most sessions before they begin.
func (e *editor) command(c *Case) int {
	var all []int
	for i := range c.steps {
		if c.steps[i].act == actSend {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return -1
	}
	if e.rng.IntN(6) > 0 && len(all) > 6 {
		all = all[6:]
	}
	return pick(e, all)
}

// change has f edit a command of the case.
func (e *editor) change(c *Case, f func(cmd *command) bool) bool {
	i := e.command(c)
	if i < 0 || !f(c.steps[i].cmd) {
		return false
	}
	c.touched(i)
	return true
}

// strange has f make something of a command that no client would send.
func (e *editor) strange(c *Case, f func(cmd *command) bool) bool {
	return e.change(c, func(cmd *command) bool {
		if !f(cmd) {
			return false
		}
		cmd.odd = true
		return true
	})
}
