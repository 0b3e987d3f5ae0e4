package msnptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// dataError is a wrong value in Data. Its path has keys and indexes, as in
// account.2.contact.0.lists.
type dataError struct{ path, text string }

func (e *dataError) Error() string { return e.text }

// dataCheck collects the first wrong value.
type dataCheck struct {
	path string
	err  *dataError
}

// want notes what is wrong with the value of a key, unless it is right.
func (c *dataCheck) want(ok bool, key, format string, args ...any) {
	if !ok && c.err == nil {
		c.err = &dataError{c.path + key, fmt.Sprintf(format, args...)}
	}
}

// Limits of §1.6, in bytes as encoded, and in numbers.
const (
	maxName   = 387
	maxPhone  = 95
	maxGroup  = 61
	maxGroups = 30
)

// check says what is wrong with the data, as a *dataError. What passes goes on
// the wire as it is meant.
func (d *Data) check() error {
	c := &dataCheck{}
	c.want(d.Version == 1, "version", "version = %d: want version = 1 at the top", d.Version)
	c.path = "server."
	for _, x := range [...]struct{ key, value string }{
		{"challenge", d.Server.Challenge}, {"recommended", d.Server.Recommended}, {"minimum", d.Server.Minimum},
		{"download-url", d.Server.DownloadURL}, {"info-url", d.Server.InfoURL},
	} {
		c.word(x.key, x.value)
	}
	seen := make(map[string]bool)
	for i, x := range d.Accounts {
		c.path = fmt.Sprintf("account.%d.", i)
		c.want(isAddress(x.Email), "email", "email = %q: want an address such as alice@example.com", x.Email)
		c.want(!seen[folded(x.Email)], "email", "account %q is there twice", x.Email)
		seen[folded(x.Email)] = true
		c.account(x)
		for j := range x.Groups {
			c.path = fmt.Sprintf("account.%d.group.%d.", i, j)
			c.group(x, j)
		}
		for j := range x.Contacts {
			c.path = fmt.Sprintf("account.%d.contact.%d.", i, j)
			c.contact(x, j)
		}
	}
	if c.err != nil {
		return c.err
	}
	return nil
}

// word wants what can stand on the wire as one word, or nothing.
func (c *dataCheck) word(key, value string) {
	c.want(!strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == 0x7f }), key, "%s = %q: want no spaces in it", key, value)
}

// one wants one of the values, or nothing.
func (c *dataCheck) one(key, value string, of ...string) {
	c.want(value == "" || slices.Contains(of, value), key, "%s = %q: want %s", key, value, strings.Join(of, " or "))
}

func (c *dataCheck) account(x *AcctData) {
	c.want(len(token(x.Name)) <= maxName, "name", "name: want at most %d bytes, percent-encoded", maxName)
	c.want(x.Migrate == "" || x.Migrate == "login", "migrate", "migrate = %q: want \"login\", or leave it out", x.Migrate)
	c.one("gtc", x.GTC, "A", "N")
	c.one("blp", x.BLP, "AL", "BL")
	c.one("mob", x.MOB, "Y", "N")
	c.one("mbe", x.MBE, "Y", "N")
	c.one("wwe", x.WWE, "0", "1")
	for _, p := range [...]struct{ key, value string }{{"phh", x.PHH}, {"phw", x.PHW}, {"phm", x.PHM}} {
		c.want(len(token(p.value)) <= maxPhone, p.key, "%s: want at most %d bytes, percent-encoded", p.key, maxPhone)
	}
	c.word("list-time", x.ListTime)
	c.word("settings-time", x.SettingsTime)
	c.want(x.Refuse == 0 || slices.Contains(refusals, x.Refuse), "refuse", "refuse = %d: want one of %d", x.Refuse, refusals)
	c.want(len(x.Groups) <= maxGroups, "group", "%d groups: want at most %d", len(x.Groups), maxGroups)
	if x.Profile != nil {
		c.profile(x.Profile)
	}
}

// refusals are the numbers that end a sign-in (§3.4).
var refusals = []int{
	500, 501, 600, 601, 605,
	910, 911, 912, 917, 918, 919, 920, 921, 922, 923, 924, 926, 927, 928, 929, 930, 931,
}

func (c *dataCheck) profile(p *Profile) {
	for _, v := range [...]string{p.MemberIDHigh, p.MemberIDLow, p.PreferredEmail, p.Country, p.Flags, p.KV} {
		c.want(!strings.ContainsAny(v, "\r\n\x00"), "profile", "profile: want no line ends in %q", v)
	}
	if m := p.Mailbox; m != nil {
		c.want(p.EmailEnabled, "profile.mailbox", "mailbox: want email-enabled = true in the profile")
		c.want(m.InboxUnread >= 0, "profile.mailbox.inbox-unread", "inbox-unread = %d: want 0 or more", m.InboxUnread)
		c.want(m.FoldersUnread >= 0, "profile.mailbox.folders-unread", "folders-unread = %d: want 0 or more", m.FoldersUnread)
	}
}

func (c *dataCheck) group(x *AcctData, i int) {
	g := &x.Groups[i]
	c.want(g.ID >= 0 && g.ID < maxGroups, "id", "id = %d: want 0 to %d", g.ID, maxGroups-1)
	c.want(g.Name != "" && len(token(g.Name)) <= maxGroup, "name", "name = %q: want 1 to %d bytes, percent-encoded", g.Name, maxGroup)
	c.word("guid", g.GUID)
	for _, other := range x.Groups[:i] {
		c.want(other.ID != g.ID, "id", "id = %d is there twice", g.ID)
		c.want(other.Name != g.Name, "name", "group %q is there twice", g.Name)
		c.want(g.GUID == "" || other.GUID != g.GUID, "guid", "guid = %q is there twice", g.GUID)
	}
}

func (c *dataCheck) contact(x *AcctData, i int) {
	y := &x.Contacts[i]
	c.want(isAddress(y.Email), "email", "email = %q: want an address such as alice@example.com", y.Email)
	c.want(folded(y.Email) != folded(x.Email), "email", "account %q has itself for a contact", x.Email)
	for _, other := range x.Contacts[:i] {
		c.want(folded(other.Email) != folded(y.Email), "email", "contact %q is there twice", y.Email)
	}
	c.want(len(token(y.Name)) <= maxName, "name", "name: want at most %d bytes, percent-encoded", maxName)
	c.word("guid", y.GUID)
	var bits lists
	for _, l := range y.Lists {
		c.want(listBits[l] != 0, "lists", "list %q: want FL, AL, BL, RL or PL", l)
		bits |= listBits[l]
	}
	c.want(bits != 0, "lists", "contact %q is on no list", y.Email)
	c.want(bits&(al|bl) != al|bl, "lists", "contact %q is on both AL and BL", y.Email)
	c.want(bits&fl != 0 || len(y.Groups) == 0, "groups", "contact %q is in a group, and not on FL", y.Email)
	for _, id := range y.Groups {
		c.want(slices.ContainsFunc(x.Groups, func(g GroupData) bool { return g.ID == id }), "groups", "there is no group %d", id)
	}
}

// position finds where the value of a path stands in a TOML text, or else the
// table that it should stand in, both from 1.
func position(text []byte, path string) (line, column int) {
	places := make(map[string]unstable.Position)
	tables := make(map[string]int) // how many of each path
	var p unstable.Parser
	p.Reset(text)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			table = ""
		}
		at, first := table, true
		var start unstable.Position
		for keys := e.Key(); keys.Next(); first = false {
			if first {
				start = p.Shape(keys.Node().Raw).Start
			}
			at += string(keys.Node().Data)
			if n := tables[at]; e.Kind == unstable.ArrayTable && keys.IsLast() {
				tables[at]++
				at = fmt.Sprintf("%s.%d", at, n)
			} else if n > 0 {
				at = fmt.Sprintf("%s.%d", at, n-1)
			}
			at += "."
		}
		if e.Kind != unstable.KeyValue {
			table = at
		}
		places[strings.TrimSuffix(at, ".")] = start
	}
	for ; path != ""; path = path[:max(strings.LastIndexByte(path, '.'), 0)] {
		if at, ok := places[path]; ok {
			return at.Line, at.Column
		}
	}
	return 1, 1
}
