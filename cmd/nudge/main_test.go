package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/pflag"
)

func TestEveryFlagSaysWhatItTakes(t *testing.T) {
	for _, row := range commands() {
		for _, f := range row.visibleFlags() {
			value, usage := pflag.UnquoteUsage(f)
			if usage == "" || strings.HasSuffix(usage, ".") || strings.Contains(usage, "`") {
				t.Errorf("nudge %s --%s: usage %q", row.name, f.Name, usage)
			}
			if !isSwitch(f) && strings.ContainsFunc(value, unicode.IsLower) {
				t.Errorf("nudge %s --%s: placeholder %q", row.name, f.Name, value)
			}
		}
	}
}

func TestEveryPageOfHelpFitsTheScreen(t *testing.T) {
	for _, row := range commands() {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{row.name, "--help"}, nil, nil, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
			t.Errorf("nudge %s --help: exit status %d: %s", row.name, code, stderr.String())
		}
		for line := range strings.Lines(stdout.String()) {
			if len(strings.TrimSuffix(line, "\n")) > helpWidth {
				t.Errorf("nudge %s --help: line of %d bytes: %s", row.name, len(line)-1, line)
			}
		}
	}
}
