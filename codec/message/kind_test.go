package message

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// page returns a section of MSNP10.md, from its heading to the next.
func page(t testing.TB, heading string) string {
	t.Helper()
	b, err := os.ReadFile("../MSNP10.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(b), "\n### "+heading+"\n")
	if !ok {
		t.Fatalf("no section %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n### ")
	return section
}

func TestTheTableOfKindsIsThatOfThePage(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([A-Z, ]+) \\|").FindAllStringSubmatch(page(t, "9.8 Content types"), -1)
	byType := map[string]string{}
	for _, row := range rows {
		byType[row[1]] = strings.ReplaceAll(row[2], ", ", "")
	}
	if len(byType) != int(KindChunk-KindText) {
		t.Errorf("the page has %d content types, the table %d", len(byType), KindChunk-KindText)
	}
	for k := KindText; k < KindChunk; k++ {
		acks, ok := byType[k.ContentType()]
		if !ok || acks != k.Acks() {
			t.Errorf("%v: %q with %q, the page has %q", k, k.ContentType(), k.Acks(), acks)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		name, payload string
		want          Kind
	}{
		{"the parameters do not matter", "Content-Type: text/plain; charset=ISO-8859-1\r\n\r\n", KindText},
		{"nor does their absence", "Content-Type: text/plain\r\n\r\n", KindText},
		{"a parameter where none belongs", "Content-Type: text/x-msmsgscontrol; charset=UTF-8\r\n\r\n", KindTyping},
		{"nor do case and blanks", "content-type:\tTEXT/Plain ;charset=UTF-8 \r\n\r\n", KindText},
		{"the first of two headers counts", "Content-Type: image/gif\r\nContent-Type: text/plain\r\n\r\n", KindGIF},
		{"the beginning of a type is another", "Content-Type: text/pla\r\n\r\n", KindOther},
		{"a profile", "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n\r\n", KindOther},
		{"new mail", "Content-Type: text/x-msmsgsemailnotification; charset=UTF-8\r\n\r\n", KindOther},
		{"an empty type", "Content-Type:\r\nMessage-ID: {1}\r\nChunk: 1\r\n\r\n", KindOther},
		{"no type", "MIME-Version: 1.0\r\n\r\n", KindOther},
		{"a chunk", "Message-ID: {1}\r\nChunk: 1\r\n\r\nx", KindChunk},
		{"the first chunk is what the message is", "Content-Type: text/plain\r\nMessage-ID: {1}\r\nChunks: 2\r\n\r\nx", KindText},
		{"a chunk of no message", "Chunk: 1\r\n\r\nx", KindOther},
		{"nothing", "", KindOther},
	} {
		if got := KindOf(content(t, tt.payload)); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	for k := KindText; k < KindChunk; k++ {
		p, err := Append(nil, k, []byte("body"))
		if c := content(t, string(p)); err != nil || KindOf(c) != k || string(c.Body()) != "body" {
			t.Errorf("%v: %q is %v: %v", k, p, KindOf(c), err)
		}
	}
}

func TestKindsWithoutContentType(t *testing.T) {
	for k, name := range map[Kind]string{KindOther: "other", KindChunk: "chunk", 200: "other"} {
		if k.String() != name || k.ContentType() != "" || k.Acks() != "" {
			t.Errorf("%d: %q, %q, %q", k, k, k.ContentType(), k.Acks())
		}
		p, err := Append([]byte("x"), k, nil)
		checkRefusal(t, name, p, err, "message: "+name+": Content-Type: another kind of message: there is none to write")
	}
}

// checkRefusal checks the error of an Append to "x", and that nothing was written.
func checkRefusal(t *testing.T, name string, out []byte, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want || string(out) != "x" {
		t.Errorf("%s: %q with error\n%v\nwant\n%s", name, out, err, want)
	}
}
