package results

import (
	"fmt"
	"strconv"
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

// appendLogLine adds a line to a log: when the interval began, how long it was, the greatest value, and the histogram encoded.
func appendLogLine(b []byte, tag string, at, length, greatest time.Duration, code string) []byte {
	b = append(b, "Tag="...)
	b = append(b, tag...)
	b = append(b, ',')
	b = strconv.AppendFloat(b, at.Seconds(), 'f', 3, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, length.Seconds(), 'f', 3, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, float64(greatest)/1e6, 'f', 6, 64)
	b = append(b, ',')
	b = append(b, code...)
	return append(b, '\n')
}
