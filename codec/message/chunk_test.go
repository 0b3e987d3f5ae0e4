package message

import (
	"bytes"
	"strings"
	"testing"

	"nudge/codec"
)

const guid = "{F8B3A2C0-1D2E-4F30-8A51-0123456789AB}"

// longText returns the payload of a text with a body of n bytes.
func longText(n int) []byte {
	text := Text{Body: bytes.Repeat([]byte("0123456789"), n/10+1)[:n], Format: Format{Font: []byte("Arial")}}
	p, err := text.Append(nil)
	if err != nil {
		panic(err)
	}
	return p
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name    string
		payload []byte
		want    int
	}{
		{"nothing", nil, 1},
		{"no content at all", []byte("hello"), 1},
		{"what just fits in a MSG", longText(MaxPayload - len(longText(0))), 1},
		{"one byte more", longText(MaxPayload - len(longText(0)) + 1), 2},
		{"two full chunks", longText(2 * MaxChunkBody), 2},
		{"a byte in the third", longText(2*MaxChunkBody + 1), 3},
		{"as many chunks as there may be", longText(MaxChunks * MaxChunkBody), MaxChunks},
	} {
		s, err := Split(tt.payload, guid)
		if err != nil || s.Len() != tt.want {
			t.Errorf("%s: %d chunks, want %d: %v", tt.name, s.Len(), tt.want, err)
			continue
		}
		var body []byte
		for i := range s.Len() {
			p := s.Append([]byte("x"), i)[1:]
			if len(p) > MaxPayload {
				t.Errorf("%s: chunk %d has %d bytes", tt.name, i, len(p))
			}
			if tt.want == 1 {
				body = append(body, p...)
			} else {
				body = append(body, content(t, string(p)).Body()...)
			}
		}
		if !bytes.HasSuffix(tt.payload, body) || tt.want == 1 && !bytes.Equal(tt.payload, body) {
			t.Errorf("%s: %d bytes of body came out", tt.name, len(body))
		}
	}
}

func TestTheFirstChunkFillsAMsg(t *testing.T) {
	rest := "A: \r\nMessage-ID: " + guid + "\r\nChunks: 2\r\n\r\n"
	for room, want := range map[int]string{0: "", 1: "message: other: headers: over the limit: 463 bytes, the most is 462"} {
		value := strings.Repeat("v", MaxPayload-MaxChunkBody-len(rest)+room)
		s, err := Split([]byte("A: "+value+"\r\n\r\n"+strings.Repeat("x", 2*MaxChunkBody)), guid)
		if want != "" {
			if err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		} else if err != nil || len(s.Append(nil, 0)) != MaxPayload {
			t.Errorf("%d bytes: %v", len(s.Append(nil, 0)), err)
		}
	}
}

// TestBlanksAroundHeadersMakeNoChunks splits what is too long for a MSG by the blanks in its headers alone: its chunk
// would be one of one, or of none if nothing stands behind the headers.
func TestBlanksAroundHeadersMakeNoChunks(t *testing.T) {
	for _, body := range []string{"", "\n\n", strings.Repeat("x", MaxPayload-len("A: b\r\n\r\n"))} {
		s, err := Split([]byte("A:"+strings.Repeat(" ", MaxPayload)+"b \r\n\r\n"+body), guid)
		if err != nil || s.Len() != 1 || string(s.Append(nil, 0)) != "A: b\r\n\r\n"+body {
			t.Errorf("%d bytes of body: %d chunks, %v", len(body), s.Len(), err)
		}
	}
}

func TestChunksAreWrittenAsThePageSays(t *testing.T) {
	s, err := Split(longText(2500), guid)
	if err != nil {
		t.Fatal(err)
	}
	first := textHead + "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=0\r\nMessage-ID: " + guid + "\r\nChunks: 3\r\n\r\n0123456789"
	if got := string(s.Append(nil, 0)); !strings.HasPrefix(got, first) {
		t.Errorf("%q", got)
	}
	if got, want := string(s.Append(nil, 2)), "Message-ID: "+guid+"\r\nChunk: 2\r\n\r\n"+strings.Repeat("4567890123", 10)[:96]; got != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	for _, i := range []int{-1, 3} {
		if !panics(func() { s.Append(nil, i) }) {
			t.Errorf("there is a chunk %d", i)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestSplitRefuses(t *testing.T) {
	long := strings.Repeat("x", MaxPayload+1)
	for _, tt := range []struct{ name, payload, id, want string }{
		{"what is no content", long, guid, "codec: byte 0: header line without name and colon"},
		{"an empty id", "A: b\r\n\r\n" + long, "", codec.ErrHeader.Error()},
		{"an id of blanks", "A: b\r\n\r\n" + long, " \t", codec.ErrHeader.Error()},
		{"an id with a second line", "A: b\r\n\r\n" + long, "a\r\nb", codec.ErrHeader.Error()},
		{"a header that can not be written", "A: b\x00\r\n\r\n" + long, guid, codec.ErrHeader.Error()},
		{"a chunk", "message-id: {}\r\nChunk: 1\r\n\r\n" + long, guid, "message: chunk: headers: malformed: Message-ID, Chunks or Chunk is there already"},
		{"a count of chunks without ID", "CHUNKS: 1\r\n\r\n" + long, guid, "message: other: headers: malformed: Message-ID, Chunks or Chunk is there already"},
		{"headers without end", "A: " + long, guid, "message: other: headers: over the limit: 1735 bytes, the most is 462"},
		{"one byte more than all chunks hold", textHead + "\r\n" + strings.Repeat("x", MaxChunks*MaxChunkBody+1), guid, "message: text: body: over the limit: 76929 bytes, the most is 76928"},
	} {
		if s, err := Split([]byte(tt.payload), tt.id); err == nil || err.Error() != tt.want || s.Len() != 0 {
			t.Errorf("%s: %d chunks,\n%v\nwant\n%s", tt.name, s.Len(), err, tt.want)
		}
	}
}
