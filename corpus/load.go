package corpus

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxInput is the most bytes of a file that Load takes for an input.
const MaxInput = 1 << 20

// ErrNotInput says that a file or folder is none that inputs are read from.
var ErrNotInput = errors.New("not an input")

// Input is what a target takes, with the name of the file that it was in.
type Input struct {
	Name string
	Data []byte
}

// Load reads the inputs of a file or directory, in the order of their names.
// Every file that begins as Go's text form does is read as that, any other as
// it is. A directory with a folder corpus or crashers is a work directory of
// go-fuzz: these two are read, descriptions of crashers are not.
//
// The error names the file. It is ErrNotInput for what is too large, no regular
// file, or a folder where none belongs; a *TextError for malformed text.
func Load(path string) ([]Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		in, err := loadFile(path, false)
		return []Input{in}, err
	}
	folders, err := workFolders(path)
	if err != nil {
		return nil, err
	}
	if folders == nil {
		return loadDir(path, false)
	}
	var all []Input
	for _, folder := range folders {
		some, err := loadDir(folder, true)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// workFolders returns those folders of a work directory of go-fuzz that hold
// inputs, none if dir is no such directory.
func workFolders(dir string) (folders []string, err error) {
	for _, name := range []string{"corpus", "crashers"} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case info.IsDir():
			folders = append(folders, path)
		}
	}
	return folders, nil
}

// loadDir reads every file of a folder.
func loadDir(dir string, work bool) ([]Input, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []Input
	for _, e := range entries {
		if work && isDescription(e.Name()) {
			continue
		}
		in, err := loadFile(filepath.Join(dir, e.Name()), work)
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// isDescription reports whether go-fuzz has written a file beside a crasher, to
// describe it: its name is a SHA-1 in hexadecimal, a dot, and what it is.
func isDescription(name string) bool {
	sum, _, ok := strings.Cut(name, ".")
	return ok && len(sum) == 40 && strings.Trim(sum, "0123456789abcdef") == ""
}

// loadFile reads one file. What is of a work directory is never text in Go's form.
func loadFile(path string, work bool) (Input, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return Input{}, err
	case info.IsDir():
		return Input{}, fmt.Errorf("%s: %w: a folder; give each by itself", path, ErrNotInput)
	case !info.Mode().IsRegular():
		return Input{}, fmt.Errorf("%s: %w: not a regular file", path, ErrNotInput)
	case info.Size() > MaxInput:
		return Input{}, fmt.Errorf("%s: %w: %d bytes, more than %d", path, ErrNotInput, info.Size(), MaxInput)
	}
	data, err := os.ReadFile(path)
	if err == nil && !work && IsGoText(data) {
		if data, err = ParseGoText(data); err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}
	return Input{filepath.Base(path), data}, err
}
