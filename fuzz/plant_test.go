//go:build defects

package fuzz_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nudge/corpus"
	"nudge/fuzz"
)

// root is the module, from where the tests of this package run.
const root = ".."

// plant copies what the targets are built of to a directory of the test's own, and puts a defect there, but for
// one without a file.
func plant(t testing.TB, d defect) (tree string) {
	t.Helper()
	tree = t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		copyFile(t, filepath.Join(root, name), filepath.Join(tree, name))
	}
	for _, dir := range []string{"codec", "corpus", "fuzz"} {
		if err := os.CopyFS(filepath.Join(tree, dir), os.DirFS(filepath.Join(root, dir))); err != nil {
			t.Fatal(err)
		}
	}
	if d.file == "" {
		return tree
	}
	path := filepath.Join(tree, d.file)
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), d.old); n != 1 {
		t.Fatalf("%s: %q stands in %s %d times, want once", d.name, d.old, d.file, n)
	}
	planted := strings.Replace(string(source), d.old, d.new, 1)
	if err := os.WriteFile(path, []byte(planted), 0o666); err != nil {
		t.Fatal(err)
	}
	return tree
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// output runs a command in a directory and returns all that it wrote.
func output(t testing.TB, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// brokenInput is how replay reports an input of the corpus that breaks a property.
var brokenInput = regexp.MustCompile(`: corpus/(\S+): (.*)`)

// weed replays the whole corpus in a planted tree and takes away the inputs that show the defect, so that what an
// engine finds it has found by mutation. It returns how many these are, and what the first one showed.
func weed(t *testing.T, tree string) (inputs int, message string) {
	t.Helper()
	const rounds = 4 // an input may hide another one
	for range rounds {
		out, err := output(t, tree, "go", "test", "-tags", "parsers", "-run", "^TestInputs$", "./fuzz")
		if err == nil {
			return inputs, message
		}
		found := brokenInput.FindAllStringSubmatch(out, -1)
		if len(found) == 0 {
			t.Fatalf("the corpus can not be replayed: %v\n%s", err, out)
		}
		for _, m := range found {
			if message == "" {
				message = fmt.Sprintf("%s: %s", m[1], m[2])
			}
			if err := os.Remove(filepath.Join(tree, "corpus", filepath.FromSlash(m[1]))); err != nil {
				t.Fatal(err)
			}
			inputs++
		}
		keepOne(t, tree)
	}
	t.Fatalf("after %d rounds there are still inputs that show the defect", rounds)
	return 0, ""
}

// removeAll takes away all inputs of parser targets.
func removeAll(t *testing.T, tree string) {
	t.Helper()
	for _, target := range fuzz.Targets {
		for _, dir := range inputsOf(tree, target.Name) {
			if target.Kind != fuzz.Parser {
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	}
	keepOne(t, tree)
}

// keepOne puts a header without anything where a target has no inputs left: an empty folder is not embedded.
func keepOne(t *testing.T, tree string) {
	t.Helper()
	for _, target := range fuzz.Targets {
		dir := filepath.Join(tree, "corpus", folder(target.Name))
		err := os.MkdirAll(dir, 0o777)
		if left, _ := corpus.Load(dir); err == nil && len(left) == 0 {
			err = os.WriteFile(filepath.Join(dir, "nothing"), make([]byte, target.Header), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
