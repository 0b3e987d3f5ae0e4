package scenario

import (
	"slices"
	"strconv"

	"nudge/codec"
	"nudge/codec/msnp"
)

// Limits of what an editor keeps, and of its search for a stranger.
const (
	maxPending   = 8
	maxStrangers = 64 // accounts looked at
)

// editor is what a client that edits its lists knows of them: enough to edit and
// to leave everything as it was.
type editor struct {
	turn uint32 // of the tasks
	made uint32 // names made so far

	contact, name string   // one contact on FL, by id; "": there is none
	myName, paged string   // the account's own MFN and MOB
	gtc, blp      string   // as they were found
	listed        []uint32 // clients on any list but FL
	pending       []string // who has added the account while it was online, by address

	// Of the task in progress.
	stranger, strangerID string
	group, groupName     string
}

func newEditor(c *client) *editor {
	e := &editor{turn: uint32(c.engine.Uint64() % uint64(len(tasks)))}
	e.forget()
	return e
}

// forget begins with what is not known anew, as the answer to SYN does.
func (e *editor) forget() {
	*e = editor{turn: e.turn, made: e.made, paged: "N", gtc: "A", blp: "AL", listed: e.listed[:0]}
}

// fresh returns a name that the client has not used before.
func (e *editor) fresh(c *client) string {
	e.made++
	return freshName(c, e.made)
}

// freshName is the n-th name that a client makes.
func freshName(c *client, n uint32) string {
	return "nudge " + strconv.Itoa(c.engine.ID()+1) + "-" + strconv.FormatUint(uint64(n), 10)
}

// note reads what the answer to SYN tells, and who adds the account later.
func (e *editor) note(c *client, cmd *codec.Command) {
	switch cmd.Verb {
	case codec.SYN:
		e.forget()
	case codec.GTC, codec.BLP, codec.PRP:
		e.setting(cmd)
	case codec.LST:
		e.entry(c, cmd)
	case codec.ADC:
		var x msnp.Edit
		if msnp.ParseEdit(cmd, c.session.Dialect(), &x) == nil && x.List == msnp.RL && len(e.pending) < maxPending {
			e.pending = append(e.pending, string(x.Email))
		}
	}
}

func (e *editor) setting(cmd *codec.Command) {
	var p msnp.Property
	if msnp.ParseProperty(cmd, &p) != nil {
		return
	}
	switch string(p.Key) {
	case "GTC":
		e.gtc = string(p.Value)
	case "BLP":
		e.blp = string(p.Value)
	case "MOB":
		e.paged = string(p.Value)
	case "MFN":
		e.myName = string(codec.AppendUnescape(nil, p.Value))
	}
}

// entry reads an LST line.
func (e *editor) entry(c *client, cmd *codec.Command) {
	var x msnp.Contact
	if msnp.ParseContact(cmd, &x) != nil {
		return
	}
	n, ours := c.run.accounts.client(x.Email)
	if x.Lists&msnp.FL == 0 {
		if ours && len(e.listed) < maxRoster {
			e.listed = append(e.listed, n)
		}
		return
	}
	if e.contact != "" {
		return
	}
	e.contact, e.name = string(x.ID), string(codec.AppendUnescape(nil, x.Name))
	if x.ID == nil {
		e.contact = string(x.Email)
	}
	if e.name == "" {
		e.name = string(x.Email)
	}
}

// pick chooses an account of the run that is on no list of the client's, from a
// place that chance says. There may be none. It is one that edits lists itself:
// to whoever does something else, what happens on her lists is not her own doing.
func (e *editor) pick(c *client) bool {
	all := uint64(len(c.run.clients))
	from := c.engine.Uint64() % all
	for i := range min(all, maxStrangers) {
		n := uint32((from + i) % all)
		if int(n) == c.engine.ID() || c.run.doing(int(n)) != c.does || c.roster.find(n) != nil || slices.Contains(e.listed, n) {
			continue
		}
		e.stranger = c.run.accounts.account(int(n)).Email
		e.strangerID = e.stranger
		return true
	}
	return false
}
