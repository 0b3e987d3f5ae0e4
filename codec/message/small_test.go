package message

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"nudge/codec"
)

// The first lines of the kinds that the tests write out.
const (
	typingHead     = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"
	capsHead       = "MIME-Version: 1.0\r\nContent-Type: text/x-clientcaps\r\n\r\n"
	invitationHead = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
	datacastHead   = "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\n"
	emoticonHead   = "MIME-Version: 1.0\r\nContent-Type: text/x-mms-emoticon\r\n\r\n"
	animatedHead   = "MIME-Version: 1.0\r\nContent-Type: text/x-mms-animemoticon\r\n\r\n"
)

func TestMessagesAreReadAndWritten(t *testing.T) {
	b := func(s string) []byte { return []byte(s) }
	for _, tt := range []struct {
		name string
		in   string
		want message
		out  string // as it is written, if not as it was read
	}{
		{"typing", typingHead + "TypingUser: alice@example.com\r\n\r\n\r\n", Typing{User: b("alice@example.com")}, ""},
		{"typing without a body", typingHead + "typinguser:alice@example.com", Typing{User: b("alice@example.com")}, typingHead + "TypingUser: alice@example.com\r\n\r\n\r\n"},
		{"recording", typingHead + "RecordingUser: alice@example.com\r\n\r\n\r\n", Typing{User: b("alice@example.com"), Recording: true}, ""},
		{"capabilities", capsHead + "Client-Name: Purple/2.14.14\r\nChat-Logging: Y\r\n", Capabilities{b("Purple/2.14.14"), 'Y'}, ""},
		{"capabilities in another order, with others and an empty line", capsHead + "Chat-Logging: S\r\nBuddy-Icons: 1\r\nclient-name: a b\r\n\r\n", Capabilities{b("a b"), 'S'}, capsHead + "Client-Name: a b\r\nChat-Logging: S\r\n"},
		{"no capabilities", capsHead, Capabilities{}, ""},
		{"an empty Chat-Logging", capsHead + "Chat-Logging:\r\n", Capabilities{}, capsHead},
		{"a nudge, as recorded", datacastHead + "ID: 1\r\n\r\n", Datacast{ID: 1}, ""},
		{"an action text", datacastHead + "ID: 4\r\nData: bows\r\n\r\n", Datacast{4, b("bows")}, ""},
		{"the largest ID, with zeros", datacastHead + "ID: 0004294967295", Datacast{ID: 1<<32 - 1}, datacastHead + "ID: 4294967295\r\n\r\n"},
		{"one emoticon", emoticonHead + ":)\t<msnobj Creator=\"a\"/>\t", emoticonMessage{KindEmoticons, []Emoticon{{b(":)"), b("<msnobj Creator=\"a\"/>")}}}, ""},
		{"two animated ones", animatedHead + "a\t1\tb\t2\t", emoticonMessage{KindAnimatedEmoticons, []Emoticon{{b("a"), b("1")}, {b("b"), b("2")}}}, ""},
		{"no emoticon", emoticonHead, emoticonMessage{KindEmoticons, nil}, ""},
		{"a file offered", invitationHead + "Application-Name: File Transfer\r\nApplication-GUID: " + FileTransfer + "\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n" +
			"Application-File: a b.txt\r\nApplication-FileSize: 0\r\nConnectivity: N\r\n\r\n",
			Invitation{Application: b("File Transfer"), GUID: b(FileTransfer), Command: Invite, Cookie: 33267, File: b("a b.txt"), Connectivity: b("N")}, ""},
		{"an offer accepted", invitationHead + "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\nLaunch-Application: FALSE\r\nRequest-Data: IP-Address:\r\nIP-Address: 192.0.2.1\r\nPort: 6891\r\nAuthCookie: 93301\r\n\r\n",
			Invitation{Command: Accept, Cookie: 33267, Launch: b("FALSE"), RequestData: b("IP-Address:"), IPAddress: b("192.0.2.1"), Port: 6891, AuthCookie: 93301}, ""},
		{"an offer rejected", invitationHead + "Invitation-Command: CANCEL\r\nInvitation-Cookie: 0\r\nCancel-Code: REJECT\r\n\r\n", Invitation{Command: Cancel, CancelCode: b("REJECT")}, ""},
		{"an offer in another order, with a field that nobody knows", invitationHead + "Session-Protocol: SM1\r\napplication-filesize: 18446744073709551615\r\nApplication-File: x\r\nInvitation-Cookie: 1\r\nInvitation-Command: INVITE",
			Invitation{Command: Invite, Cookie: 1, File: b("x"), FileSize: 1<<64 - 1}, invitationHead + "Invitation-Command: INVITE\r\nInvitation-Cookie: 1\r\nApplication-File: x\r\nApplication-FileSize: 18446744073709551615\r\n\r\n"},
		{"a size without a file", invitationHead + "Invitation-Command: INVITE\r\nInvitation-Cookie: 1\r\nApplication-FileSize: 1\r\n\r\n", Invitation{Command: Invite, Cookie: 1, FileSize: 1}, ""},
	} {
		c := content(t, tt.in)
		got, err := parsers[KindOf(c)](c)
		if err != nil || describe(got) != describe(tt.want) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
			continue
		}
		if tt.out == "" {
			tt.out = tt.in
		}
		if out, err := got.Append([]byte("x")); err != nil || string(out) != "x"+tt.out {
			t.Errorf("%s: written as %q, %v", tt.name, out, err)
		}
	}
}

func TestMessagesAreRefused(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"typing of nobody", typingHead + "TypingUser:\r\n\r\n\r\n", "typing: TypingUser: malformed: it is missing or empty"},
		{"capabilities that are no fields", capsHead + "A: 1\r\nhello", "client capabilities: body: byte 6: malformed: header line without name and colon"},
		{"another Chat-Logging", capsHead + "Chat-Logging: X", "client capabilities: Chat-Logging: malformed: it is Y, N or S"},
		{"a longer Chat-Logging", capsHead + "Chat-Logging: Yes", "client capabilities: Chat-Logging: malformed: it is Y, N or S"},
		{"a datacast without ID", datacastHead + "Data: x", "datacast: ID: malformed: it is a decimal number up to 4294967295"},
		{"an ID too large", datacastHead + "ID: 4294967296", "datacast: ID: malformed: it is a decimal number up to 4294967295"},
		{"an invitation without command", invitationHead + "Invitation-Cookie: 1", "invitation: Invitation-Command: malformed: it is INVITE, ACCEPT or CANCEL"},
		{"a command in lower case", invitationHead + "Invitation-Command: invite\r\nInvitation-Cookie: 1", "invitation: Invitation-Command: malformed: it is INVITE, ACCEPT or CANCEL"},
		{"an invitation without cookie", invitationHead + "Invitation-Command: INVITE", "invitation: Invitation-Cookie: malformed: it is a decimal number up to 4294967295"},
		{"a cookie that is no number", invitationHead + "Invitation-Command: INVITE\r\nInvitation-Cookie: x\r\nPort: x", "invitation: Invitation-Cookie: malformed: it is a decimal number, and not too large"},
		{"a port too large", invitationHead + "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\nPort: 65536", "invitation: Port: malformed: it is a decimal number, and not too large"},
		{"a shortcut without object", emoticonHead + ":)\t", "emoticons: body: byte 3: malformed: shortcut TAB object TAB is wanted, neither of them empty"},
		{"an object without its TAB", emoticonHead + ":)\tx\t:(\ty", "emoticons: body: byte 8: malformed: shortcut TAB object TAB is wanted, neither of them empty"},
		{"an empty shortcut", animatedHead + "\tx\t", "animated emoticons: body: malformed: shortcut TAB object TAB is wanted, neither of them empty"},
		{"65 emoticons", emoticonHead + strings.Repeat("a\tb\t", 65), "emoticons: body: over the limit: 65 emoticons, the most is 64"},
	} {
		c := content(t, tt.in)
		if _, err := parsers[KindOf(c)](c); err == nil || err.Error() != "message: "+tt.want {
			t.Errorf("%s:\n%v\nwant\nmessage: %s", tt.name, err, tt.want)
		}
	}
	for k, parse := range parsers {
		if _, err := parse(content(t, "Content-Type: text/x-keepalive\r\n\r\n")); !errors.Is(err, ErrKind) {
			t.Errorf("a keep-alive as %v: %v", k, err)
		}
	}
}

func TestMessagesAreNotWritten(t *testing.T) {
	emoticons := func(n int) emoticonMessage {
		return emoticonMessage{KindEmoticons, slices.Repeat([]Emoticon{{[]byte("a"), []byte("b")}}, n)}
	}
	for _, tt := range []struct {
		name string
		m    message
		want string
	}{
		{"typing of nobody", Typing{}, "message: typing: TypingUser: malformed: it is missing or empty"},
		{"typing of blanks", Typing{User: []byte(" \t")}, "message: typing: TypingUser: malformed: it is missing or empty"},
		{"recording of nobody", Typing{Recording: true}, "message: typing: RecordingUser: malformed: it is missing or empty"},
		{"a user with a second line", Typing{User: []byte("a\r\nb")}, codec.ErrHeader.Error()},
		{"another Chat-Logging", Capabilities{ChatLogging: 'y'}, "message: client capabilities: Chat-Logging: malformed: it is Y, N or S"},
		{"data with a NUL", Datacast{ID: 1, Data: []byte{0}}, codec.ErrHeader.Error()},
		{"an invitation without command", Invitation{}, "message: invitation: Invitation-Command: malformed: it is INVITE, ACCEPT or CANCEL"},
		{"a file name with a second line", Invitation{Command: Invite, File: []byte("a\nb")}, codec.ErrHeader.Error()},
		{"a shortcut with a TAB", emoticonMessage{KindEmoticons, []Emoticon{{[]byte("a\t"), []byte("b")}}}, "message: emoticons: body: malformed: a shortcut or object is empty or has a TAB in it"},
		{"an empty object", emoticonMessage{KindAnimatedEmoticons, []Emoticon{{[]byte("a"), nil}}}, "message: animated emoticons: body: byte 2: malformed: a shortcut or object is empty or has a TAB in it"},
		{"65 emoticons", emoticons(65), "message: emoticons: body: over the limit: 65 emoticons, the most is 64"},
		{"emoticons as text", emoticonMessage{KindText, nil}, "message: emoticons: Content-Type: another kind of message: it is text"},
	} {
		out, err := tt.m.Append([]byte("x"))
		checkRefusal(t, tt.name, out, err, tt.want)
	}
	p, err := emoticons(MaxEmoticons).Append(nil)
	if e, err2 := ParseEmoticons(content(t, string(p))); err != nil || err2 != nil || e.Len() != MaxEmoticons {
		t.Errorf("64 emoticons: %v, %v", err, err2)
	}
}

func TestEmoticonsCanBeLeftOff(t *testing.T) {
	e, err := ParseEmoticons(content(t, emoticonHead+"a\t1\tb\t2\t"))
	if err != nil || e.Len() != 2 {
		t.Fatalf("%d: %v", e.Len(), err)
	}
	for m := range e.All() {
		if string(m.Shortcut) != "a" || string(m.Object) != "1" {
			t.Errorf("%q", m)
		}
		break
	}
}

func TestTheGUIDsAreThoseOfThePage(t *testing.T) {
	text := page(t, "9.8 Content types")
	for guid, application := range map[string]string{FileTransfer: "file transfer", VoiceVideo: "voice/video"} {
		if !strings.Contains(text, "`"+guid+"` "+application) {
			t.Errorf("%s is not %s", guid, application)
		}
	}
}
