package msnptest

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	hello  = "VER 1 MSNP10 CVR0"
	hello9 = "VER 1 MSNP10"
	cvrOK  = "CVR 2 6.1.0211 6.1.0211 6.1.0211 http://downloads.example.net/setup.exe http://www.example.net"
)

// TestBeforeSignIn is §1.4, §2.1 and §3.1 to §3.4 row by row, each on a connection of its own.
func TestBeforeSignIn(t *testing.T) {
	type row struct {
		name   string
		role   Role
		say    []string
		hear   []string
		closed bool
	}
	seven := []string{hello9, "715 2"}
	for _, tt := range []row{
		{"VER chooses the highest dialect known to both, whatever the order", Notification, []string{"VER 1 MSNP21 MSNP8 MSNP10 MSNP9 CVR0"}, []string{hello9}, false},
		{"VER ignores CVRO and whatever it does not know", Notification, []string{"VER 1 MSNP10 MSNP9 CVRO x"}, []string{hello9}, false},
		{"VER with CVRO alone", Notification, []string{"VER 1 CVRO"}, []string{"VER 1 0"}, true},
		{"a TrID of 0 is echoed", Notification, []string{"VER 0 MSNP10", "CVR 0 " + cvr, "USR 0 TWN I a@example.com"}, []string{"VER 0 MSNP10", "CVR 0" + cvrOK[5:], "USR 0 TWN S chal"}, false},
		{"VER down to MSNP9", Notification, []string{"VER 1 MSNP9 CVR0"}, []string{"VER 1 MSNP9"}, false},
		{"VER down to MSNP8", Notification, []string{"VER 1 MSNP8"}, []string{"VER 1 MSNP8"}, false},
		{"VER without a common dialect", Notification, []string{"VER 1 MSNP7 MSNP12"}, []string{"VER 1 0"}, true},
		{"VER is case sensitive", Notification, []string{"VER 1 msnp10"}, []string{"VER 1 0"}, true},
		{"VER without a dialect", Notification, []string{"VER 1"}, nil, true},
		{"VER twice", Notification, []string{hello, "VER 2 MSNP10"}, seven, true},
		{"VER after CVR0", Notification, []string{"VER 1 CVR0", "VER 2 MSNP10"}, []string{"VER 1 CVR0", "715 2"}, true},
		{"CVR0 alone allows CVQ, again and again", Notification, []string{"VER 1 CVR0", "CVQ 2 " + cvr, "CVQ 3 " + cvr}, []string{"VER 1 CVR0", "CVQ" + cvrOK[3:], "CVQ 3" + cvrOK[5:]}, false},
		{"CVR0 alone does not allow CVR", Notification, []string{"VER 1 CVR0", "CVR 2 " + cvr}, []string{"VER 1 CVR0", "715 2"}, true},
		{"CVR0 alone does not allow USR", Notification, []string{"VER 1 CVR0", "USR 2 TWN I a@example.com"}, []string{"VER 1 CVR0", "715 2"}, true},
		{"CVQ where a dialect was chosen", Notification, []string{hello, "CVQ 2 " + cvr}, seven, true},
		{"CVR before VER", Notification, []string{"CVR 2 " + cvr}, []string{"715 2"}, true},
		{"CVR after USR I", Notification, []string{hello, "USR 2 TWN I a@example.com", "CVR 3 " + cvr}, []string{hello9, "USR 2 TWN S chal", "715 3"}, true},
		{"CVR with too few arguments", Notification, []string{hello, "CVR 2 0x0409 winnt"}, []string{hello9, "731 2"}, true},
		{"CVR with too many arguments", Notification, []string{hello, "CVR 2 " + cvr + " x"}, []string{hello9, "731 2"}, true},
		{"CVR may be left out, or come twice", Notification, []string{hello, "CVR 2 " + cvr, "CVR 2 " + cvr}, []string{hello9, cvrOK, cvrOK}, false},
		{"CVR echoes the version", Notification, []string{hello, "CVR 2 " + cvr}, []string{hello9, cvrOK}, false},
		{"USR before VER", Notification, []string{"USR 2 TWN I a@example.com"}, []string{"715 2"}, true},
		{"USR S without USR I", Notification, []string{hello, "USR 2 TWN S t=1"}, []string{hello9, "911 2"}, true},
		{"USR I twice", Notification, []string{hello, "USR 2 TWN I a@example.com", "USR 3 TWN I a@example.com"}, []string{hello9, "USR 2 TWN S chal", "715 3"}, true},
		{"USR with a wrong ticket", Notification, []string{hello, "USR 2 TWN I user00001@example.com", "USR 3 TWN S t=1"}, []string{hello9, "USR 2 TWN S chal", "911 3"}, true},
		{"USR of an unknown account is found out at its ticket", Notification, []string{hello, "USR 2 TWN I nobody@example.com", "USR 3 TWN S t=1"}, []string{hello9, "USR 2 TWN S chal", "911 3"}, true},
		{"USR with a malformed address", Notification, []string{hello, "USR 2 TWN I nobody"}, []string{hello9, "911 2"}, true},
		{"USR with an address above 129 bytes", Notification, []string{hello, "USR 2 TWN I " + strings.Repeat("a", 118) + "@example.com"}, []string{hello9}, true},
		{"USR with another package", Notification, []string{hello, "USR 2 MD5 I a@example.com"}, []string{hello9}, true},
		{"USR of no known stage", Notification, []string{hello, "USR 2 TWN X a@example.com"}, []string{hello9}, true},
		{"USR with too few arguments", Notification, []string{hello, "USR 2 TWN I"}, []string{hello9}, true},
		{"SYN before USR OK", Notification, []string{hello, "SYN 2 0 0"}, []string{hello9}, true},
		{"CHG before USR OK", Notification, []string{hello, "CHG 2 NLN 0"}, []string{hello9}, true},
		{"PNG before VER", Notification, []string{"PNG"}, nil, true},
		{"PNG before USR OK", Notification, []string{hello, "PNG"}, []string{hello9}, true},
		{"INF was removed", Notification, []string{"INF 1"}, nil, true},
		{"an unknown verb", Notification, []string{"XYZ 1"}, nil, true},
		{"OUT before USR OK", Notification, []string{hello, "OUT"}, []string{hello9, "OUT"}, true},
		{"OUT first", Dispatch, []string{"OUT"}, []string{"OUT"}, true},
		{"OUT with an argument", Notification, []string{"OUT now"}, nil, true},
		{"a lower-case verb", Notification, []string{"ver 1 MSNP10"}, nil, true},
		{"a TrID that is no number", Notification, []string{"VER x MSNP10"}, nil, true},
		{"a TrID above 32 bits", Notification, []string{"VER 4294967296 MSNP10"}, nil, true},
		{"blank lines and bare LF are skipped and taken", Notification, []string{"\r\n\nVER 1 MSNP10\nCVR 2 " + cvr}, []string{hello9, cvrOK}, false},
		{"runs of spaces are one, and empty arguments none", Notification, []string{"VER  1   MSNP10 "}, []string{hello9}, false},
		{"a bare CR", Notification, []string{"VER 1 MSNP10\rMSNP9"}, nil, true},
		{"a line above 8 KiB", Notification, []string{"VER 1 " + strings.Repeat("MSNP10 ", 1200)}, nil, true},
		{"dispatch redirects", Dispatch, []string{hello, "CVR 2 " + cvr, "USR 3 TWN I a@example.com"}, []string{hello9, cvrOK, "XFR 3 NS 127.0.0.1:1864 0 127.0.0.1:1863"}, false},
		{"dispatch does nothing more then", Dispatch, []string{hello, "USR 2 TWN I a@example.com", "USR 3 TWN I a@example.com"}, []string{hello9, "XFR 2 NS 127.0.0.1:1864 0 127.0.0.1:1863", "715 3"}, true},
		{"dispatch then takes OUT", Dispatch, []string{hello, "USR 2 TWN I a@example.com", "OUT"}, []string{hello9, "XFR 2 NS 127.0.0.1:1864 0 127.0.0.1:1863", "OUT"}, true},
		{"dispatch does not take tickets", Dispatch, []string{hello, "USR 2 TWN S t=1"}, []string{hello9, "911 2"}, true},
		{"a switchboard knows no cookie of a caller", Switchboard, []string{"USR 1 a@example.com 1.2"}, []string{"911 1"}, true},
		{"a switchboard knows no cookie of who is invited", Switchboard, []string{"ANS 1 a@example.com 1.2 3"}, []string{"911 1"}, true},
		{"a switchboard takes nothing before that", Switchboard, []string{"VER 1 MSNP10"}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Data: data(t, "[server]\nchallenge = 'chal'\n"), Accounts: 10}
			bubble(t, srv, func(t *testing.T) {
				p := srv.dial(t, tt.role).say(tt.say...)
				p.hears(tt.hear...)
				if p.over() != tt.closed {
					t.Errorf("closed: %v", p.over())
				}
			})
		})
	}
}

// TestAfterSignIn is what a notification server answers (§1.4, §5.1, §7, §11). The lists of user00001 are empty.
func TestAfterSignIn(t *testing.T) {
	object := "%3Cmsnobj%2F%3E"
	for _, tt := range []struct {
		name, dialect string
		say           []string
		hear          []string
		closed        bool
	}{
		{"PNG", "MSNP10", []string{"PNG"}, []string{"QNG 50"}, false},
		{"PNG in MSNP8", "MSNP8", []string{"PNG"}, []string{"QNG"}, false},
		{"PNG with an argument", "MSNP10", []string{"PNG 1"}, nil, true},
		{"USR again", "MSNP10", []string{"USR 5 TWN I user00001@example.com"}, []string{"207 5"}, false},
		{"VER again", "MSNP10", []string{"VER 5 MSNP10"}, []string{"715 5"}, true},
		{"CVR again", "MSNP10", []string{"CVR 5 " + cvr}, []string{"715 5"}, true},
		{"CHG before SYN", "MSNP10", []string{"CHG 5 NLN 0", "SYN 6 1 0"}, []string{"CHG 5 NLN 0", "SYN 6 1 0"}, false},
		{"SYN before CHG, twice", "MSNP10", []string{"SYN 5 1 0", "SYN 6 1 0", "CHG 7 NLN 0"}, []string{"SYN 5 1 0", "SYN 6 1 0", "CHG 7 NLN 0"}, false},
		{"SYN with too few arguments", "MSNP10", []string{"SYN 5 0"}, nil, true},
		{"SYN with too many arguments", "MSNP10", []string{"SYN 5 0 0 0"}, nil, true},
		{"SYN of MSNP10 in MSNP9", "MSNP9", []string{"SYN 5 0 0"}, nil, true},
		{"SYN in MSNP9", "MSNP9", []string{"SYN 5 1"}, []string{"SYN 5 1"}, false},
		{"CHG to each status", "MSNP10", []string{"CHG 5 BSY 1", "CHG 6 IDL 1", "CHG 7 BRB 1", "CHG 8 AWY 1", "CHG 9 PHN 1", "CHG 10 LUN 1", "CHG 11 HDN 1"},
			[]string{"CHG 5 BSY 1", "CHG 6 IDL 1", "CHG 7 BRB 1", "CHG 8 AWY 1", "CHG 9 PHN 1", "CHG 10 LUN 1", "CHG 11 HDN 1"}, false},
		{"CHG without a client id", "MSNP10", []string{"CHG 5 NLN"}, []string{"CHG 5 NLN"}, false},
		{"CHG with an MSNObject", "MSNP10", []string{"CHG 5 NLN 1 " + object}, []string{"CHG 5 NLN 1 " + object}, false},
		{"CHG with an MSNObject in MSNP8", "MSNP8", []string{"CHG 5 NLN 1 " + object}, nil, true},
		{"CHG FLN", "MSNP10", []string{"CHG 5 FLN 1"}, []string{"201 5"}, false},
		{"CHG to an unknown status", "MSNP10", []string{"CHG 5 XXX 1"}, nil, true},
		{"CHG to a status in lower case", "MSNP10", []string{"CHG 5 nln 1"}, nil, true},
		{"CHG with a client id that is no number", "MSNP10", []string{"CHG 5 NLN x"}, nil, true},
		{"CHG with a negative client id", "MSNP10", []string{"CHG 5 NLN -1"}, nil, true},
		{"CHG with a client id above 32 bits", "MSNP10", []string{"CHG 5 NLN 4294967296"}, nil, true},
		{"CHG without a status", "MSNP10", []string{"CHG 5"}, nil, true},
		{"CHG with too many arguments", "MSNP10", []string{"CHG 5 NLN 1 " + object + " x"}, nil, true},
		{"a wrong CHG changes nothing", "MSNP10", []string{"CHG 5 FLN 1", "XFR 6 SB"}, []string{"201 5", "913 6"}, false},
		{"XFR before CHG", "MSNP10", []string{"XFR 5 SB"}, []string{"913 5"}, false},
		{"XFR while hidden", "MSNP10", []string{"CHG 5 HDN 1", "XFR 6 SB"}, []string{"CHG 5 HDN 1", "913 6"}, false},
		{"XFR to elsewhere", "MSNP10", []string{"XFR 5 NS"}, []string{"201 5"}, false},
		{"XFR without argument", "MSNP10", []string{"XFR 5"}, nil, true},
		{"OUT", "MSNP10", []string{"OUT"}, []string{"OUT"}, true},
		{"LST is for servers", "MSNP10", []string{"LST 5"}, nil, true},
		{"LSG is for servers", "MSNP10", []string{"LSG 5"}, nil, true},
		{"MSG is for switchboards", "MSNP10", []string{"MSG 5 N 0"}, nil, true},
		{"CAL is for switchboards", "MSNP10", []string{"CAL 5 user00002@example.com"}, nil, true},
		{"an unknown verb", "MSNP10", []string{"XYZ 5"}, nil, true},
		{"UUX came later", "MSNP10", []string{"UUX 5 0"}, nil, true},
		{"GCF came later", "MSNP10", []string{"GCF 5 x"}, nil, true},
		{"ADD was removed", "MSNP10", []string{"ADD 5 FL a@example.com a"}, nil, true},
		{"REA was removed", "MSNP10", []string{"REA 5 a@example.com a"}, nil, true},
		{"ADC is not of MSNP9", "MSNP9", []string{"ADC 5 AL N=a@example.com"}, nil, true},
		{"SBP is not of MSNP9", "MSNP9", []string{"SBP 5 a@example.com MFN a"}, nil, true},
		{"FND is gone", "MSNP10", []string{"FND 5"}, []string{"502 5"}, false},
		{"PAG is gone, and its payload is read", "MSNP10", []string{"PAG 5 a@example.com 4", "PNG\rPNG"}, []string{"715 5", "QNG 50"}, false},
		{"CHL with an argument", "MSNP10", []string{"CHL 5 x"}, nil, true},
		{"QRY that nobody asked for", "MSNP10", []string{"QRY 5 msmsgs@msnmsgr.com 32", strings.Repeat("a", 30)}, []string{"540 5"}, true},
		{"QRY with a payload that is not 32 bytes", "MSNP10", []string{"QRY 5 msmsgs@msnmsgr.com 2", ""}, []string{"540 5"}, true},
		{"QRY with a payload above 32 bytes", "MSNP10", []string{"QRY 5 msmsgs@msnmsgr.com 33", strings.Repeat("a", 31)}, nil, true},
		{"QRY with a length that is no number", "MSNP10", []string{"QRY 5 msmsgs@msnmsgr.com x"}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Accounts: 1, Migrated: MigratedNone}
			bubble(t, srv, func(t *testing.T) {
				p := srv.client(t, user(1), tt.dialect).say(tt.say...)
				p.hears(tt.hear...)
				if p.over() != tt.closed {
					t.Errorf("closed: %v", p.over())
				}
			})
		})
	}
}

// TestStandingTickets: those of a template are good again and again, for whom they are.
func TestStandingTickets(t *testing.T) {
	locked := data(t, "[[account]]\nemail = 'a@x.com'\nlocked = true\n")
	srv := &Server{Accounts: 2, Data: locked, TicketTemplate: "t=%s&p=%d"}
	bubble(t, srv, func(t *testing.T) {
		for _, tt := range []struct{ name, email, ticket, want string }{
			{"one's own", user(1), "t=" + user(1) + "&p=1", "USR 3 OK"},
			{"and again", user(1), "t=" + user(1) + "&p=1", "USR 3 OK"},
			{"another's", user(2), "t=" + user(1) + "&p=1", "911 3"},
			{"the template", user(2), "t=%s&p=%d", "911 3"},
			{"of a locked account", "a@x.com", "t=a@x.com&p=0", "911 3"},
			{"given out", user(2), srv.Ticket(user(2)), "USR 3 OK"},
		} {
			p := srv.dial(t, Notification).say(hello, "USR 2 TWN I "+tt.email, "USR 3 TWN S "+tt.ticket)
			if got := regexp.MustCompile(`(?m)^(USR 3 OK|\d+ 3)`).FindString(p.hear()); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		}
	})
}

// TestTickets is §3.4 and §3.5: whose, how often, and how long.
func TestTickets(t *testing.T) {
	srv := &Server{Accounts: 2, TicketLife: time.Minute}
	bubble(t, srv, func(t *testing.T) {
		try := func(email, ticket string) string {
			p := srv.dial(t, Notification).say(hello, "USR 2 TWN I "+email, "USR 3 TWN S "+ticket)
			answer := regexp.MustCompile(`(?m)^(USR 3 OK|\d+ 3)`).FindString(p.hear())
			if p.over() != (answer == "911 3") {
				t.Errorf("%q, and closed: %v", answer, p.over())
			}
			return answer
		}
		ticket := srv.Ticket(user(1))
		for _, tt := range []struct{ name, email, ticket, want string }{
			{"of another account", user(2), ticket, "911 3"},
			{"good once", user(1), ticket, "USR 3 OK"},
			{"and not twice", user(1), ticket, "911 3"},
			{"made up", user(1), "t=1&p=1", "911 3"},
		} {
			if got := try(tt.email, tt.ticket); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		}
		late := srv.Ticket(user(1))
		time.Sleep(time.Minute)
		if got := try(user(1), late); got != "911 3" {
			t.Errorf("expired: %q", got)
		}
		if got := srv.Ticket("nobody@example.com"); got != "" {
			t.Errorf("a ticket for nobody: %q", got)
		}
		srv.Ticket(user(1))
		if n := len(srv.store.tickets.order); n != 1 {
			t.Errorf("%d tickets are kept", n)
		}
	})
}

// TestChallenges is §7.2.
func TestChallenges(t *testing.T) {
	srv := &Server{Accounts: 1, Challenge: true}
	challenge := regexp.MustCompile(`CHL \d+ (\d{20})\r\n$`)
	ask := func(t *testing.T, say string) (*peer, string) {
		p := srv.client(t, user(1), "MSNP10").say(say)
		m := challenge.FindStringSubmatch(p.hear())
		if m == nil {
			t.Fatal("no challenge")
		}
		return p, m[1]
	}
	bubble(t, srv, func(t *testing.T) {
		for _, say := range []string{"CHG 5 NLN 0", "CHL 5"} {
			p, asked := ask(t, say)
			p.say("QRY 6 msmsgs@msnmsgr.com 32").nc.Write(answerTo(asked, "Q1P7W2E4J9R8U3S5"))
			p.hears("QRY 6")
			time.Sleep(time.Hour)
			if p.say("PNG"); p.hear() != "QNG 50\r\n" {
				t.Error("a right answer did not end it")
			}
		}
		p, asked := ask(t, "CHG 5 NLN 0")
		p.say("QRY 6 msmsgs@msnmsgr.com 32").nc.Write(answerTo(asked, "VT6PX?UQTM4WM%YR"))
		if p.hears("540 6"); !p.over() {
			t.Error("a wrong answer did not end the connection")
		}
		p, _ = ask(t, "CHG 5 NLN 0")
		time.Sleep(challengeWait - time.Second)
		p.say("PNG", "CHL 7").hear()
		time.Sleep(time.Second)
		if p.hears("OUT"); !p.over() {
			t.Error("silence did not end the connection")
		}
	})
}
