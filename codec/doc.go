// Package codec reads and writes the wire format of MSNP10. It knows lines,
// words and payloads; what they mean is the business of package msnp. The
// numbers §n in comments are sections of the protocol page, MSNP10.md beside
// this file.
//
// # Commands
//
// A [Command] is a line, and for some verbs a payload behind it (§1). The line
// is a [Verb] of three letters, a transaction ID (TrID) that ties a reply to
// its command, and arguments, all separated by single spaces and ended by CR
// LF. An error of the server is a command whose verb is three digits;
// [Verb.Code] and [CodeName] say which. The payload is as many bytes as one of
// the arguments says. Which verb has a TrID, and where its length stands,
// depends on the [Side] that wrote it: one table holds all that, and [RuleOf]
// and [Rules] show it. A verb that is not in the table is a command without
// payload, with a TrID if its first word is a number.
//
// # Reading
//
// [Syntax.Parse] reads one command from a slice, without I/O and without
// allocating; a [Decoder] does so from an [io.Reader]. Both give the same
// commands, errors and offsets however the stream was cut.
//
//	d := codec.NewDecoder(conn, codec.Syntax{From: codec.FromServer})
//	var c codec.Command
//	for {
//		if err := d.Decode(&c); err != nil {
//			return err // io.EOF between two commands
//		}
//		if c.Verb == codec.NLN {
//			fmt.Printf("%s is %s\n", c.Arg(1), c.Arg(0))
//		}
//	}
//
// # Ownership
//
// What a Command returns are views: of the slice given to Parse, valid as long
// as that is unchanged; of the Decoder's buffer, valid until the next Decode.
// No view can be appended into the bytes behind it. Nothing here keeps a slice
// that it was given for writing.
//
// # Limits
//
// A line has at most [DefaultMaxLine] bytes and a payload [DefaultMaxPayload],
// or what [Syntax] says; a client's MSG has at most 1,664 and its QRY 32 (§1.3).
// Content has at most [MaxHeaders] headers. No memory is set aside for bytes
// that have not come. What exceeds a limit or is malformed gives a
// [*SyntaxError] with cause and offset, after which a Decoder is dead: there is
// no telling where the next command begins.
//
// # Leniencies
//
// Real peers deviate from §1 in a few ways, each a bit of [Leniency]. All are
// read unless [Syntax.Refuse] has them; none is ever written. The number of
// arguments is not checked at all: servers differ too much (§12).
//
// # Writing
//
// [Begin] starts a [Line], which no argument can end or split; the payload's
// length is computed. [Command.Append] writes a command that was read in its
// canonical form, and an [Encoder] does so to an [io.Writer]. Malformed bytes
// can not be made with this package.
//
// Names travel percent-encoded ([Escape]) and are compared with
// [EqualEscaped] (§1.5). The payload of a MSG is MIME: [ParseContent] and
// [AppendContent] (§9.7); what the kinds of it say is for package message.
package codec
