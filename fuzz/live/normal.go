package live

import (
	"regexp"
	"slices"
	"strconv"

	"nudge/codec"
)

// masks are what is put in the place of what each server makes up by itself, wherever it stands.
var masks = []struct {
	what *regexp.Regexp
	name string
}{
	{regexp.MustCompile(markBegin + `[0-9a-zA-Z]+` + markEnd), "{mark}"},
	{regexp.MustCompile(`[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`), "{guid}"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?`), "{time}"},
	{regexp.MustCompile(`https?://[^\s"]+`), "{url}"},
	{regexp.MustCompile(`\b(\d{1,3}\.){3}\d{1,3}(:\d+)?\b`), "{address}"},
	{regexp.MustCompile(`\b[0-9a-f]{32}\b`), "{hash}"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s)\b`), "{wait}"},
	{regexp.MustCompile(`(?m)^(LoginTime|MemberIdHigh|MemberIdLow|sid|kv|MSPAuth|ClientIP|ClientPort|Inbox-URL|Folders-URL|Post-URL): [^\r\n]*`), "$1: {value}"},
}

// normalText masks in any text.
func normalText(b []byte) string {
	for _, m := range masks {
		b = m.what.ReplaceAll(b, []byte(m.name))
	}
	return string(b)
}

// own are the arguments, by their index, that each server makes up by itself: tickets, cookies, addresses, ids and
// versions (§3, §4.2, §6.1, §7.2, §9).
var own = map[codec.Side]map[codec.Verb][]ownArg{
	codec.FromServer: {
		codec.XFR: {{1, "{address}"}, {3, "{cookie}"}},
		codec.RNG: {{0, "{call}"}, {1, "{address}"}, {3, "{cookie}"}},
		codec.CAL: {{1, "{call}"}},
		codec.CHL: {{0, "{challenge}"}},
		codec.SYN: {{0, "{version}"}, {1, "{version}"}},
		codec.URL: {{1, "{url}"}},
	},
	codec.FromClient: {
		codec.SYN: {{0, "{version}"}, {1, "{version}"}},
		codec.ANS: {{1, "{cookie}"}, {2, "{call}"}},
	},
}

// versions says where the list version stands that P9 has in the answers to edits: behind so many arguments, and only
// if there are at least so many (§4.2, §6).
var versions = map[codec.Verb]struct{ index, args int }{
	codec.ADD: {1, 4}, codec.REM: {1, 3}, codec.ADG: {0, 3}, codec.REG: {0, 3}, codec.RMG: {0, 2}, codec.REA: {0, 3},
	codec.PRP: {0, 2}, codec.BPR: {0, 3}, codec.GTC: {0, 2}, codec.BLP: {0, 2},
}

// isVersion reports whether an argument of a server's command is one.
func isVersion(c *codec.Command, i int) bool {
	v, ok := versions[c.Verb]
	if _, number := codec.ParseUint(c.Arg(i)); !number {
		return false
	}
	return ok && i == v.index && c.NArgs() >= v.args
}

// ownArg is one such argument.
type ownArg struct {
	index int
	name  string
}

// normal is a command as it is compared: with names in the place of what each server makes up by itself. TrIDs stay.
func normal(from codec.Side, raw []byte) string {
	var c codec.Command
	syntax := &fromServer
	if from == codec.FromClient {
		syntax = &fromClient
	}
	if _, err := syntax.Parse(&c, raw); err != nil {
		return normalText(raw)
	}
	names := own[from][c.Verb]
	if c.Verb == codec.USR && string(c.Arg(1)) == "S" {
		names = []ownArg{{2, "{ticket}"}} // or its challenge
	}
	if c.Verb == codec.USR && from == codec.FromClient && c.NArgs() == 2 {
		names = []ownArg{{1, "{cookie}"}}
	}
	line := c.Verb.String()
	if c.HasTrID() {
		line += " " + strconv.FormatUint(uint64(c.TrID), 10)
	}
	for i := range c.NArgs() {
		arg := normalText(c.Arg(i))
		if at := slices.IndexFunc(names, func(a ownArg) bool { return a.index == i }); at >= 0 {
			arg = names[at].name
		}
		if from == codec.FromServer && isVersion(&c, i) {
			arg = "{version}"
		}
		if i == c.NArgs()-1 && len(c.Payload()) > 0 {
			arg = "{length}"
		}
		line += " " + arg
	}
	if len(c.Payload()) > 0 {
		line += "\r\n" + normalText(c.Payload())
	}
	return line
}
