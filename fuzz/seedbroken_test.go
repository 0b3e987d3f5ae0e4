package fuzz_test

import (
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/message"
)

// brokenStreams are inputs of FuzzStream that once broke what it checks.
func brokenStreams(testing.TB) seeds {
	return seeds{
		// The cost of blank lines that came one byte at a time was the square of their number.
		"blank-lines-byte-by-byte": streamInput(codec.FromServer, 0, 0, strings.Repeat("\n", 200)+"QNG 50\r\n"),
	}
}

// brokenCommands are inputs of FuzzCommands that once broke what it checks, as engines found them.
func brokenCommands(testing.TB) seeds {
	return seeds{
		// Blank lines, a line in pieces and a payload cost more than the decoder's bound allowed.
		"most-work-for-a-byte": []byte("O00h00f000000zc000 00s000000ot000unr; ti has "),
	}
}

// brokenMessages are inputs of FuzzMessage that once broke what it checks.
func brokenMessages(testing.TB) seeds {
	return seeds{
		// The value of a header had room for the blanks behind it.
		"header-value-before-blanks": streamInput(codec.FromServer, 0, 0, "A: b\t \r\n\r\n"),
	}
}

// brokenContents are inputs of FuzzContent that once broke what it checks.
func brokenContents(testing.TB) seeds {
	long := strings.Repeat("x", 1700)
	return seeds{
		// A message that says it is of several chunks, and has no ID, was cut once more.
		"long-message-with-a-count-of-chunks": contentInput(message.KindOther, "CHUNKS: 1\r\n\r\n"+long),
		"long-message-with-a-number-of-chunk": contentInput(message.KindOther, "Chunk: 1\r\n\r\n"+long),
		// The size was left out when it was written.
		"invitation-with-a-size-and-no-file": contentInput(message.KindInvitation, invite+"Application-FileSize: 1\r\n\r\n"),
	}
}
