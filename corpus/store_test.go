package corpus_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nudge/corpus"
)

// write makes files in a directory of its own, by path, and returns the directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// said are inputs in one line.
func said(all []corpus.Input) string {
	var b strings.Builder
	for _, in := range all {
		fmt.Fprintf(&b, "%s=%q ", in.Name, in.Data)
	}
	return strings.TrimSpace(b.String())
}

func TestLoad(t *testing.T) {
	sum := strings.Repeat("0a", 20)
	for _, tt := range []struct {
		name  string
		files map[string]string
		from  string
		want  string
	}{
		{"raw files and text side by side", map[string]string{"b": "PNG\r\n", "a": "go test fuzz v1\n[]byte(\"OUT\\r\\n\")\n"}, "", `a="OUT\r\n" b="PNG\r\n"`},
		{"one file", map[string]string{"b": "PNG\r\n", "a": "x"}, "b", `b="PNG\r\n"`},
		{"an empty directory", nil, "", ""},
		{"a work directory of go-fuzz", map[string]string{
			"corpus/" + sum: "1", "corpus/mine": "2", "crashers/" + sum: "3", "crashers/" + sum + ".quoted": "x", "crashers/" + sum + ".output": "x",
			"suppressions/" + sum: "x", "corpus/text": "go test fuzz v1\n",
		}, "", sum + `="1" mine="2" text="go test fuzz v1\n" ` + sum + `="3"`},
		{"crashers alone", map[string]string{"crashers/" + sum + ".output": "x", "crashers/" + sum: "3"}, "", sum + `="3"`},
	} {
		dir := write(t, tt.files)
		got, err := corpus.Load(filepath.Join(dir, tt.from))
		if err != nil || said(got) != tt.want {
			t.Errorf("%s: %s, %v\nwant %s", tt.name, said(got), err, tt.want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		from  string
		want  error
		says  string
	}{
		{"what is not there", nil, "none", fs.ErrNotExist, "none"},
		{"a folder in a folder", map[string]string{"FuzzStream/a": "x", "FuzzContent/a": "x"}, "", corpus.ErrNotInput, "FuzzContent"},
		{"a file that is too large", map[string]string{"a": strings.Repeat("x", corpus.MaxInput+1)}, "", corpus.ErrNotInput, "1048577 bytes"},
		{"malformed text", map[string]string{"a": "x", "b": "go test fuzz v1\nint(1)\n"}, "", nil, "b: line 2: "},
	} {
		dir := write(t, tt.files)
		_, err := corpus.Load(filepath.Join(dir, tt.from))
		var text *corpus.TextError
		if !errors.Is(err, tt.want) && !(tt.want == nil && errors.As(err, &text)) || err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.says)
		}
	}
}

// TestStoreAddsWhatIsNew writes the same inputs twice, and others of the same names, in each form: everything is
// kept once, nothing is overwritten.
func TestStoreAddsWhatIsNew(t *testing.T) {
	first := []corpus.Input{{"a", []byte("1\r\n")}, {"b", []byte("go test fuzz v1\n")}, {"c", []byte("1\r\n")}, {"_.hidden", nil}}
	second := []corpus.Input{{"a", []byte("2")}, {"x", []byte("1\r\n")}, {"a", []byte("3")}, {"._", []byte("4")}}
	const want = `a="1\r\n" a-2="2" a-3="3" b="go test fuzz v1\n" hidden="" input="4"`
	for _, form := range corpus.Forms() {
		dir := filepath.Join(t.TempDir(), "new")
		for i, step := range []struct {
			all  []corpus.Input
			want int
		}{{first, 3}, {first, 0}, {second, 3}, {second, 0}} {
			if n, err := corpus.Store(dir, corpus.Form(form), step.all); n != step.want || err != nil {
				t.Errorf("%s, step %d: %d written, %v, want %d", form, i, n, err, step.want)
			}
		}
		if got, err := corpus.Load(dir); err != nil || said(got) != want {
			t.Errorf("%s: %s, %v\nwant %s", form, said(got), err, want)
		}
	}
}

// TestStoreWritesTheForms looks at the bytes of a file in each form.
func TestStoreWritesTheForms(t *testing.T) {
	for form, want := range map[corpus.Form]struct{ path, data string }{
		corpus.Raw:    {"a", "1\r\n"},
		corpus.GoText: {"a", "go test fuzz v1\n[]byte(\"1\\r\\n\")\n"},
		corpus.GoFuzz: {"corpus/a", "1\r\n"},
	} {
		dir := t.TempDir()
		if _, err := corpus.Store(dir, form, []corpus.Input{{"a", []byte("1\r\n")}}); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, want.path)); err != nil || string(got) != want.data {
			t.Errorf("%s: %q, %v", form, got, err)
		}
	}
}

func TestStoreNeedsADirectory(t *testing.T) {
	dir := write(t, map[string]string{"file": "x"})
	if n, err := corpus.Store(filepath.Join(dir, "file", "below"), corpus.Raw, []corpus.Input{{"a", nil}}); err == nil || n != 0 {
		t.Errorf("%d written below a file, %v", n, err)
	}
}

func TestInputsAreByTarget(t *testing.T) {
	if targets := corpus.Targets(); len(targets) == 0 || strings.Contains(strings.Join(targets, " "), "regress") {
		t.Errorf("targets %q", targets)
	}
	regress := false
	for name, data := range corpus.Inputs("content") {
		if want, err := corpus.Files.ReadFile(name); err != nil || !bytes.Equal(data, want) {
			t.Errorf("%s: %d bytes, want %d, %v", name, len(data), len(want), err)
		}
		if !strings.HasPrefix(name, "content/") && !strings.HasPrefix(name, "regress/content/") {
			t.Errorf("%s is none of content", name)
		}
		if strings.HasPrefix(name, "regress/") {
			regress = true
		} else if regress {
			t.Errorf("%s comes behind what once broke", name)
		}
	}
	if !regress {
		t.Error("nothing of regress/content")
	}
	for name := range corpus.Inputs("nothing") {
		t.Errorf("%s is of no target", name)
	}
}
