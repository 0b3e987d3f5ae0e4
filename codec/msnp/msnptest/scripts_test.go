package msnptest

import (
	"os"
	"path/filepath"
	"testing"
)

// scripts are those of testdata, by file.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	all := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(text)
	}
	return all
}

func TestScripts(t *testing.T) {
	for file, text := range scripts(t) {
		t.Run(filepath.Base(file), func(t *testing.T) { play(t, &Server{}, file, text) })
	}
}
