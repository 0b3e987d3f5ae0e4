package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nudge/loadgen"
)

// Part is a share of the clients that has one behaviour.
type Part struct {
	Behaviour string        // name
	Weight    float64       // share of the clients, in proportion to the other parts'; 0: 1
	Think     *loadgen.Dist // closed model; nil: Config.Think, or else the behaviour's

	// Of chat alone.
	Messages int      // of a conversation, at most 1,000; 0: 10
	Groups   *float64 // share of the conversations with three to five people, from 0 to 1; nil: 0.1
}

// About is what is to be known of a behaviour before a run.
type About struct {
	Name, Text string
	MainOp     string // the operation that says most about it
	Iterates   bool   // false: it only holds on
	Stays      bool   // it signs in once and stays online
	Conns      int    // connections that a client has at a time
	Migrates   bool   // it is about migration
}

// Behaviours lists what there is, in the order of help.
func Behaviours() []About {
	var all []About
	for _, b := range behaviours {
		all = append(all, b.tell())
	}
	return all
}

func (b *behaviour) tell() About {
	return About{Name: b.name, Text: b.about, MainOp: operations[b.mainOp].Name, Iterates: b.iterates(), Stays: b.start != nil, Conns: max(b.conns, 1), Migrates: b.books}
}

// Names lists the behaviours by name.
func Names() []string {
	var names []string
	for _, b := range behaviours {
		names = append(names, b.name)
	}
	return names
}

func behaviourOf(name string) *behaviour {
	i := slices.IndexFunc(behaviours, func(b *behaviour) bool { return b.name == name })
	if i < 0 {
		return nil
	}
	return behaviours[i]
}

// Describe returns what the parts of a run are about, those of Mix or that of
// Scenario, without any that there is not.
func (cfg *Config) Describe() []About {
	var all []About
	for _, p := range cfg.parts() {
		if b := behaviourOf(p.Behaviour); b != nil {
			all = append(all, b.tell())
		}
	}
	return all
}

// Offered is how many iterations per second are to be expected: in the open model
// those that come due at the end of the load, in the closed as many as the think
// times leave room for, if the server takes no time. 0: nobody knows, there is no
// think time.
func (cfg *Config) Offered() float64 {
	if n := len(cfg.Rate.Stages); n > 0 {
		return cfg.Rate.Stages[n-1].Target
	}
	weights, perClient := 0.0, 0.0
	for _, p := range cfg.parts() {
		b := behaviourOf(p.Behaviour)
		if b == nil {
			continue
		}
		k := kindOf(b, p, cfg)
		weights += k.Weight
		if !k.Iterations {
			continue
		}
		if k.Think.Mean() == 0 {
			return 0
		}
		perClient += k.Weight / k.Think.Mean().Seconds()
	}
	if weights == 0 {
		return 0
	}
	return float64(cfg.Clients) * perClient / weights
}

// parts are those of Mix, or the one that Scenario names.
func (cfg *Config) parts() []Part {
	if len(cfg.Mix) > 0 {
		return cfg.Mix
	}
	return []Part{{Behaviour: cmp.Or(cfg.Scenario, presence.name), Weight: 1}}
}

// CheckMix says whether Clients can be dealt out to the parts of a run.
func (cfg *Config) CheckMix() error { return new(run).mix(cfg) }

// mix finds the behaviours of a run's clients and deals the clients out to them.
func (r *run) mix(cfg *Config) error {
	if cfg.behaviour != nil {
		r.behaviours, r.parts = []*behaviour{cfg.behaviour}, []Part{Part{}.withDefaults()}
		r.kinds = []loadgen.Kind{kindOf(cfg.behaviour, Part{Weight: 1}, cfg)}
		return nil
	}
	var weights []float64
	for _, p := range cfg.parts() {
		b := behaviourOf(p.Behaviour)
		if b == nil {
			return fmt.Errorf("scenario %q: there are %s", p.Behaviour, strings.Join(Names(), ", "))
		}
		if err := p.checkChat(b); err != nil {
			return err
		}
		k := kindOf(b, p, cfg)
		r.parts = append(r.parts, p.withDefaults())
		r.behaviours, r.kinds, weights = append(r.behaviours, b), append(r.kinds, k), append(weights, k.Weight)
	}
	if len(r.kinds) == 1 {
		return nil
	}
	if len(r.kinds) > loadgen.MaxKinds {
		return fmt.Errorf("a mix of %d parts: there may be %d", len(r.kinds), loadgen.MaxKinds)
	}
	r.dealt = loadgen.Interleave(weights, cfg.Clients)
	for i, b := range r.behaviours {
		if !slices.Contains(r.dealt, uint8(i)) {
			return fmt.Errorf("a mix in which %s gets none of %d clients: give more clients, or another weight", b.name, cfg.Clients)
		}
	}
	return nil
}

// checkChat says what is wrong with what is of chat alone.
func (p *Part) checkChat(b *behaviour) error {
	var messages *int64
	if p.Messages != 0 {
		messages = new(int64(p.Messages))
	}
	if wrong := checkChat(b, messages, p.Groups); wrong != nil {
		return errors.New(wrong.text)
	}
	return nil
}

func kindOf(b *behaviour, p Part, cfg *Config) loadgen.Kind {
	think := b.think
	if cfg.Think != nil {
		think = *cfg.Think
	}
	if p.Think != nil {
		think = *p.Think
	}
	return loadgen.Kind{Weight: cmp.Or(p.Weight, 1), Think: think, Iterations: b.iterates()}
}

// mixed says in words how many clients do what; "" if all do the same.
func (r *run) mixed() string {
	if r.dealt == nil {
		return ""
	}
	var words []string
	for i, b := range r.behaviours {
		n := 0
		for _, kind := range r.dealt {
			if int(kind) == i {
				n++
			}
		}
		words = append(words, fmt.Sprintf("%d %s", n, b.name))
	}
	return strings.Join(words, ", ")
}

// part returns the part that a client is of.
func (r *run) part(client int) *Part {
	if r.dealt == nil {
		return &r.parts[0]
	}
	return &r.parts[r.dealt[client]]
}

// doing returns what a client does.
func (r *run) doing(client int) *behaviour {
	if r.dealt == nil {
		return r.behaviours[0]
	}
	return r.behaviours[r.dealt[client]]
}
