package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnptest"
)

// defectFlags are the settings of nudge serve about the mistakes it has.
type defectFlags struct{ defects []string }

func (d *defectFlags) declare(fs *pflag.FlagSet) {
	fs.StringArrayVar(&d.defects, "defect", nil, "has a mistake that a server's author might make, `NAME`; repeatable. Each strikes in one situation, and then always, unlike --fault, which strikes by chance: "+
		strings.Join(msnptest.DefectNames(), ", ")+". Each is logged when it strikes, and counted at the end (default: none)")
	annotate(fs, "defect", valueChoices, msnptest.DefectNames()...)
}

// settle lays the settings into the server's.
func (d *defectFlags) settle(srv *msnptest.Server) error {
	for _, name := range d.defects {
		kind, err := msnptest.ParseDefect(name)
		if err != nil {
			return unknown("defect", name, msnptest.DefectNames())
		}
		if slices.Contains(srv.Defects, kind) {
			return usageError{fmt.Sprintf("--defect %v: given twice", kind)}
		}
		srv.Defects = append(srv.Defects, kind)
	}
	return nil
}

// defectCounts begins the line that says how often each defect has struck.
const defectCounts = "nudge serve: defects struck, "

// report says how often each has struck.
func (d *defectFlags) report(stderr io.Writer, struck map[msnptest.Defect]int64) {
	if len(struck) == 0 {
		return
	}
	var counts []string
	for kind, name := range msnptest.DefectNames() {
		if n, ok := struck[msnptest.Defect(kind)]; ok {
			counts = append(counts, fmt.Sprintf("%s %d", name, n))
		}
	}
	fmt.Fprintf(stderr, "%s%s\n", defectCounts, strings.Join(counts, ", "))
}

// warnings is where a server logs faults and defects if there is no file for it. nil: it has neither.
func warnings(srv *msnptest.Server, stderr io.Writer) *slog.Logger {
	if len(srv.Faults) == 0 && len(srv.Defects) == 0 {
		return nil
	}
	return slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
