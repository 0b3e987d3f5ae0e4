package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"
)

var versionCommand = command{
	name:  "version",
	short: "says which nudge this is, and what built it",
	quits: true,
	setup: func(*pflag.FlagSet) func(context.Context, *cli, []string) error {
		return func(_ context.Context, c *cli, args []string) error {
			if len(args) > 0 {
				return usageError{"takes no arguments"}
			}
			_, err := fmt.Fprintf(c.stdout, "nudge %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}
	},
}

// version is what the Go tool stamped into the program: the module's version, made of the commit and its time
// where it was built in a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
