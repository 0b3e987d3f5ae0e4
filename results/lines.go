package results

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxLine is the longest line that is read from a run directory, in bytes.
const maxLine = 16 << 20

// DataError says where a file of a run directory cannot be read.
type DataError struct {
	File string
	Line int // from 1
	Err  error
}

func (e *DataError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }
func (e *DataError) Unwrap() error { return e.Err }

var errCut = errors.New("line without an end")

// lineReader reads a file of lines one ahead, so that it knows the last one, which may be cut when the process was killed.
type lineReader struct {
	f       *os.File
	sc      *bufio.Scanner
	ahead   []byte
	more    bool
	n       int // of the line last given
	ignored error
}

func openLines(dir, name string) (*lineReader, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	r := &lineReader{f: f, sc: bufio.NewScanner(f)}
	r.sc.Buffer(nil, maxLine)
	r.sc.Split(withEnd)
	r.more = r.sc.Scan()
	return r, nil
}

// withEnd splits into lines that keep their end, by which a cut one is known.
func withEnd(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// next returns what parse makes of the next line, and io.EOF behind the last. A last line that cannot be parsed, or that has no
// end, is left out, and ignored then says why; an earlier one is a *DataError. The line is parse's during the call only.
func (r *lineReader) next(parse func(line []byte) error) error {
	if !r.more {
		if err := r.sc.Err(); err != nil {
			return r.fault(err)
		}
		return io.EOF
	}
	r.ahead = append(r.ahead[:0], r.sc.Bytes()...)
	r.n++
	r.more = r.sc.Scan()
	line, whole := bytes.CutSuffix(r.ahead, []byte("\n"))
	err := errCut
	if whole {
		err = parse(bytes.TrimSuffix(line, []byte("\r")))
	}
	switch {
	case err == nil:
		return nil
	case r.more || r.sc.Err() != nil:
		return r.fault(err)
	}
	r.ignored = r.fault(err)
	return io.EOF
}

func (r *lineReader) fault(err error) error { return &DataError{r.f.Name(), r.n, err} }

// eachLine calls parse for each line of a file and returns why the last one was left out, "" if it was not.
func eachLine(dir, name string, parse func(line []byte) error) (ignored string, err error) {
	r, err := openLines(dir, name)
	if err != nil {
		return "", err
	}
	defer r.f.Close()
	for err == nil {
		err = r.next(parse)
	}
	if err != io.EOF {
		return "", err
	}
	return r.left(), nil
}

// left says in a sentence that the last line was left out, "" if it was not.
func (r *lineReader) left() string {
	if r.ignored == nil {
		return ""
	}
	return fmt.Sprintf("%v: the last line is left out", r.ignored)
}
