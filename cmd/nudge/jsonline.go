package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"

	"nudge/codec"
)

// jsonCommand is a command as nudge decode prints it. The keys are part of what users rely on.
type jsonCommand struct {
	Offset          int64    `json:"offset"`
	Verb            string   `json:"verb"`
	TrID            *uint32  `json:"trid"`
	Args            []string `json:"args"`
	ArgsEncoding    string   `json:"args_encoding,omitempty"`
	PayloadLen      int      `json:"payload_len"`
	Payload         *string  `json:"payload"`
	PayloadEncoding string   `json:"payload_encoding,omitempty"`
	From            string   `json:"from,omitempty"`
	Connection      string   `json:"connection,omitempty"`
}

// base64Encoding marks what could not be shown as text.
const base64Encoding = "base64"

// jsonLine formats commands; it exists to be used again, so that its memory is.
type jsonLine struct {
	buf  bytes.Buffer
	args []string
}

// format returns the line of one command, valid until the next call. in is nil unless the command stands in a transcript.
func (j *jsonLine) format(c *codec.Command, offset int64, in *transcriptStream) []byte {
	out := jsonCommand{Offset: offset, Verb: c.Verb.String()}
	if c.HasTrID() {
		out.TrID = &c.TrID
	}
	out.Args, out.ArgsEncoding = j.textOrBase64(c)
	if p := c.Payload(); p != nil {
		text := string(p)
		if !utf8.Valid(p) {
			text, out.PayloadEncoding = base64.StdEncoding.EncodeToString(p), base64Encoding
		}
		out.PayloadLen, out.Payload = len(p), &text
	}
	if in != nil {
		out.From, out.Connection = in.from(), in.connection
	}
	j.buf.Reset()
	enc := json.NewEncoder(&j.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&out); err != nil {
		panic(err) // strings and numbers always encode
	}
	return j.buf.Bytes()
}

// textOrBase64 returns the arguments as they stand, or all of them in base64 if one is not UTF-8.
func (j *jsonLine) textOrBase64(c *codec.Command) (args []string, encoding string) {
	j.args = j.args[:0]
	for arg := range c.All() {
		if !utf8.Valid(arg) {
			encoding = base64Encoding
		}
		j.args = append(j.args, string(arg))
	}
	if encoding != "" {
		for i, arg := range j.args {
			j.args[i] = base64.StdEncoding.EncodeToString([]byte(arg))
		}
	}
	if j.args == nil {
		return []string{}, encoding
	}
	return j.args, encoding
}
