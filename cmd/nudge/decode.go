package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"nudge/codec"
)

// decodeFlags are the settings of nudge decode.
type decodeFlags struct {
	from       string
	strict     bool
	transcript bool
	maxLine    int
	maxPayload int
	sideGiven  func() bool
}

var decodeCommand = command{
	name:  "decode",
	args:  "[FILE]",
	short: "prints one JSON object per command of a raw stream or a transcript",
	long: `
Reads FILE, or standard input without one, and prints each command on a line of its own:

  {"offset":0,"verb":"MSG","trid":null,"args":["Hotmail","Hotmail","2"],"payload_len":2,"payload":"ab"}

offset counts bytes from the start of the stream. trid and payload are null where the command has
none; args are as they stand, the length of the payload included. What is not UTF-8 comes in base64:
"payload_encoding":"base64" and "args_encoding":"base64" say so and are absent otherwise.

At the first malformed byte, and where the input ends within a command, the commands before it have
been printed, the error names the offset, and the exit status is 4.

A transcript, which begins with "#", holds both sides of many connections. Each object then ends with
"from" and "connection", offsets count within one side of one connection, and --from picks one side.
Connections that carry HTTP are passed over.`,
	quits: true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var d decodeFlags
		choiceVar(fs, &d.from, "from", "", "server", []string{"server", "client"}, "side", "who wrote the bytes, `SIDE`")
		fs.BoolVar(&d.strict, "strict", false, "allows none of the leniencies: bare LF, runs of spaces, a trailing space, blank lines, stray CR")
		fs.BoolVar(&d.transcript, "transcript", false, "the input is a transcript, however it begins")
		fs.IntVar(&d.maxLine, "max-line", 8<<10, "longest line in `BYTES`, its end included")
		fs.IntVar(&d.maxPayload, "max-payload", 64<<10, "largest payload in `BYTES`")
		d.sideGiven = func() bool { return fs.Changed("from") }
		return func(_ context.Context, c *cli, args []string) error { return decode(c, d, args) }
	},
}

// decode opens the input, finds out what it is and prints its commands.
func decode(c *cli, d decodeFlags, args []string) error {
	if len(args) > 1 {
		return usageError{"takes one file at most"}
	}
	if d.maxLine < 1 || d.maxPayload < 1 {
		return usageError{"--max-line and --max-payload take a positive number of bytes"}
	}
	in := c.stdin
	if len(args) == 1 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(c.stdout)
	r := bufio.NewReader(&flushing{in, out})
	first, err := r.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if d.transcript || len(first) == 1 && first[0] == '#' {
		err = decodeTranscript(out, r, d)
	} else {
		err = decodeStream(out, r, d.syntax(d.side()))
	}
	if flushErr := out.Flush(); flushErr != nil {
		return flushErr
	}
	return err
}

func (d *decodeFlags) side() codec.Side {
	if d.from == "client" {
		return codec.FromClient
	}
	return codec.FromServer
}

func (d *decodeFlags) syntax(from codec.Side) codec.Syntax {
	s := codec.Syntax{From: from, MaxLine: d.maxLine, MaxPayload: d.maxPayload}
	if d.strict {
		s.Refuse = codec.AllLeniencies
	}
	return s
}

// decodeStream prints the commands of one side of a connection as they come.
func decodeStream(out io.Writer, r io.Reader, s codec.Syntax) error {
	counted := &counting{r: r}
	dec := codec.NewDecoder(counted, s)
	var c codec.Command
	var line jsonLine
	end := int64(0) // offset behind the last whole command
	for {
		err := dec.Decode(&c)
		var syntax *codec.SyntaxError
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return exitError{exitServer, fmt.Sprintf("offset %d: the input ends within the command that begins at offset %d", counted.n, end)}
		case errors.As(err, &syntax):
			return exitError{exitServer, fmt.Sprintf("offset %d: %v", syntax.Offset, syntax.Cause)}
		default:
			return err
		}
		end = dec.Offset() + int64(len(c.Raw()))
		if _, err := out.Write(line.format(&c, dec.Offset(), nil)); err != nil {
			return err
		}
	}
}

// flushing writes out what is done before it waits for more input, so that a live stream shows at once.
type flushing struct {
	r   io.Reader
	out *bufio.Writer
}

func (f *flushing) Read(p []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.r.Read(p)
}

// counting counts the bytes that were read.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
