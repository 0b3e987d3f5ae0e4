package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnptest"
)

// faultFlags are the settings of nudge serve about what it does wrong on purpose.
type faultFlags struct {
	faults []string
	seed   uint64
	delay  time.Duration
}

func (f *faultFlags) declare(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.faults, "fault", nil, "does something wrong on purpose, `KIND=PROBABILITY` like drop=0.01 or drop=1%; repeatable. To a notification: delay, drop, duplicate, reorder, misdirect; to a connection: reset, split (in single bytes); to a reply: trid, length (of a payload), stale (lists in SYN); to a contact that is migrated: lose, alter. Each is logged, and counted at the end (default: none)")
	fs.Uint64Var(&f.seed, "fault-seed", 1, "number `N` that the chances of --fault come from")
	fs.DurationVar(&f.delay, "fault-delay", 2*time.Second, "longest time `D` of --fault delay")
	kinds := slices.Clone(msnptest.FaultNames())
	for i := range kinds {
		kinds[i] += "="
	}
	annotate(fs, "fault", valueChoices, kinds...)
}

// settle lays the settings into the server's.
func (f *faultFlags) settle(srv *msnptest.Server) error {
	srv.FaultSeed, srv.FaultDelay = f.seed, f.delay
	if f.delay <= 0 {
		return usageError{fmt.Sprintf("--fault-delay %v: give a longer time", f.delay)}
	}
	if f.seed == 0 {
		return usageError{"--fault-seed 0: give a number from 1 on"}
	}
	for _, s := range f.faults {
		kind, p, err := msnptest.ParseFault(s)
		if name, _, ok := strings.Cut(s, "="); ok && !slices.Contains(msnptest.FaultNames(), name) {
			return unknown("fault", name, msnptest.FaultNames())
		}
		if err != nil {
			return usageError{fmt.Sprintf("--fault %v", err)}
		}
		if srv.Faults == nil {
			srv.Faults = map[msnptest.Fault]float64{}
		}
		if _, twice := srv.Faults[kind]; twice {
			return usageError{fmt.Sprintf("--fault %v: given twice", kind)}
		}
		srv.Faults[kind] = p
	}
	return nil
}

// faultCounts begins the line that says how often each fault was made.
const faultCounts = "nudge serve: faults made, "

// report says how often each was made.
func (f *faultFlags) report(stderr io.Writer, made map[msnptest.Fault]int64) {
	if len(made) == 0 {
		return
	}
	var counts []string
	for kind, name := range msnptest.FaultNames() {
		if n, ok := made[msnptest.Fault(kind)]; ok {
			counts = append(counts, fmt.Sprintf("%s %d", name, n))
		}
	}
	fmt.Fprintf(stderr, "%sseed %d: %s\n", faultCounts, f.seed, strings.Join(counts, ", "))
}
