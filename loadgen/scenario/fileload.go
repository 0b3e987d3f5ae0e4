package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nudge/loadgen"
)

// loadText is the table [load]. Its keys are flags of nudge run: those that say
// what the load is, and none that says against whom, as whom, or what is made of
// the result.
type loadText struct {
	Clients      *int64   `toml:"clients"`
	Duration     string   `toml:"duration"`
	RampUp       string   `toml:"ramp-up"`
	Stages       string   `toml:"stages"`
	Rate         string   `toml:"rate"`
	Think        string   `toml:"think"`
	Timeout      string   `toml:"timeout"`
	ConnectRate  *float64 `toml:"connect-rate"`
	GracefulStop string   `toml:"graceful-stop"`
	Dialect      []string `toml:"dialect"`
	Seed         *uint64  `toml:"seed"`
}

// settings are the values that are there.
func (l *loadText) settings() []Setting {
	all := []Setting{
		{"clients", number(l.Clients)}, {"duration", l.Duration}, {"ramp-up", l.RampUp}, {"stages", l.Stages},
		{"rate", l.Rate}, {"think", l.Think}, {"timeout", l.Timeout}, {"connect-rate", number(l.ConnectRate)},
		{"graceful-stop", l.GracefulStop}, {"dialect", strings.Join(l.Dialect, ",")}, {"seed", number(l.Seed)},
	}
	return slices.DeleteFunc(all, func(s Setting) bool { return s.Value == "" })
}

// number is a number that may not be there.
func number[T any](n *T) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// check says what is wrong with values, and with what does not go together.
func (l *loadText) check() *misplaced {
	if wrong := l.checkTexts(); wrong != nil {
		return wrong
	}
	switch {
	case l.Clients != nil && *l.Clients < 1:
		return &misplaced{key: "clients", text: fmt.Sprintf("clients %d: want a number from 1 on", *l.Clients)}
	case l.ConnectRate != nil && !(*l.ConnectRate > 0):
		return &misplaced{key: "connect-rate", text: fmt.Sprintf("connect-rate %v: want a number above 0", *l.ConnectRate)}
	case l.Stages != "" && (l.Clients != nil || l.Duration != "" || l.RampUp != ""):
		return &misplaced{key: "stages", text: "stages replace clients, duration and ramp-up: give either"}
	case l.Rate != "" && l.Think != "":
		return &misplaced{key: "think", text: "think time is for the closed model: not with a rate"}
	}
	return nil
}

// checkTexts reads each text as the flag of its name would.
func (l *loadText) checkTexts() *misplaced {
	for _, t := range []struct {
		key, value string
		read       func(string) error
	}{
		{"duration", l.Duration, readDuration}, {"ramp-up", l.RampUp, readDuration},
		{"timeout", l.Timeout, readDuration}, {"graceful-stop", l.GracefulStop, readDuration},
		{"stages", l.Stages, func(s string) error { _, err := loadgen.ParseStages(s); return err }},
		{"rate", l.Rate, func(s string) error { _, err := loadgen.ParseRate(s); return err }},
		{"think", l.Think, func(s string) error { _, err := loadgen.ParseDist(s); return err }},
	} {
		if t.value == "" {
			continue
		}
		if err := t.read(t.value); err != nil {
			return &misplaced{key: t.key, text: err.Error()}
		}
	}
	for _, d := range l.Dialect {
		if !slices.Contains(Dialects, d) {
			return &misplaced{key: "dialect", text: fmt.Sprintf("unknown dialect %q: there are %s", d, strings.Join(Dialects, ", "))}
		}
	}
	return nil
}

// Dialects are those that clients can offer.
var Dialects = []string{"MSNP10", "MSNP9", "MSNP8"}

func readDuration(s string) error {
	if d, err := time.ParseDuration(s); err != nil || d < 0 {
		return fmt.Errorf("%q: want a time such as 30s, 5m or 1h30m", s)
	}
	return nil
}
