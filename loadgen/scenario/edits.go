package scenario

import (
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/loadgen"
)

// listEdits is people who tidy up: an edit of lists, groups or settings, and
// back again.
var listEdits = behaviour{
	name:   "roster",
	about:  "signs in once; per iteration an edit of lists, groups or settings that is undone again",
	mainOp: opADC,
	think:  loadgen.Exponential(10 * time.Second),
	start:  signIn,
	choose: nextEdit,
	edits:  true,
}

// task is an edit and its undoing. One that cannot be begun now is passed over.
type task struct {
	ready func(c *client) bool
	steps []step
}

// Numbers that are as good as an answer (§10, §12.19). Who has added the
// account and dropped it again is on PL no more: servers differ in how they say so.
var (
	onList    = []int{215}
	notOnList = []int{216}
	asItIs    = []int{218}
	withdrawn = []int{205, 208, 216}
)

// tasks are what the iterations of roster do, each client in turn, from
// anywhere. What a server says is so already is as good as done (§12.19).
var tasks = []task{
	{withStranger, []step{ // a new contact (§6.2)
		{op: opADC, send: addStranger, answer: msnp.StepADC, already: onList, take: tookStranger},
		{op: opREM, send: removeStranger, answer: msnp.StepREM, already: notOnList},
	}},
	{withContact, []step{ // a group, and a contact in it (§6.5)
		{op: opADG, send: addGroup, answer: msnp.StepADG, take: tookGroup},
		{op: opREG, send: renameGroup, answer: msnp.StepREG},
		{op: opADC, send: intoGroup, answer: msnp.StepADC, already: onList},
		{op: opREM, send: outOfGroup, answer: msnp.StepREM, already: notOnList},
		{op: opRMG, send: removeGroup, answer: msnp.StepRMG},
	}},
	{withStranger, allowing(msnp.AL)},
	{withContact, []step{ // another name for a contact (§6.6)
		{op: opSBP, send: rename, answer: msnp.StepSBP},
		{op: opSBP, send: renameBack, answer: msnp.StepSBP},
	}},
	{always, []step{ // another name of one's own, or whether one may be paged (§4.6)
		{op: opPRP, send: property, answer: msnp.StepPRP},
		{op: opPRP, send: propertyBack, answer: msnp.StepPRP},
	}},
	{withStranger, allowing(msnp.BL)},
	{always, []step{ // what is done when somebody adds the account (§4.5)
		{op: opGTC, send: gtc, answer: msnp.StepGTC, already: asItIs},
		{op: opGTC, send: gtcBack, answer: msnp.StepGTC, already: asItIs},
	}},
	{always, []step{ // what holds for people on no list (§4.5)
		{op: opBLP, send: blp, answer: msnp.StepBLP, already: asItIs},
		{op: opBLP, send: blpBack, answer: msnp.StepBLP, already: asItIs},
	}},
	{withPending, []step{ // a decision about somebody who has added the account (§6.4)
		{op: opREM, send: decide, answer: msnp.StepREM, already: withdrawn},
	}},
}

// allowing is to and fro of AL or BL.
func allowing(list msnp.Lists) []step {
	return []step{
		{op: opADC, answer: msnp.StepADC, already: onList, send: func(c *client, now time.Duration, out []byte) ([]byte, error) {
			return c.session.AddTo(list, c.editor.stranger, now, out)
		}},
		{op: opREM, answer: msnp.StepREM, already: notOnList, send: func(c *client, now time.Duration, out []byte) ([]byte, error) {
			return c.session.Remove(list, c.editor.stranger, "", now, out)
		}},
	}
}

// nextEdit is the next of the tasks that can be begun.
func nextEdit(c *client) []step {
	for {
		t := &tasks[c.editor.turn%uint32(len(tasks))]
		c.editor.turn++
		if t.ready(c) {
			return t.steps
		}
	}
}

func always(*client) bool        { return true }
func withContact(c *client) bool { return c.editor.contact != "" }
func withPending(c *client) bool { return len(c.editor.pending) > 0 }

// withStranger picks an account that is on none of the client's lists.
func withStranger(c *client) bool { return c.editor.pick(c) }

func addStranger(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.AddContact(c.editor.stranger, c.editor.stranger, now, out)
}

func tookStranger(c *client, cmd *codec.Command) {
	var e msnp.Edit
	if msnp.ParseEdit(cmd, c.session.Dialect(), &e) == nil && len(e.ID) > 0 {
		c.editor.strangerID = string(e.ID)
	}
}

func removeStranger(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Remove(msnp.FL, c.editor.strangerID, "", now, out)
}

func addGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	c.editor.group, c.editor.groupName = "", c.editor.fresh(c)
	return c.session.AddGroup(c.editor.groupName, now, out)
}

func tookGroup(c *client, cmd *codec.Command) {
	c.editor.group = string(msnp.GroupID(cmd, c.editor.groupName))
}

func renameGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.group == "" {
		return out, errOver
	}
	return c.session.RenameGroup(c.editor.group, c.editor.fresh(c), now, out)
}

func intoGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.group == "" {
		return out, errOver
	}
	return c.session.AddToGroup(c.editor.contact, c.editor.name, c.editor.group, now, out)
}

func outOfGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.group == "" {
		return out, errOver
	}
	return c.session.Remove(msnp.FL, c.editor.contact, c.editor.group, now, out)
}

func removeGroup(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.group == "" {
		return out, errOver
	}
	return c.session.RemoveGroup(c.editor.group, now, out)
}

func rename(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.SetContact(c.editor.contact, "MFN", c.editor.fresh(c), now, out)
}

func renameBack(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.SetContact(c.editor.contact, "MFN", c.editor.name, now, out)
}

// property changes one that always has a value: to leave a value out, as clears a
// phone number, ends connections of some servers. MSNP8 and MSNP9 tell nobody
// her own name in the answer to SYN.
func property(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.myName != "" {
		return c.session.SetProperty("MFN", c.editor.fresh(c), now, out)
	}
	return c.session.SetProperty("MOB", other(c.editor.paged, "N", "Y"), now, out)
}

func propertyBack(c *client, now time.Duration, out []byte) ([]byte, error) {
	if c.editor.myName != "" {
		return c.session.SetProperty("MFN", c.editor.myName, now, out)
	}
	return c.session.SetProperty("MOB", c.editor.paged, now, out)
}

func gtc(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Ask(msnp.StepGTC, now, out, other(c.editor.gtc, "A", "N"))
}

func gtcBack(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Ask(msnp.StepGTC, now, out, c.editor.gtc)
}

func blp(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Ask(msnp.StepBLP, now, out, other(c.editor.blp, "AL", "BL"))
}

func blpBack(c *client, now time.Duration, out []byte) ([]byte, error) {
	return c.session.Ask(msnp.StepBLP, now, out, c.editor.blp)
}

// other is the one of two values that is not the given one.
func other(value, a, b string) string {
	if value == a {
		return b
	}
	return a
}

func decide(c *client, now time.Duration, out []byte) ([]byte, error) {
	e := c.editor
	who := e.pending[len(e.pending)-1]
	e.pending = e.pending[:len(e.pending)-1]
	return c.session.Remove(msnp.PL, who, "", now, out)
}
