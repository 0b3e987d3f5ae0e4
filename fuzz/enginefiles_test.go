//go:build defects

package fuzz_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nudge/corpus"
)

// firstFile returns the find that the first of an engine's files is: an input, or beside it what was said.
func firstFile(t *testing.T, tree, target, dir string, start time.Time, limit time.Duration) find {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	f := find{after: limit}
	for _, e := range entries {
		if strings.Contains(e.Name(), ".") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, e.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if after := info.ModTime().Sub(start); !f.found || after < f.after {
			out, _ := os.ReadFile(path + ".output") // libFuzzer has none
			f = find{found: true, bySeed: given(t, tree, target, data), after: after, message: said(out)}
		}
	}
	return f
}

// inputsOf returns the directories of a target's inputs in a tree.
func inputsOf(tree, target string) (dirs []string) {
	for _, dir := range []string{folder(target), filepath.Join("regress", folder(target))} {
		dir = filepath.Join(tree, "corpus", dir)
		if _, err := os.Stat(dir); err == nil {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// given reports whether an input is one that the engines begin with.
func given(t *testing.T, tree, target string, data []byte) bool {
	t.Helper()
	for _, dir := range inputsOf(tree, target) {
		all, err := corpus.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range all {
			if bytes.Equal(in.Data, data) {
				return true
			}
		}
	}
	return false
}
