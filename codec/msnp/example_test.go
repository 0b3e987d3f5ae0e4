package msnp_test

import (
	"fmt"
	"strings"
	"time"

	"nudge/codec"
	"nudge/codec/msnp"
)

// server is what a notification server says to a client that signs in.
var server = strings.ReplaceAll(`VER 1 MSNP10
CVR 2 6.1.0211 6.1.0211 6.1.0155 http://downloads.example.net/setup.exe http://www.example.net
USR 3 TWN S lc=1033,id=507,ct=1088000000
USR 4 OK alice@example.com 1 0
SYN 5 41 0 2 1
GTC A
BLP AL
PRP MFN Alice%20A.
LSG Friends 1
LST N=bob@example.com F=Bob%20B. C=bob@example.com 11 1
BPR MOB Y
LST N=dave@example.com 16
CHG 6 NLN 536870948
ILN 6 AWY bob@example.com Bob%20B. 268435500
CHL 0 15570131571988941333
OUT SSD
`, "\n", "\r\n")

// A whole sign-in, in memory.
func ExampleSession() {
	var (
		s      msnp.Session
		roster msnp.Roster
		c      codec.Command
		syntax = codec.Syntax{From: codec.FromServer}
		in     = []byte(server)
		now    time.Duration
	)
	s.Init(&msnp.Software{}, "alice@example.com")
	out := s.Open(now, nil)
	for len(in) > 0 {
		if len(out) > 0 {
			fmt.Printf("%q\n", out) // what a program would write to its connection
		}
		n, err := syntax.Parse(&c, in)
		if err != nil {
			fmt.Println(err) // codec.ErrShort: read more first
			return
		}
		in = in[n:]

		syncing := s.State() == msnp.StateSync
		ev, b := s.Handle(&c, now, out[:0])
		if syncing {
			roster.Collect(&c, s.Dialect())
		}
		switch {
		case s.State() == msnp.StateTicket:
			s.SetTicket("t=" + s.Challenge()[:7]) // Passport.Ticket would ask a login server
		case ev.Kind == msnp.KindAnswered && ev.Step == msnp.StepSYN:
			if b, err = s.Chg(msnp.NLN, msnp.DefaultClientID, now, b); err != nil {
				fmt.Println(err)
			}
		case ev.Kind == msnp.KindPresence:
			fmt.Printf("%s is %v\n", ev.Email, ev.Status)
		case ev.Kind == msnp.KindSignedOut:
			fmt.Println("signed out:", ev.Reason)
		case ev.Kind == msnp.KindViolation, ev.Kind == msnp.KindFailed:
			fmt.Println(ev.Kind, ev.Step, ev.Why, ev.Code)
		}
		out = s.Advance(now, b)
	}
	for _, x := range roster.Contacts {
		fmt.Println(x.Email, x.Name, x.Lists, x.Groups, x.Properties)
	}
	for ev, ok := s.Abandon(); ok; ev, ok = s.Abandon() {
		fmt.Println("not answered:", ev.Step)
	}
	// Output:
	// "VER 1 MSNP10 MSNP9 CVR0\r\n"
	// "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS alice@example.com\r\n"
	// "USR 3 TWN I alice@example.com\r\n"
	// "USR 4 TWN S t=lc=1033\r\n"
	// "SYN 5 0 0\r\n"
	// "CHG 6 NLN 536870948\r\n"
	// bob@example.com is AWY
	// "QRY 7 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e"
	// signed out: SSD
	// bob@example.com Bob B. 11 [1] map[MOB:Y]
	// dave@example.com  16 [] map[]
	// not answered: qry
}

// A client that waits for a reply in vain.
func ExampleSession_Expire() {
	var s msnp.Session
	s.Init(&msnp.Software{Timeout: 5 * time.Second}, "alice@example.com")
	s.Open(2*time.Second, nil)
	fmt.Println("deadline:", s.Deadline())
	for ev, ok := s.Expire(s.Deadline()); ok; ev, ok = s.Expire(s.Deadline()) {
		fmt.Println(ev.Step, ev.Kind, "sent at", ev.Sent)
	}
	fmt.Println(s.State())
	// Output:
	// deadline: 7s
	// ver timed out sent at 2s
	// failed
}
