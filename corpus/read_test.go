package corpus_test

import (
	"slices"
	"testing"

	"nudge/corpus"
)

func TestRead(t *testing.T) {
	text := `# a remark
== A.NS
## TCP connect 127.0.0.1:1863
C: QRY 5 id 2
C| a\x09
S: QRY 5
S| b\r\n
S| c\\d
C~ FOO\n
B C: MSG 1 N 4
| x
| y¬
S: OUT
`
	want := []corpus.Said{
		{3, "A.NS", '#', "TCP connect 127.0.0.1:1863", ""},
		{4, "A.NS", 'C', "QRY 5 id 2", "a\t"},
		{6, "A.NS", 'S', "QRY 5", "b\r\nc\\d"},
		{9, "A.NS", 'C', "", "FOO\n"},
		{10, "B", 'C', "MSG 1 N 4", "x\r\ny"},
		{13, "A.NS", 'S', "OUT", ""},
	}
	if got := corpus.Read(text); !slices.Equal(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}
