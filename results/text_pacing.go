package results

import (
	"bufio"
	"fmt"
)

// open reports whether iterations came due whatever the server did.
func (s *Summary) open() bool { return count(s.wait)+s.Dropped > 0 }

// pacingRows are what the response time of the open model consists of, below it; in the closed model what came before an iteration.
func (s *Summary) pacingRows() (rows [][]string) {
	parts := []struct {
		name string
		h    *histogram
	}{{"    wait", s.wait}, {"    lag", s.lag}, {"    service", s.service}}
	if !s.open() {
		parts = parts[1:2]
		parts[0].name = "  lag"
	}
	for _, p := range parts {
		if count(p.h) > 0 {
			rows = append(rows, append([]string{p.name, formatCount(count(p.h)), "", ""}, latencyCells(p.h)...))
		}
	}
	if len(rows) > 0 && !s.open() {
		rows = append([][]string{{"before an iteration"}}, rows...)
	}
	return rows
}

// textPacing explains these rows, and tells of iterations that never were.
func (s *Summary) textPacing(b *bufio.Writer) {
	if count(s.wait)+count(s.lag)+s.Dropped+s.Cut == 0 {
		return
	}
	fmt.Fprintln(b)
	if s.open() {
		fmt.Fprintln(b, "iteration: response time, from when it was due; so much of it was")
		fmt.Fprintln(b, "  wait: no client was free: the server is slow, or clients are too few")
		fmt.Fprintln(b, "  lag: a client was free, and the generator was late: its own doing")
		fmt.Fprintln(b, "  service: from when it was sent until it was answered")
	} else if count(s.lag) > 0 {
		fmt.Fprintln(b, "lag: beyond the think time, the generator was late: its own doing")
	}
	for _, d := range []struct {
		n   int64
		why string
	}{{s.DroppedBy.Wait, "no client was free (wait)"}, {s.DroppedBy.Lag, "the generator was late (lag)"}} {
		if d.n > 0 {
			fmt.Fprintf(b, "dropped: %s due and never started: %s\n", plural(d.n, "iteration"), d.why)
		}
	}
	if s.Cut > 0 {
		fmt.Fprintf(b, "cut: %s started and given up at the end, in no row above\n", plural(s.Cut, "iteration"))
	}
}

// textInvalid tells why the measurement is not to be trusted, what to do about it, and what the machine says.
func (s *Summary) textInvalid(b *bufio.Writer) {
	for i, r := range s.Invalid {
		fmt.Fprintf(b, "%s\n", printable(r.What))
		if i+1 == len(s.Invalid) || s.Invalid[i+1].Remedy != r.Remedy {
			fmt.Fprintf(b, "  what to do: %s\n", r.Remedy)
		}
	}
	if len(s.Invalid) > 0 {
		s.Generator.Machine.text(b)
	}
}
