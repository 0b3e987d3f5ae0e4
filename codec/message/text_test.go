package message

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"nudge/codec"
)

const textHead = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"

func TestParseFormat(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Format
	}{
		{"the first text of §13.8", "FN=MS%20Sans%20Serif; EF=B; CO=ff0000; CS=0; PF=22", Format{Font: []byte("MS%20Sans%20Serif"), Effects: Bold, Colour: 0xFF0000, Pitch: 0x22}},
		{"all effects, right to left", "FN=Segoe%20UI; EF=BISU; CO=80ff; CS=86; PF=12; RL=1", Format{[]byte("Segoe%20UI"), Bold | Italic | StrikeOut | Underline, 0x80FF, 0x86, 0x12, true}},
		{"a recorded client: no spaces, no CS and PF, RL=0", "FN=;EF=;CO=0;RL=0", Format{Font: []byte{}}},
		{"zeros in front", "FN=Arial; EF=; CO=0000ff; CS=00; PF=022", Format{Font: []byte("Arial"), Colour: 0xFF, Pitch: 0x22}},
		{"all zeros dropped", "FN=Arial; EF=; CO=; CS=; PF=; RL=", Format{Font: []byte("Arial")}},
		{"another order, letters in another order and twice", "PF=22; CO=FF; EF=UUI; FN=Arial", Format{Font: []byte("Arial"), Effects: Italic | Underline, Colour: 0xFF, Pitch: 0x22}},
		{"a font that is not encoded", "FN=MS Sans Serif; EF=", Format{Font: []byte("MS Sans Serif")}},
		{"blanks around everything", " FN = Arial ;\tEF =\tI ; ", Format{Font: []byte("Arial"), Effects: Italic}},
		{"only an effect", "EF=S", Format{Font: []byte{}, Effects: StrikeOut}},
		{"fields that nobody knows, and no fields", "FN=Arial;; XX=zz; Font=none; fn=other; CO", Format{Font: []byte("Arial")}},
		{"a field twice", "CO=1; CO=2", Format{Font: []byte{}, Colour: 2}},
		{"a font without =", "FN", Format{Font: []byte{}}},
		{"an empty header", "", Format{Font: []byte{}}},
	} {
		text, err := ParseText(content(t, textHead+"X-MMS-IM-Format: "+tt.in+"\r\n\r\nHi"))
		if err != nil || !reflect.DeepEqual(text.Format, tt.want) || string(text.Body) != "Hi" {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, text.Format, err, tt.want)
		}
	}
}

func TestParseFormatSaysWhatIsWrongAndKeepsTheText(t *testing.T) {
	const at = "message: text: X-MMS-IM-Format: "
	for _, tt := range []struct{ name, in, want string }{
		{"an effect that is none", "EF=BX", at + "malformed: EF is of the letters B, I, S and U"},
		{"a lower-case effect", "FN=A; EF=b", at + "byte 5: malformed: EF is of the letters B, I, S and U"},
		{"a colour of four bytes", "EF=; CO=1000000", at + "byte 4: malformed: CO is a hexadecimal number up to ffffff: blue, green, red"},
		{"a colour by name", "CO=red", at + "malformed: CO is a hexadecimal number up to ffffff: blue, green, red"},
		{"a colour with a sign", "CO=-1", at + "malformed: CO is a hexadecimal number up to ffffff: blue, green, red"},
		{"more digits than any number", "CO=" + strings.Repeat("0", 21), at + "malformed: CO is a hexadecimal number up to ffffff: blue, green, red"},
		{"a charset of two bytes", "CS=100", at + "malformed: CS is a hexadecimal number up to ff"},
		{"a pitch of two bytes", "PF=100", at + "malformed: PF is a hexadecimal number up to ff: family, pitch"},
		{"neither left nor right", "RL=2", at + "malformed: RL is 1, 0 or missing"},
		{"the first of two errors is told", "CO=x; RL=x", at + "malformed: CO is a hexadecimal number up to ffffff: blue, green, red"},
	} {
		text, err := ParseText(content(t, textHead+"X-MMS-IM-Format: "+tt.in+"; PF=22\r\nUser-Agent: me\r\n\r\nHi"))
		if err == nil || err.Error() != tt.want || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v\nwant %s", tt.name, err, tt.want)
		}
		if string(text.Body) != "Hi" || text.Format.Pitch != 0x22 || text.Format.Colour != 0 || string(text.UserAgent) != "me" {
			t.Errorf("%s: %+v", tt.name, text)
		}
	}
}

func TestTextHeaders(t *testing.T) {
	in := "content-type: TEXT/PLAIN\r\nuser-agent: pecan\r\nP4-Context: Bob (home)\r\ntypinguser: b@example.com\r\n" +
		"User-Agent: second\r\nP4-Context: second\r\nTypingUser: second\r\nX-MMS-IM-Format: FN=A\r\nX-MMS-IM-Format: FN=B\r\n\r\na\r\nb"
	text, err := ParseText(content(t, in))
	if err != nil {
		t.Fatal(err)
	}
	got, err := text.Append(nil)
	want := textHead + "X-MMS-IM-Format: FN=A; EF=; CO=0; CS=0; PF=0\r\nUser-Agent: pecan\r\nP4-Context: Bob (home)\r\nTypingUser: b@example.com\r\n\r\na\r\nb"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%q\nwant\n%q", err, got, want)
	}
	if _, err := ParseText(content(t, "Content-Type: image/gif\r\n\r\n")); !errors.Is(err, ErrKind) || err.Error() != "message: text: Content-Type: another kind of message: it is GIF ink" {
		t.Error(err)
	}
}

func TestAppendText(t *testing.T) {
	for _, tt := range []struct {
		name string
		text Text
		want string // behind the headers that all have
	}{
		{"nothing at all", Text{}, "\r\n"},
		{"no format", Text{Body: []byte("See you.")}, "\r\nSee you."},
		{"a font that is not encoded, with a % of its own", Text{Format: Format{Font: []byte("50%20 %; é%")}}, "X-MMS-IM-Format: FN=50%20%20%25%3B%20%C3%A9%25; EF=; CO=0; CS=0; PF=0\r\n\r\n"},
		{"blanks that no reader would see", Text{UserAgent: []byte(" a b\t"), Name: []byte("  ")}, "User-Agent: a b\r\n\r\n"},
		{"a font that ends in an escape", Text{Format: Format{Font: []byte("a%42")}}, "X-MMS-IM-Format: FN=a%42; EF=; CO=0; CS=0; PF=0\r\n\r\n"},
		{"a format without a font", Text{Format: Format{Effects: Bold | Underline, RightToLeft: true}}, "X-MMS-IM-Format: FN=; EF=BU; CO=0; CS=0; PF=0; RL=1\r\n\r\n"},
		{"numbers in lower case without zeros in front", Text{Format: Format{Colour: 0xABC, Charset: 0x86, Pitch: 2}}, "X-MMS-IM-Format: FN=; EF=; CO=abc; CS=86; PF=2\r\n\r\n"},
	} {
		got, err := tt.text.Append([]byte("x"))
		if err != nil || string(got) != "x"+textHead+tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

func TestAppendTextRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		text Text
		want string
	}{
		{"a fifth effect", Text{Format: Format{Effects: 16}}, "message: text: X-MMS-IM-Format: malformed: an effect without a letter"},
		{"a colour with a fourth byte", Text{Format: Format{Colour: 1 << 24}}, "message: text: X-MMS-IM-Format: malformed: a colour has 24 bits, 0xBBGGRR"},
		{"the first of several is told", Text{Format: Format{Effects: 16, Colour: 1 << 24}, Name: []byte("\r\n")}, "message: text: X-MMS-IM-Format: malformed: an effect without a letter"},
		{"a second header in a name", Text{Name: []byte("a\r\nContent-Type: image/gif")}, codec.ErrHeader.Error()},
	} {
		out, err := tt.text.Append([]byte("x"))
		checkRefusal(t, tt.name, out, err, tt.want)
	}
}
