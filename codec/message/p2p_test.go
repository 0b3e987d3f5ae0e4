package message

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nudge/codec"
)

const p2pHead = "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: bob@example.com\r\n\r\n"

// pageHeader is the header that §9.9 shows in hexadecimal.
func pageHeader(t testing.TB) string {
	t.Helper()
	_, dump, _ := strings.Cut(page(t, "9.9 application/x-msnmsgrp2p"), "```\n")
	dump, _, _ = strings.Cut(dump, "```")
	b, err := hex.DecodeString(strings.Join(strings.Fields(dump), ""))
	if err != nil || len(b) != 48 {
		t.Fatalf("%d bytes: %v", len(b), err)
	}
	return string(b)
}

func TestTheExampleOfThePageToTheByte(t *testing.T) {
	slp := "INVITE MSNMSGR:bob@example.com MSNSLP/1.0\r\n" + strings.Repeat("x", 312-43-1) + "\x00"
	p := P2P{Dest: bob, ID: 0x0A0B0C0D, Total: 312, AckID: 0x01020304, Data: []byte(slp)}
	got, err := p.Append([]byte("x"))
	want := p2pHead + pageHeader(t) + slp + "\x00\x00\x00\x00"
	if err != nil || string(got) != "x"+want {
		t.Fatalf("%v\n%q\nwant\n%q", err, got, want)
	}
	again, err := ParseP2P(content(t, want))
	if err != nil || describe(again) != describe(p) {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestEveryFieldOfP2PHasItsPlace(t *testing.T) {
	var header []byte
	for i := range byte(48) {
		header = append(header, i+1)
	}
	copy(header[8:], "\x05\x00\x00\x00\x00\x00\x00\x80")  // DataOffset
	copy(header[16:], "\x09\x00\x00\x00\x00\x00\x00\x80") // TotalSize
	copy(header[24:], "\x03\x00\x00\x00")                 // Length
	in := p2pHead + string(header) + "abc" + "\x00\x00\x00\x0c"
	p, err := ParseP2P(content(t, in))
	want := P2P{bob, 0x04030201, 0x08070605, 1<<63 + 5, 1<<63 + 9, 0x201f1e1d, 0x24232221, 0x28272625, 0x302f2e2d2c2b2a29, []byte("abc"), 12}
	if err != nil || describe(p) != describe(want) {
		t.Errorf("%+v, want %+v, %v", p, want, err)
	}
	if out, err := p.Append(nil); err != nil || string(out) != in {
		t.Errorf("%q, %v", out, err)
	}
}

func TestTheFlagsAreThoseOfThePage(t *testing.T) {
	_, text, _ := strings.Cut(page(t, "9.9 application/x-msnmsgrp2p"), "Flags: 0 none, ")
	text, _, _ = strings.Cut(text, ". ")
	var onPage []string
	for _, m := range regexp.MustCompile(`(0x\w+) ([^,]+)`).FindAllStringSubmatch(text, -1) {
		onPage = append(onPage, m[1]+" "+m[2])
	}
	want := []string{"0x01 nak", "0x02 ack", "0x04 waiting for a reply", "0x08 error", "0x10 file (old)", "0x20 MSN object data",
		"0x40 close session", "0x80 transport error", "0x100 direct-connection handshake", "0x1000000 file data"}
	if !slices.Equal(onPage, want) {
		t.Fatalf("the page has %q", onPage)
	}
	flags := []uint32{FlagNak, FlagAck, FlagWaiting, FlagError, FlagOldFile, FlagObject, FlagClose, FlagTransportError, FlagDirectConnection, FlagFile}
	for i, value := range []uint32{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x100, 0x1000000} {
		if flags[i] != value {
			t.Errorf("%s is %#x", want[i], flags[i])
		}
	}
}

// piece returns a body with offset, total and length as they are claimed.
func piece(offset, total uint64, length uint32, data string) string {
	p := P2P{Offset: offset, Total: total}
	b := make([]byte, 48)
	for i := range 8 {
		b[8+i], b[16+i] = byte(p.Offset>>(8*i)), byte(p.Total>>(8*i))
	}
	for i := range 4 {
		b[24+i] = byte(length >> (8 * i))
	}
	return p2pHead + string(b) + data + "\x00\x00\x00\x00"
}

func TestParseP2PTakesLengthsAsClaims(t *testing.T) {
	full := strings.Repeat("x", MaxP2PData)
	for _, tt := range []struct{ name, in, want string }{
		{"no body", p2pHead, "body: malformed: header and footer take 52 bytes, 0 are there"},
		{"a header without footer", p2pHead + strings.Repeat("x", 51), "body: byte 51: malformed: header and footer take 52 bytes, 51 are there"},
		{"no data", piece(0, 0, 0, ""), ""},
		{"all of a message", piece(0, 3, 3, "abc"), ""},
		{"the end of one", piece(7, 10, 3, "abc"), ""},
		{"nothing at the end of one", piece(10, 10, 0, ""), ""},
		{"as much as there may be", piece(0, 5000, MaxP2PData, full), ""},
		{"a Length above what is there", piece(0, 9, 4, "abc"), "Length: byte 24: malformed: it says 4 bytes of data, 3 are there"},
		{"a Length below it", piece(0, 9, 2, "abc"), "Length: byte 24: malformed: it says 2 bytes of data, 3 are there"},
		{"a Length of all ones", piece(0, 9, 1<<32-1, "abc"), "Length: byte 24: malformed: it says 4294967295 bytes of data, 3 are there"},
		{"more than there may be", piece(0, 5000, MaxP2PData+1, full+"x"), "Length: over the limit: 1203 bytes, the most is 1202"},
		{"data over the end", piece(8, 10, 3, "abc"), "DataOffset: byte 8: malformed: 3 bytes at 8 of a message of 10"},
		{"data larger than the message", piece(0, 2, 3, "abc"), "DataOffset: byte 8: malformed: 3 bytes at 0 of a message of 2"},
		{"an offset that overflows", piece(1<<64-1, 1<<64-1, 3, "abc"), "DataOffset: byte 8: malformed: 3 bytes at 18446744073709551615 of a message of 18446744073709551615"},
		{"nothing behind the end", piece(11, 10, 0, ""), "DataOffset: byte 8: malformed: 0 bytes at 11 of a message of 10"},
	} {
		p, err := ParseP2P(content(t, tt.in))
		if tt.want == "" {
			if out, err2 := p.Append(nil); err != nil || err2 != nil || string(out) != tt.in {
				t.Errorf("%s: %v, %v", tt.name, err, err2)
			}
		} else if err == nil || err.Error() != "message: P2P: "+tt.want {
			t.Errorf("%s:\n%v\nwant\nmessage: P2P: %s", tt.name, err, tt.want)
		}
	}
}

func TestP2PWithoutDest(t *testing.T) {
	in := strings.Replace(piece(0, 3, 3, "abc"), "P2P-Dest: bob@example.com\r\n", "", 1)
	p, err := ParseP2P(content(t, in))
	if err != nil || p.Dest != nil {
		t.Fatalf("%q, %v", p.Dest, err)
	}
	if out, err := p.Append(nil); err != nil || string(out) != in {
		t.Errorf("%q, %v", out, err)
	}
}

func TestAppendP2PRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		p    P2P
		want string
	}{
		{"more data than a piece has", P2P{Total: 2000, Data: make([]byte, MaxP2PData+1)}, "message: P2P: Length: over the limit: 1203 bytes, the most is 1202"},
		{"data without a Total", P2P{Data: []byte("abc")}, "message: P2P: DataOffset: byte 8: malformed: 3 bytes at 0 of a message of 0"},
		{"an address with a second line", P2P{Dest: []byte("a\r\nb")}, codec.ErrHeader.Error()},
	} {
		out, err := tt.p.Append([]byte("x"))
		checkRefusal(t, tt.name, out, err, tt.want)
	}
}

func TestAck(t *testing.T) {
	p := P2P{Dest: bob, SessionID: 7, ID: 100, Offset: 1202, Total: 1302, Flags: FlagObject, AckID: 4711, Data: make([]byte, 100), App: 1}
	got := p.Ack(alice, 55)
	want := P2P{Dest: alice, SessionID: 7, ID: 55, Total: 1302, Flags: FlagAck, AckID: 100, AckUID: 4711, AckSize: 1302}
	if describe(got) != describe(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, err := got.Append(nil); err != nil {
		t.Error(err)
	}
}

func TestPieces(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bytes int
		want  []int // the length of each piece
	}{
		{"a message without data", 0, []int{0}},
		{"one byte", 1, []int{1}},
		{"one full piece", 1202, []int{1202}},
		{"a byte in the second", 1203, []int{1202, 1}},
		{"two and a half", 3000, []int{1202, 1202, 596}},
	} {
		whole := P2P{Dest: bob, SessionID: 3, ID: 9, Flags: FlagObject, App: 1, Data: bytes.Repeat([]byte("ab"), tt.bytes)[:tt.bytes], Offset: 99, Total: 99}
		var data []byte
		var lengths []int
		for p := range whole.Pieces() {
			if p.Offset != uint64(len(data)) || p.Total != uint64(tt.bytes) || p.ID != 9 || p.SessionID != 3 || p.Flags != FlagObject || p.App != 1 || cap(p.Data) != len(p.Data) {
				t.Errorf("%s: %+v", tt.name, p)
			}
			if out, err := p.Append(nil); err != nil || len(out) > MaxPayload {
				t.Errorf("%s: %d bytes, %v", tt.name, len(out), err)
			}
			data, lengths = append(data, p.Data...), append(lengths, len(p.Data))
		}
		if !slices.Equal(lengths, tt.want) || !bytes.Equal(data, whole.Data) {
			t.Errorf("%s: pieces of %d, want %d", tt.name, lengths, tt.want)
		}
		for range whole.Pieces() {
			break
		}
	}
}
