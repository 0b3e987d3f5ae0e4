package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"nudge/loadgen"
	"nudge/results"
)

// File is a scenario file: a load, and what its clients do.
type File struct {
	Settings   []Setting // of [load], in the order of the package comment
	Mix        []Part
	Thresholds []string // expressions
}

// Setting is a value of [load], by the name of the flag that sets it as well.
type Setting struct{ Name, Value string }

// maxFile bounds a scenario file, in bytes.
const maxFile = 1 << 20

// ReadFile reads a scenario file. An error begins with line and column, as far
// as it has a place.
func ReadFile(r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	var f fileText
	if err := located(toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f)); err != nil {
		return nil, err
	}
	if wrong := f.check(); wrong != nil {
		return nil, wrong.in(text)
	}
	out := &File{Settings: f.Load.settings()}
	for _, p := range f.Mix {
		out.Mix = append(out.Mix, p.part())
	}
	for _, t := range f.Thresholds {
		out.Thresholds = append(out.Thresholds, t.Expr)
	}
	return out, nil
}

// misplaced is something wrong with a value, or a table as a whole.
type misplaced struct {
	header string // of the table; "": what stands before all tables
	index  int    // among tables of the same header
	key    string // "": the table
	text   string
}

// in says where in the file that is.
func (m *misplaced) in(text []byte) error {
	line, column := 1, 1
	n, left := 0, m.index
	inside := m.header == ""
	for l := range bytes.Lines(text) {
		n++
		begin := bytes.TrimLeft(l, " \t")
		indent := len(l) - len(begin) + 1
		squeezed := string(bytes.ReplaceAll(begin, []byte(" "), nil))
		switch {
		case inside && strings.HasPrefix(squeezed, "["):
			return m.at(line, column) // the key is not written as such
		case inside && m.key != "" && strings.HasPrefix(squeezed, m.key+"="):
			return m.at(n, indent)
		case !inside && strings.HasPrefix(squeezed, m.header):
			if left--; left < 0 {
				inside, line, column = true, n, indent
			}
		}
	}
	return m.at(line, column)
}

func (m *misplaced) at(line, column int) error {
	return fmt.Errorf("line %d, column %d: %s", line, column, m.text)
}

// located puts line and column before an error of the decoder.
func located(err error) error {
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		first := unknown.Errors[0]
		line, column := first.Position()
		return fmt.Errorf("line %d, column %d: unknown key %q", line, column, strings.Join(first.Key(), "."))
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return fmt.Errorf("line %d, column %d: %s", line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return err
}

// fileText is the file as it stands.
type fileText struct {
	Version    *int64          `toml:"version"`
	Load       loadText        `toml:"load"`
	Mix        []partText      `toml:"mix"`
	Thresholds []thresholdText `toml:"threshold"`
}

type partText struct {
	Behaviour string   `toml:"behaviour"`
	Weight    *float64 `toml:"weight"`
	Think     string   `toml:"think"`
	Messages  *int64   `toml:"messages"`
	Groups    *float64 `toml:"groups"`
}

type thresholdText struct {
	Expr string `toml:"expr"`
}

// check says what is wrong with values, and with what does not go together.
func (f *fileText) check() *misplaced {
	switch {
	case f.Version == nil:
		return &misplaced{text: "no version: the file begins with version = 1"}
	case *f.Version != 1:
		return &misplaced{key: "version", text: fmt.Sprintf("version %d: there is version 1", *f.Version)}
	case len(f.Mix) == 0:
		return &misplaced{text: "nobody does anything: give a [[mix]] with a behaviour"}
	case len(f.Mix) > loadgen.MaxKinds:
		return &misplaced{text: fmt.Sprintf("%d parts: there may be %d", len(f.Mix), loadgen.MaxKinds)}
	}
	if wrong := f.Load.check(); wrong != nil {
		wrong.header = "[load]"
		return wrong
	}
	for i := range f.Mix {
		if wrong := f.Mix[i].check(&f.Load); wrong != nil {
			wrong.header, wrong.index = "[[mix]]", i
			return wrong
		}
	}
	for i := range f.Thresholds {
		if wrong := f.Thresholds[i].check(); wrong != nil {
			wrong.header, wrong.index = "[[threshold]]", i
			return wrong
		}
	}
	return nil
}

func (t *thresholdText) check() *misplaced {
	if t.Expr == "" {
		return &misplaced{text: `a threshold without expr: give expr = "login.p99<2s"`}
	}
	parsed, err := results.ParseThreshold(t.Expr)
	if err == nil {
		err = parsed.Check(Ops())
	}
	if err != nil {
		return &misplaced{key: "expr", text: err.Error()}
	}
	return nil
}

func (p *partText) check(load *loadText) *misplaced {
	b := behaviourOf(p.Behaviour)
	_, thinkErr := loadgen.ParseDist(cmp.Or(p.Think, "1s"))
	switch {
	case b == nil && p.Behaviour != "":
		return &misplaced{key: "behaviour", text: fmt.Sprintf("unknown behaviour %q: there are %s", p.Behaviour, strings.Join(Names(), ", "))}
	case b == nil:
		return &misplaced{text: "a part without behaviour: give one of " + strings.Join(Names(), ", ")}
	case p.Weight != nil && (!(*p.Weight > 0) || math.IsInf(*p.Weight, 1)):
		return &misplaced{key: "weight", text: fmt.Sprintf("weight %v: want a number above 0", *p.Weight)}
	case thinkErr != nil:
		return &misplaced{key: "think", text: thinkErr.Error()}
	case p.Think != "" && !b.iterates():
		return &misplaced{key: "think", text: "think time for " + b.name + ", which only holds on"}
	case p.Think != "" && load.Rate != "":
		return &misplaced{key: "think", text: "think time is for the closed model: not with a rate"}
	}
	return checkChat(b, p.Messages, p.Groups)
}

// checkChat says what is wrong with what a part has for chat; nil: it has not.
func checkChat(b *behaviour, messages *int64, groups *float64) *misplaced {
	switch {
	case messages != nil && !b.chats:
		return &misplaced{key: "messages", text: "messages for " + b.name + ": only " + chatting.name + " has conversations"}
	case groups != nil && !b.chats:
		return &misplaced{key: "groups", text: "groups for " + b.name + ": only " + chatting.name + " has conversations"}
	case messages != nil && (*messages < 1 || *messages > maxMessages):
		return &misplaced{key: "messages", text: fmt.Sprintf("messages %d: want a number from 1 to %d", *messages, maxMessages)}
	case groups != nil && !(*groups >= 0 && *groups <= 1):
		return &misplaced{key: "groups", text: fmt.Sprintf("groups %v: want the share of conversations with more than two people, from 0 to 1", *groups)}
	}
	return nil
}

func (p *partText) part() Part {
	part := Part{Behaviour: p.Behaviour, Weight: 1, Groups: p.Groups}
	if p.Messages != nil {
		part.Messages = int(*p.Messages)
	}
	if p.Weight != nil {
		part.Weight = *p.Weight
	}
	if p.Think != "" {
		think, _ := loadgen.ParseDist(p.Think) // which check has read
		part.Think = &think
	}
	return part
}
