package fuzz

import (
	"slices"

	"nudge/codec/message"
)

// messageParts are what an error about a message that is read can be about.
var messageParts = []string{
	"body", "headers", "Length", "DataOffset", "Message-ID", "Chunks", "Chunk", "TypingUser", "Chat-Logging", "ID", "X-MMS-IM-Format",
	"Invitation-Command", "Invitation-Cookie", "Application-FileSize", "Port", "AuthCookie",
}

// messageDetails are all that it says of that, with 0 for any number.
var messageDetails = []string{
	// Numbers and words of one form.
	"it is a decimal number up to 0", "it is a decimal number from 0", "it is a decimal number, and not too large",
	"it is Y, N or S", "it is missing or empty", "it is INVITE, ACCEPT or CANCEL", "a value has a CR or NUL in it",
	"EF is of the letters B, I, S and U", "CO is a hexadecimal number up to ffffff: blue, green, red", "CS is a hexadecimal number up to ff",
	"PF is a hexadecimal number up to ff: family, pitch", "RL is 0, 0 or missing",
	// Bodies.
	"header line without name and colon", "too many header lines", "shortcut TAB object TAB is wanted, neither of them empty",
	"header and footer take 0 bytes, 0 are there", "it says 0 bytes of data, 0 are there", "0 bytes at 0 of a message of 0",
	"the first chunk has Chunks, all others Chunk; this has both", "chunk 0 is there already", "chunk 0 of a message with 0, counted from 0",
	// Limits.
	"0, the most is 0", "0 bytes, the most is 0", "0 emoticons, the most is 0", "0 bytes held, the most is 0", "0 messages in progress, the most is 0",
}

// checkMessageText checks that an error about a message names a part and says what is wrong in fixed words and numbers:
// nothing that stands in the message gets out by it.
func checkMessageText(e *message.Error) {
	if !slices.Contains(messageParts, e.Part) || !slices.Contains(messageDetails, numberless(e.Detail)) {
		fail("error %q says more than fixed words about a fixed part", e.Error())
	}
}

// numberless returns text with 0 for every number in it.
func numberless(text string) string {
	var b []byte
	for i := range len(text) {
		switch c := text[i]; {
		case c < '0' || c > '9':
			b = append(b, c)
		case len(b) == 0 || b[len(b)-1] != '0':
			b = append(b, '0')
		}
	}
	return string(b)
}
