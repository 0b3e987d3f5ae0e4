package msnpcheck

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Info is what is known of a check without running it.
type Info struct {
	Name    string `json:"name"`    // group.rule
	Group   string `json:"group"`   // one of Groups
	Section string `json:"section"` // of codec/MSNP10.md
	Says    string `json:"says"`    // the rule
	Modes   []Mode `json:"modes"`   // in which it is one
}

// Mode is what an account's connection speaks (§0): which ids there are.
type Mode string

const (
	P9 Mode = "P9" // MSNP8 or MSNP9
	M0 Mode = "M0" // MSNP10, not migrated
	M1 Mode = "M1" // MSNP10, migrated
)

// check is one rule. run returns if it holds and leaves by the methods of the
// trial if not.
type check struct {
	name    string // within its group
	section string
	says    string
	modes   modes
	run     func(t *trial)
}

// modes is a set of them.
type modes uint8

const (
	inP9 modes = 1 << iota
	inM0
	inM1
	in10  = inM0 | inM1
	inAll = inP9 | in10
)

func (m modes) has(mode Mode) bool { return m.list() != nil && slices.Contains(m.list(), mode) }

func (m modes) list() []Mode {
	var all []Mode
	for i, mode := range []Mode{P9, M0, M1} {
		if m&(1<<i) != 0 {
			all = append(all, mode)
		}
	}
	return all
}

// groups are all checks, in the order in which they are reported.
var groups = []struct {
	name   string
	checks []check
}{
	{"framing", framing},
	{"handshake", handshake},
	{"sync", syncing},
	{"presence", presence},
	{"lists", lists},
	{"groups", grouping},
	{"properties", properties},
	{"switchboard", switchboard},
	{"errors", refusals},
	{"limits", limits},
	{"migration", migration},
}

// Groups lists the groups of checks.
func Groups() []string {
	var names []string
	for _, g := range groups {
		names = append(names, g.name)
	}
	return names
}

// Checks lists the checks that patterns name, as Config.Only does, in the order
// in which they are reported. None names all.
func Checks(only ...string) []Info {
	var all []Info
	chosen, _ := choose(only)
	for _, c := range chosen {
		all = append(all, c.Info)
	}
	return all
}

// CheckNames returns an error if one of the patterns names no check.
func CheckNames(only []string) error {
	_, err := choose(only)
	return err
}

func (c *check) info(group string) Info {
	return Info{Name: group + "." + c.name, Group: group, Section: c.section, Says: c.says, Modes: c.modes.list()}
}

// chosen is a check that is to be run.
type chosen struct {
	*check
	Info
	index int // in the report
}

// choose returns the checks that patterns name: groups, checks, or patterns of
// package path. None names all.
func choose(patterns []string) ([]chosen, error) {
	used := make([]bool, len(patterns))
	var all []chosen
	for _, g := range groups {
		for i := range g.checks {
			c := chosen{check: &g.checks[i], Info: g.checks[i].info(g.name), index: len(all)}
			if len(patterns) == 0 || named(c.Info, patterns, used) {
				all = append(all, c)
			}
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		return nil, fmt.Errorf("no check is named %q; there are the groups %s, and the checks that a list shows",
			patterns[i], strings.Join(Groups(), ", "))
	}
	return all, nil
}

// named reports whether a pattern names the check, and notes all that do.
func named(c Info, patterns []string, used []bool) bool {
	is := false
	for i, p := range patterns {
		matched, _ := path.Match(p, c.Name)
		if matched || p == c.Group || p == c.Name {
			used[i], is = true, true
		}
	}
	return is
}
