package fuzz_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/message"
	"nudge/codec/msnp"
	"nudge/corpus"
)

// pageWords are words of codec/MSNP10.md that no table has, by section.
var pageWords = map[string]string{
	"§1.1": "CVR0",
	"§3.2": "MSNP10 MSNP9 MSNP8",
	"§3.4": "TWN I S OK NS SB",
	"§4.5": "A N AL BL",
	"§4.6": "MFN PHH PHW PHM MOB MBE WWE HSB Y",
	"§4.8": "N= F= C=",
	"§6.1": "FL RL PL",
	"§7.3": "OTH SSD MIG TOU",
	"§9.4": "RINGING",
	"§9.6": "U D",
	"§9.8": "FN= EF= CO= CS= PF= RL=1 INVITE ACCEPT CANCEL REJECT TIMEOUT FTTIMEOUT FALSE base64:",
	"§9.9": "MSNMSGR: MSNSLP/1.0 BYE",
	"§1.3": "1664",
}

// marks are bytes that the format lives on.
var marks = []string{"\r\n", "\n", "\r", " ", "  ", "\x00", "%", ": ", "\t", "\r\n\r\n", "; "}

// words are the words of the protocol in the order of their first mention: verbs, numeric replies, statuses,
// content types, the headers of all messages that are seeds, what the page has beside, and marks.
func words(tb testing.TB) []string {
	var all []string
	add := func(word string) {
		if word != "" && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	for r := range codec.Rules() {
		add(r.Verb.String())
	}
	for code := range 1000 {
		if codec.CodeName(code) != "" {
			add(fmt.Sprint(code))
		}
	}
	for s := msnp.Status(1); s.String() != ""; s++ {
		add(s.String())
	}
	for k := range message.KindChunk + 1 {
		add(k.ContentType())
		t, _, _ := strings.Cut(k.ContentType(), ";")
		add(t)
	}
	for _, header := range headerNames(tb) {
		add(header + ": ")
	}
	for _, word := range pageList() {
		add(word)
	}
	for _, mark := range marks {
		add(mark)
	}
	return all
}

// pageList returns the words of the page in the order of its sections.
func pageList() []string {
	var all []string
	for _, line := range pageWords {
		all = append(all, strings.Fields(line)...)
	}
	slices.Sort(all)
	return all
}

// headerNames returns the names of all headers and fields that well-formed seeds of FuzzContent have.
func headerNames(tb testing.TB) []string {
	seen := map[string]bool{}
	for _, data := range namedContents(tb) {
		kind, payload := message.Kind(data[0]), data[1:]
		c, err := codec.ParseContent(slices.Concat([]byte("Content-Type: "+kind.ContentType()+"\r\n"), payload))
		if err != nil {
			continue
		}
		for name := range c.Headers() {
			seen[string(name)] = true
		}
		if kind != message.KindCapabilities && kind != message.KindInvitation && kind != message.KindDatacast {
			continue
		}
		if fields, err := codec.ParseContent(c.Body()); err == nil {
			for name := range fields.Headers() {
				seen[string(name)] = true
			}
		}
	}
	var names []string
	for name := range seen {
		if len(name) > 1 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// dictionary is msnp.dict: one "word" a line, in the syntax of libFuzzer and AFL.
func dictionary(tb testing.TB) []byte {
	var b bytes.Buffer
	b.WriteString("# Words of MSNP10, for libFuzzer (-dict=msnp.dict) and AFL (-x msnp.dict). Generated.\n")
	for _, w := range words(tb) {
		b.WriteByte('"')
		for i := range len(w) {
			switch c := w[i]; {
			case c == '"' || c == '\\':
				b.WriteString(`\` + string(c))
			case c < ' ' || c > '~':
				fmt.Fprintf(&b, `\x%02X`, c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteString("\"\n")
	}
	return b.Bytes()
}

var tokenEscapes = strings.NewReplacer("\\", `\\`, "\r", `\r`, "\n", `\n`, "\t", `\x09`, "\x00", `\x00`)

// tokens is msnp.tokens: one word a line, with the escapes that corpus.Tokens reads.
func tokens(tb testing.TB) []byte {
	var b bytes.Buffer
	for _, w := range words(tb) {
		b.WriteString(tokenEscapes.Replace(w) + "\n")
	}
	return b.Bytes()
}

func TestTokensAreTheWords(t *testing.T) {
	if got, want := corpus.Tokens(), words(t); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWordsOfThePageAreOnThePage(t *testing.T) {
	page, err := os.ReadFile("../codec/MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range pageList() {
		if !bytes.Contains(page, []byte(word)) {
			t.Errorf("%q is not on the page", word)
		}
	}
}
