package corpus

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Form is how inputs lie in a directory.
type Form string

const (
	Raw    Form = "raw"     // files of the bytes themselves
	GoText Form = "go"      // files in Go's text form, as in testdata/fuzz/FuzzXxx
	GoFuzz Form = "go-fuzz" // files of the bytes in the folder corpus, go-fuzz' work directory
)

// Forms lists every Form.
func Forms() []string { return []string{string(Raw), string(GoText), string(GoFuzz)} }

// Store adds inputs to a directory, which it makes if it is not there. What
// the directory holds already, under whatever name, is not written again, and
// no file is ever overwritten: a name that is taken gets a number behind it.
// Dots and underscores in front of a name are left off, since the embedding of
// files passes such names over. It returns how many files it wrote.
func Store(dir string, form Form, all []Input) (written int, err error) {
	have := map[string]bool{}
	there, err := Load(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for _, in := range there {
		have[string(in.Data)] = true
	}
	if form == GoFuzz {
		dir = filepath.Join(dir, "corpus")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return 0, err
	}
	for _, in := range all {
		if have[string(in.Data)] {
			continue
		}
		data := in.Data
		if form == GoText || form == Raw && IsGoText(data) {
			data = AppendGoText(nil, data)
		}
		if err := create(dir, in.Name, data); err != nil {
			return written, err
		}
		have[string(in.Data)] = true
		written++
	}
	return written, nil
}

// create writes a file of its own name, or of the first number behind it that is free.
func create(dir, name string, data []byte) error {
	name = strings.TrimLeft(filepath.Base(name), "._")
	if name == "" || name == string(filepath.Separator) {
		name = "input"
	}
	path := filepath.Join(dir, name)
	for n := 2; ; n++ {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d", name, n))
			continue
		}
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			os.Remove(path)
		}
		return err
	}
}
