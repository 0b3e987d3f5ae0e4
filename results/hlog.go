package results

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// failedTag ends the tag of a line of failures: chg.hold has the successes, chg.hold.failed the rest.
const failedTag = ".failed"

// appendLogHead begins a HdrHistogram log. The times of its lines are seconds since the start.
func appendLogHead(b []byte, start time.Time) []byte {
	sec := float64(start.UnixMilli()) / 1e3
	b = append(b, "#[nudge: latencies in ns, Tag=operation.phase or operation.phase.failed, Interval_Max in ms]\n"...)
	b = append(b, "#[Histogram log format version 1.3]\n"...)
	b = fmt.Appendf(b, "#[StartTime: %.3f (seconds since epoch), %s]\n", sec, start.UTC().Format("2006-01-02T15:04:05.000Z"))
	b = fmt.Appendf(b, "#[BaseTime: %.3f (seconds since epoch)]\n", sec)
	return append(b, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"...)
}

// appendLinePrefix adds what stands before the histogram in a line of a log: when the interval began, how long it was, the greatest value.
func appendLinePrefix(b []byte, tag string, at, length, greatest time.Duration) []byte {
	b = append(b, "Tag="...)
	b = append(b, tag...)
	b = append(b, ',')
	b = strconv.AppendFloat(b, at.Seconds(), 'f', 3, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, length.Seconds(), 'f', 3, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, float64(greatest)/1e6, 'f', 6, 64)
	return append(b, ',')
}

// logLine is a line of a log. Times are since the start of the run.
type logLine struct {
	tag        string
	at, length time.Duration
	greatest   string // in ms, as it stands
	code       string
}

// parseLogLine reads a line of a log; false if it is a comment or the legend.
func parseLogLine(s string) (logLine, bool, error) {
	if s == "" || s[0] == '#' || s[0] == '"' {
		return logLine{}, false, nil
	}
	f := strings.Split(s, ",")
	if len(f) != 5 || !strings.HasPrefix(f[0], "Tag=") {
		return logLine{}, false, errors.New("not a tagged line of a histogram log")
	}
	at, err := parseSeconds(f[1])
	if err != nil {
		return logLine{}, false, err
	}
	length, err := parseSeconds(f[2])
	if err != nil {
		return logLine{}, false, err
	}
	return logLine{strings.TrimPrefix(f[0], "Tag="), at, length, f[3], f[4]}, true, nil
}

func parseSeconds(s string) (time.Duration, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 1e9) {
		return 0, fmt.Errorf("%q is not a time in seconds", s)
	}
	return time.Duration(math.Round(f*1e3)) * time.Millisecond, nil
}

// splitTag takes a tag apart: operation.phase, and .failed.
func splitTag(tag string) (name string, p Phase, failed bool, err error) {
	rest, failed := strings.CutSuffix(tag, failedTag)
	name, phase, _ := strings.Cut(rest, ".")
	switch phase {
	case Ramp.String():
		return name, Ramp, failed, nil
	case Hold.String():
		return name, Hold, failed, nil
	}
	return "", 0, false, fmt.Errorf("tag %q is not operation.ramp or operation.hold", tag)
}

// WriteLog writes the latencies of one run as a HdrHistogram log, or of several in the order of time, counted from the start of
// the earliest. Nothing is merged: several lines may tell of the same second and tag. The notes are as those of Load.
func WriteLog(w io.Writer, dirs ...string) (notes []string, err error) {
	runs, err := loadRuns(dirs)
	if err != nil {
		return nil, err
	}
	zero := runs[0].info.Start
	for _, l := range runs {
		if l.info.Start.Before(zero) {
			zero = l.info.Start
		}
		notes = append(notes, l.notes...)
	}
	var sources []*logSource
	for _, l := range runs {
		r, err := openLines(l.path, logFile)
		if err != nil {
			return nil, err
		}
		defer r.f.Close()
		sources = append(sources, &logSource{r: r, off: l.info.Start.Sub(zero)})
	}
	out := bufio.NewWriter(w)
	out.Write(appendLogHead(nil, zero))
	for {
		s, err := earliest(sources)
		if err != nil {
			return nil, err
		}
		if s == nil {
			return append(notes, differences(runs)...), out.Flush()
		}
		ms, err := strconv.ParseFloat(s.line.greatest, 64)
		if err != nil {
			return nil, s.r.fault(err)
		}
		out.Write(appendLinePrefix(nil, s.line.tag, s.line.at+s.off, s.line.length, time.Duration(math.Round(ms*1e6))))
		out.WriteString(s.line.code + "\n")
		s.have = false
	}
}

// logSource is a log that is read beside others.
type logSource struct {
	r    *lineReader
	off  time.Duration // of its start from that of the earliest
	line logLine
	have bool // line has not been used yet
	over bool
}

// earliest fills each source and returns that with the earliest line, nil if all are over.
func earliest(sources []*logSource) (first *logSource, err error) {
	for _, s := range sources {
		for !s.have && !s.over {
			err := s.r.next(func(b []byte) (err error) {
				s.line, s.have, err = parseLogLine(string(b))
				return err
			})
			if err == io.EOF {
				s.over = true
			} else if err != nil {
				return nil, err
			}
		}
		if s.have && (first == nil || s.line.at+s.off < first.line.at+first.off) {
			first = s
		}
	}
	return first, nil
}
