package codec

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// load is what the benchmarks run on.
type load struct {
	name     string
	streams  []stream
	payloads [][]int // by stream and command, in bytes
	n        int     // commands
}

// loads returns the seed's session, both sides, and a mix of presence.
func loads(tb testing.TB) []load {
	var server, client strings.Builder
	for i := range 200 {
		email := fmt.Sprintf("user%05d@example.com", i*7919%10000)
		fmt.Fprintf(&client, "CHG %d %s 536870948\r\n", i*37, []string{"NLN", "AWY", "BSY"}[i%3])
		fmt.Fprintf(&server, "CHG %d %s 536870948\r\n", i*37, []string{"NLN", "AWY", "BSY"}[i%3])
		fmt.Fprintf(&server, "NLN AWY %s User%%20%d 536870948\r\n", email, i)
		fmt.Fprintf(&server, "ILN %d NLN %s User%%20%d 536870948\r\n", i*37, email, i)
		fmt.Fprintf(&server, "NLN BSY %s User%%20%d 268435500 %%3Cmsnobj%%20Creator%%3D%%22%s%%22%%2F%%3E\r\n", email, i, email)
		fmt.Fprintf(&server, "FLN %s\r\n", email)
		if i%5 == 0 {
			client.WriteString("PNG\r\n")
			server.WriteString("QNG 50\r\n")
		}
	}
	all := []load{
		{name: "seed", streams: seedSession(tb)},
		{name: "presence", streams: []stream{
			{"presence S", FromServer, []byte(server.String())},
			{"presence C", FromClient, []byte(client.String())},
		}},
	}
	for i := range all {
		l := &all[i]
		for _, s := range l.streams {
			var payloads []int
			syntax := Syntax{From: s.from}
			for at := 0; at < len(s.data); l.n++ {
				var c Command
				n, err := syntax.Parse(&c, s.data[at:])
				if err != nil {
					tb.Fatal(err)
				}
				payloads = append(payloads, len(c.Payload()))
				at += n
			}
			l.payloads = append(l.payloads, payloads)
		}
	}
	return all
}

// sink keeps results alive.
var sink int

// indexByte is the yardstick: it finds the line end of each command, going
// from one to the next, and is told how long the payloads are.
func (l *load) indexByte() {
	sum := 0
	for i, s := range l.streams {
		b := s.data
		for _, payload := range l.payloads[i] {
			n := bytes.IndexByte(b, '\n') + 1
			sum += n
			b = b[n+payload:]
		}
	}
	sink += sum
}

func (l *load) parse() {
	sum := 0
	for _, s := range l.streams {
		var c Command
		syntax := Syntax{From: s.from}
		for b := s.data; len(b) > 0; {
			n, err := syntax.Parse(&c, b)
			if err != nil {
				panic(err)
			}
			sum += int(c.TrID) + n
			b = b[n:]
		}
	}
	sink += sum
}

func (l *load) visit() {
	sum := 0
	for _, s := range l.streams {
		var c Command
		syntax := Syntax{From: s.from}
		for b := s.data; len(b) > 0; {
			n, err := syntax.Parse(&c, b)
			if err != nil {
				panic(err)
			}
			for a := range c.All() {
				sum += len(a)
			}
			b = b[n:]
		}
	}
	sink += sum
}

func (l *load) args() {
	sum := 0
	var args [][]byte
	for _, s := range l.streams {
		var c Command
		syntax := Syntax{From: s.from}
		for b := s.data; len(b) > 0; {
			n, err := syntax.Parse(&c, b)
			if err != nil {
				panic(err)
			}
			args = c.Args(args[:0])
			sum += len(args)
			b = b[n:]
		}
	}
	sink += sum
}

// split reads the same commands with net/textproto and strings.Split.
func (l *load) split() {
	for _, s := range l.streams {
		r := textproto.NewReader(bufio.NewReader(bytes.NewReader(s.data)))
		for {
			line, err := r.ReadLine()
			if err == io.EOF {
				break
			}
			words := strings.Split(line, " ")
			if len(words) > 1 {
				id, _ := strconv.ParseUint(words[1], 10, 32)
				sink += int(id)
			}
			if words[0] == "MSG" {
				n, _ := strconv.Atoi(words[len(words)-1])
				p := make([]byte, n)
				if _, err := io.ReadFull(r.R, p); err != nil {
					panic(err)
				}
			}
		}
	}
}

func BenchmarkParseCommand(b *testing.B) {
	for _, l := range loads(b) {
		b.Run(l.name+"/verb+trid", l.run(l.parse))
		b.Run(l.name+"/All", l.run(l.visit))
		b.Run(l.name+"/Args", l.run(l.args))
		b.Run(l.name+"/IndexByte", l.run(l.indexByte))
		b.Run(l.name+"/textproto", l.run(l.split))
		b.Run(l.name+"/ratios", func(b *testing.B) {
			t := l.alternate(b, l.indexByte, l.parse, l.visit, l.args)
			t = append(t, l.alternate(b, l.split)...) // apart: its garbage would slow the others
			b.ReportMetric(t[1]/t[0], "parse/IndexByte")
			b.ReportMetric(t[2]/t[0], "All/IndexByte")
			b.ReportMetric(t[3]/t[0], "Args/IndexByte")
			b.ReportMetric(t[4]/t[1], "textproto/parse")
			b.ReportMetric(t[4]/t[3], "textproto/Args")
		})
	}
}

// decode reads the streams over and over.
func (l *load) decode() func() {
	var decoders []*Decoder
	for _, s := range l.streams {
		decoders = append(decoders, NewDecoder(&repeat{b: s.data}, Syntax{From: s.from}))
	}
	return func() {
		var c Command
		for i, d := range decoders {
			for range l.payloads[i] {
				if err := d.Decode(&c); err != nil {
					panic(err)
				}
				sink += int(c.TrID)
			}
		}
	}
}

func BenchmarkDecodeCommand(b *testing.B) {
	for _, l := range loads(b) {
		b.Run(l.name+"/Decoder", l.run(l.decode()))
		b.Run(l.name+"/textproto", l.run(l.split))
		b.Run(l.name+"/ratios", func(b *testing.B) {
			d, t := l.alternate(b, l.decode()), l.alternate(b, l.split)
			b.ReportMetric(t[0]/d[0], "textproto/Decoder")
		})
	}
}

// written is a command with its words apart, as a program has them that writes it.
type written struct {
	verb    Verb
	trid    uint32
	hasTrID bool
	args    []string // without a payload's length
	payload []byte
	format  string // for fmt
}

func (l *load) words(tb testing.TB) []written {
	var all []written
	for _, s := range l.streams {
		d := NewDecoder(bytes.NewReader(s.data), Syntax{From: s.from})
		for {
			var c Command
			if d.Decode(&c) != nil {
				break
			}
			w := written{verb: c.Verb, trid: c.TrID, hasTrID: c.HasTrID(), format: c.Verb.String()}
			if w.hasTrID {
				w.format += " %d"
			}
			for a := range c.All() {
				w.args = append(w.args, string(a))
				w.format += " %s"
			}
			w.format += "\r\n"
			if c.Payload() != nil {
				w.payload = bytes.Clone(c.Payload())
				w.args = w.args[:len(w.args)-1]
				w.format = strings.TrimSuffix(w.format, "%s\r\n") + "%d\r\n%s"
			}
			all = append(all, w)
		}
	}
	if len(all) != l.n {
		tb.Fatalf("%d commands of %d", len(all), l.n)
	}
	return all
}

func BenchmarkAppendCommand(b *testing.B) {
	for _, l := range loads(b) {
		words := l.words(b)
		var commands []Command
		for _, s := range l.streams {
			syntax := Syntax{From: s.from}
			for at := 0; at < len(s.data); {
				var c Command
				n, err := syntax.Parse(&c, s.data[at:])
				if err != nil {
					b.Fatal(err)
				}
				commands, at = append(commands, c), at+n
			}
		}
		buf := make([]byte, 0, 64<<10)
		line := func() {
			for i := range words {
				w := &words[i]
				l := Begin(buf[:0], w.verb)
				if w.hasTrID {
					l.TrID(w.trid)
				}
				for _, a := range w.args {
					l.Arg(a)
				}
				end, err := []byte(nil), error(nil)
				if w.payload != nil {
					end, err = l.EndPayload(w.payload)
				} else {
					end, err = l.End()
				}
				if err != nil {
					panic(err)
				}
				sink += len(end)
			}
		}
		command := func() {
			for i := range commands {
				end, err := commands[i].Append(buf[:0])
				if err != nil {
					panic(err)
				}
				sink += len(end)
			}
		}
		var operands []any
		appendf := func() {
			for i := range words {
				w := &words[i]
				operands = operands[:0]
				if w.hasTrID {
					operands = append(operands, w.trid)
				}
				for _, a := range w.args {
					operands = append(operands, a)
				}
				if w.payload != nil {
					operands = append(operands, len(w.payload), w.payload)
				}
				sink += len(fmt.Appendf(buf[:0], w.format, operands...))
			}
		}
		b.Run(l.name+"/Line", l.run(line))
		b.Run(l.name+"/Command", l.run(command))
		b.Run(l.name+"/Appendf", l.run(appendf))
		b.Run(l.name+"/ratios", func(b *testing.B) {
			t := l.alternate(b, line, command, appendf)
			b.ReportMetric(t[2]/t[0], "Appendf/Line")
			b.ReportMetric(t[2]/t[1], "Appendf/Command")
		})
	}
}

// run makes a benchmark of f, which goes once over the load; times are per command.
func (l *load) run(f func()) func(*testing.B) {
	return func(b *testing.B) {
		b.ReportAllocs()
		rounds := 0
		for n := 0; n < b.N; n += l.n {
			f()
			rounds++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*l.n), "ns/command")
	}
}

// alternate runs all fs in turns, so that whatever else the machine does hits
// them alike, and returns the median time of each, in ns per command.
func (l *load) alternate(b *testing.B, fs ...func()) []float64 {
	times := make([][]float64, len(fs))
	repeat := max(1, 20000/l.n)
	for n := 0; n < b.N || n < 9*l.n*repeat; n += l.n * repeat {
		for i, f := range fs {
			start := time.Now()
			for range repeat {
				f()
			}
			times[i] = append(times[i], float64(time.Since(start).Nanoseconds())/float64(repeat*l.n))
		}
	}
	medians := make([]float64, len(fs))
	for i, t := range times {
		slices.Sort(t)
		medians[i] = t[len(t)/2]
	}
	return medians
}
