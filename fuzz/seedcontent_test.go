package fuzz_test

import (
	"strings"
	"testing"

	"nudge/codec/message"
	"nudge/fuzz"
)

const (
	invite = "\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 1\r\n"
	chunk0 = "Content-Type: text/plain\r\nMessage-ID: {1}\r\nChunks: "
	chunk1 = "Message-ID: {1}\r\nChunk: "
)

// p2p is a header of 48 bytes with an offset, a whole size and a length of data (§9.9), as bytes that follow a
// MIME header.
func p2p(offset, total, length byte) string {
	h := make([]byte, 48)
	h[0], h[4], h[8], h[16], h[24] = 9, 1, offset, total, length
	return "P2P-Dest: a@b\r\n\r\n" + string(h)
}

// contents are messages that no recording has: what each kind may say, and what it may not. The Content-Type is
// added by the target.
var contents = []struct {
	kind  message.Kind
	texts map[string]string
}{
	{message.KindOther, map[string]string{
		"no-headers": "", "no-type": "A: b\r\n\r\nbody", "no-content": "no colon", "unknown-type": "Content-Type: text/x-unknown\r\n\r\nx",
		"type-in-capitals": "CONTENT-TYPE: TEXT/PLAIN\r\n\r\nhello", "type-cut": "Content-Type: text/plai\r\n\r\nhello",
		"long-without-headers": strings.Repeat("x", 1700), "long-with-headers": "A: b\r\n\r\n" + strings.Repeat("x", 3*1202+1),
		"long-nul-in-header": "A: b\x00\r\n\r\n" + strings.Repeat("x", 1700), "long-header": "A: " + strings.Repeat("b", 500) + "\r\n\r\n" + strings.Repeat("x", 1700),
	}},
	{message.KindText, map[string]string{
		"font":               "X-MMS-IM-Format: FN=Segoe%20UI; EF=BISU; CO=ff8000; CS=86; PF=22; RL=1\r\nUser-Agent: a/1\r\nP4-Context: Bob\r\n\r\nhello",
		"font-not-escaped":   "X-MMS-IM-Format: FN=a b%zz;EF=;CO=0;RL=0\r\n\r\n\xff\x00",
		"font-empty":         "X-MMS-IM-Format: \r\n\r\nhello",
		"font-field-alone":   "X-MMS-IM-Format: FN; EF; CO; CS; PF; RL\r\n\r\nhello",
		"font-field-unknown": "X-MMS-IM-Format: FN=a; XX=1; =; ;\r\n\r\nhello",
		"font-field-twice":   "X-MMS-IM-Format: FN=a; FN=b\r\n\r\nhello",
		"effects-unknown":    "X-MMS-IM-Format: EF=BX\r\n\r\n", "effects-twice": "X-MMS-IM-Format: EF=BB\r\n\r\n",
		"colour-of-four-bytes": "X-MMS-IM-Format: CO=1000000\r\n\r\n", "colour-no-hex": "X-MMS-IM-Format: CO=red\r\n\r\n",
		"charset-too-large": "X-MMS-IM-Format: CS=100\r\n\r\n", "pitch-too-large": "X-MMS-IM-Format: PF=100\r\n\r\n", "right-to-left-2": "X-MMS-IM-Format: RL=2\r\n\r\n",
		"zeros-before": "X-MMS-IM-Format: FN=a; CO=000000ff; CS=00; PF=002\r\n\r\n",
		"cr-in-name":   "P4-Context: a\rb\r\n\r\n", "no-headers": "\r\nhello", "no-body": "",
		"long": "\r\n" + strings.Repeat("long ", 1000), "longest": "\r\n" + strings.Repeat("x", 12<<10),
	}},
	{message.KindTyping, map[string]string{
		"user": "TypingUser: a@b\r\n\r\n\r\n", "recording": "RecordingUser: a@b\r\n\r\n\r\n", "both": "TypingUser: a@b\r\nRecordingUser: a@b\r\n\r\n\r\n",
		"user-empty": "TypingUser:\r\n\r\n", "user-missing": "\r\n", "cr-in-user": "TypingUser: a\rb\r\n\r\n\r\n",
	}},
	{message.KindCapabilities, map[string]string{
		"logging": "\r\nClient-Name: a/1\r\nChat-Logging: Y\r\n", "logging-unknown": "\r\nChat-Logging: ?\r\n", "nothing": "\r\n",
		"name-alone": "\r\nClient-Name: a\r\n", "body-no-fields": "\r\nno colon\r\n", "cr-in-name": "\r\nClient-Name: a\rb\r\n",
	}},
	{message.KindKeepAlive, map[string]string{"empty": "\r\n"}},
	{message.KindInvitation, map[string]string{
		"file":   "\r\nApplication-Name: File Transfer\r\nApplication-GUID: " + message.FileTransfer + "\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 1\r\nApplication-File: a.txt\r\nApplication-FileSize: 9\r\n\r\n",
		"accept": "\r\nInvitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\nIP-Address: 10.0.0.1\r\nPort: 6891\r\nAuthCookie: 2\r\nLaunch-Application: FALSE\r\nRequest-Data: IP-Address:\r\n\r\n",
		"cancel": "\r\nInvitation-Command: CANCEL\r\nInvitation-Cookie: 1\r\nCancel-Code: REJECT\r\n\r\n",
		"reject": "\r\nInvitation-Command: REJECT\r\nInvitation-Cookie: 1\r\n\r\n", "command-missing": "\r\nInvitation-Cookie: 1\r\n", "cookie-missing": "\r\nInvitation-Command: INVITE\r\n",
		"cookie-too-large": "\r\nInvitation-Command: CANCEL\r\nInvitation-Cookie: 4294967296\r\n", "cookie-no-number": "\r\nInvitation-Command: CANCEL\r\nInvitation-Cookie: x\r\n",
		"size-too-large": invite + "Application-FileSize: 18446744073709551616\r\n\r\n", "size-no-number": invite + "Application-FileSize: -1\r\n\r\n",
		"port-too-large": invite + "Port: 65536\r\n\r\n", "port-no-number": invite + "Port: x\r\n\r\n", "body-no-fields": "\r\nno colon\r\n", "cr-in-value": invite + "IP-Address: a\rb\r\nCancel-Code: c\r\n\r\n",
		"number-of-many-digits": invite + "Application-FileSize: " + strings.Repeat("0", 30) + "\r\n\r\n",
	}},
	{message.KindDatacast, map[string]string{
		"nudge": "\r\nID: 1\r\n\r\n", "wink": "\r\nID: 2\r\nData: bows\r\n\r\n", "number-negative": "\r\nID: -1\r\n", "number-missing": "\r\nData: x\r\n",
		"body-no-fields": "\r\nno colon\r\n", "cr-in-data": "\r\nID: 4\r\nData: a\rb\r\n\r\n", "number-too-large": "\r\nID: 4294967296\r\n",
	}},
	{message.KindP2P, map[string]string{
		"empty": p2p(0, 0, 0) + "\x00\x00\x00\x00", "piece": p2p(7, 9, 1) + "x\x00\x00\x00\x0c", "whole": p2p(0, 1, 1) + "x\x00\x00\x00\x01",
		"without-footer": p2p(0, 1, 1) + "x", "cut-in-header": p2p(0, 0, 0)[:50], "length-lies": p2p(0, 9, 5) + "x\x00\x00\x00\x01",
		"beyond-the-whole": p2p(9, 9, 1) + "x\x00\x00\x00\x01", "more-behind": p2p(0, 1, 1) + "x\x00\x00\x00\x01y",
		"destination-missing": "\r\n" + p2p(0, 0, 0)[17:] + "\x00\x00\x00\x00", "data-too-long": strings.Replace(p2p(0, 0, 0xb3), "\xb3\x00", "\xb3\x04", 1) + strings.Repeat("x", 1203) + "\x00\x00\x00\x01",
		"cr-in-destination": strings.Replace(p2p(0, 0, 0), "a@b", "a\rb", 1) + "\x00\x00\x00\x00",
	}},
	{message.KindEmoticons, map[string]string{
		"two": "\r\n:)\t<msnobj/>\t:(\t<msnobj/>\t", "object-missing": "\r\n:)\t", "object-empty": "\r\n:)\t\t", "shortcut-empty": "\r\n\t<msnobj/>\t",
		"last-not-ended": "\r\n:)\t<msnobj/>", "none": "\r\n", "limit-filled": "\r\n" + strings.Repeat("a\tb\t", message.MaxEmoticons), "limit-exceeded": "\r\n" + strings.Repeat("a\tb\t", message.MaxEmoticons+1),
	}},
	{message.KindAnimatedEmoticons, map[string]string{"one": "\r\na\tb\t"}},
	{message.KindGIF, map[string]string{"ink": "\r\nbase64:R0lGODlhAQABAAAAACw="}},
	{message.KindInk, map[string]string{"ink": "\r\n\x00\x01"}},
	{message.KindChunk, map[string]string{
		"first-and-only": chunk0 + "1\r\n\r\nall", "first-of-two": chunk0 + "2\r\n\r\nfirst", "second": chunk1 + "1\r\n\r\nmore", "count-too-large": chunk0 + "99\r\n\r\n",
		"count-zero": chunk0 + "0\r\n\r\n", "count-no-number": chunk0 + "x\r\n\r\n", "number-zero": chunk1 + "0\r\n\r\nx", "number-too-large": chunk1 + "64\r\n\r\nx", "number-no-number": chunk1 + "x\r\n\r\nx",
		"id-empty": "Message-ID:\r\nChunk: 1\r\n\r\nx", "id-missing": "Chunk: 1\r\n\r\nx", "both-numbers": "Message-ID: {1}\r\nChunks: 2\r\nChunk: 1\r\n\r\nx",
		"larger-than-the-joiner": chunk1 + "1\r\n\r\n" + strings.Repeat("x", 5000), "nul-in-first": "Content-Type: text/plain\r\nA: \x00\r\nMessage-ID: {1}\r\nChunks: 2\r\n\r\nx",
	}},
}

// contentInput builds an input of FuzzContent.
func contentInput(kind message.Kind, text string) []byte {
	return append([]byte{byte(kind)}, text...)
}

// namedContents are the seeds of FuzzContent: recorded payloads as they are, what each kind of message says, and
// the same said as another kind.
func namedContents(tb testing.TB) seeds {
	s := seeds{}
	addPayloads(tb, s, func(p stream) []byte { return contentInput(message.KindOther, string(p.data)) })
	said := map[message.Kind]bool{}
	for _, c := range contents {
		said[c.kind] = true
		for name, text := range c.texts {
			s.add(tb, slug(c.kind.String())+"-"+name, contentInput(c.kind, text))
		}
	}
	for k := range message.KindChunk + 1 {
		if !said[k] {
			tb.Errorf("no seed is a message of kind %v", k)
		}
	}
	return s
}

// TestContentsAreRead sees to it that of each kind that has a parser some seed is read by it.
func TestContentsAreRead(t *testing.T) {
	for _, c := range contents {
		read := 0
		for _, text := range c.texts {
			if fuzz.FuzzContent(contentInput(c.kind, text)) == 1 {
				read++
			}
		}
		switch c.kind {
		case message.KindOther, message.KindKeepAlive, message.KindGIF, message.KindInk, message.KindChunk: // no parser
		default:
			if read == 0 {
				t.Errorf("no seed is read as a message of kind %v", c.kind)
			}
		}
	}
}
