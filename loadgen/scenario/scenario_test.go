package scenario

import (
	"testing"
	"time"

	"nudge/loadgen"
	"nudge/results"
)

// mustRun runs one client, unless the configuration has more, for d in the
// network n, with tickets from a template unless it names a source.
func mustRun(t *testing.T, n *inner, cfg Config, d time.Duration) *Result {
	t.Helper()
	if cfg.Target == "" {
		cfg.Target = "ns.test:1863"
	}
	if cfg.NexusURL == "" && cfg.LoginURL == "" && cfg.Ticket == "" {
		cfg.Ticket = "t=%d"
	}
	cfg.Load = loadgen.Ramp(max(cfg.Clients, 1), 0, d)
	cfg.DialContext = n.DialContext
	res, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// opOf returns the figures of an operation, empty ones if it was not recorded.
func opOf(res *Result, name string) results.OpSummary {
	for _, op := range res.Ops {
		if op.Name == name {
			return op
		}
	}
	return results.OpSummary{}
}

func errorsOf(res *Result, name string) map[string]int64 { return opOf(res, name).Errors }

func latencyOf(res *Result, name string) results.Latency { return opOf(res, name).Latency }
