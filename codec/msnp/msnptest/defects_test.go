package msnptest

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// mistaken plays a test against a server with a defect, which must strike so often and log that, and against one without.
func mistaken(t *testing.T, kind Defect, strikes int64, f func(t *testing.T, srv *Server, bad bool)) {
	t.Helper()
	for _, bad := range []bool{true, false} {
		t.Run(fmt.Sprintf("%v %v", kind, bad), func(t *testing.T) {
			log := new(bytes.Buffer)
			srv := &Server{Accounts: 3, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))}
			want := map[Defect]int64(nil)
			if bad {
				srv.Defects, want = []Defect{kind, kind}, map[Defect]int64{kind: strikes}
			}
			bubble(t, srv, func(t *testing.T) {
				f(t, srv, bad)
				if got := srv.Stats().Defects; len(got) != len(want) || got[kind] != want[kind] {
					t.Errorf("struck %v, want %v", got, want)
				}
			})
			if n := strings.Count(log.String(), "msg=defect kind="+kind.String()+" "); int64(n) != want[kind] {
				t.Errorf("logged %d, want %d:\n%s", n, want[kind], log)
			}
		})
	}
}

// either is what is heard with the defect, and what without.
func either(bad bool, with, without string) []string {
	if !bad {
		with = without
	}
	if with == "" {
		return nil
	}
	return strings.Split(with, "\n")
}

// ends demands that a connection is over, or that it is not.
func (p *peer) ends(want bool) {
	p.t.Helper()
	if p.over() != want {
		p.t.Errorf("over: %v, want %v", !want, want)
	}
}

// TestDefectsOfOneConnection: what an account that is online says, what it hears with the defect and without, and whether it is cut off then.
func TestDefectsOfOneConnection(t *testing.T) {
	long := strings.Repeat("x", 1001)
	for _, tt := range []struct {
		kind          Defect
		strikes       int64
		say           string
		with, without string
		ends, right   bool // whether the connection is over
	}{
		{HangOnLongLine, 1, "PRP 10 MFN " + long + "\r\nPNG", "", "", false, true},
		{HangOnLongLine, 0, "GTC 10 N\r\nPNG", "GTC 10 N\nQNG 50", "GTC 10 N\nQNG 50", false, false},
		{EchoLineEnd, 1, "PRP 10 MFN a%0D%0AQNG%201\r\nPNG", "PRP 10 MFN a|QNG%201\nQNG 50", "PRP 10 MFN a%0D%0AQNG%201\nQNG 50", false, false},
		{EchoLineEnd, 0, "REG 10 9 a%0db\r\nPNG", "", "", true, true},
		{PayloadAsCommands, 1, "QRY 10 x 33\r\nPNG", "QNG 50", "", false, true},
		{PayloadAsCommands, 1, "QRY 10 x many\r\nPNG", "QNG 50", "", false, true},
		{PayloadAsCommands, 1, "QRY 10 x\r\nPNG", "QNG 50", "", false, true},
		{PayloadAsCommands, 0, "XYZ 10 x\r\nPNG", "", "", true, true},
		{TrIDTruncated, 1, "GTC 65537 N", "GTC 1 N", "GTC 65537 N", false, false},
		{TrIDTruncated, 1, "GTC 4294967295 A", "218 65535", "218 4294967295", false, false},
		{TrIDTruncated, 0, "GTC 65535 N", "GTC 65535 N", "GTC 65535 N", false, false},
		{CloseOnPercent, 1, "PRP 10 MFN 100%", "", "PRP 10 MFN 100%", true, false},
		{CloseOnPercent, 1, "PRP 10 PHH %25%zz\r\nPNG", "", "PRP 10 PHH %25%zz\nQNG 50", true, false},
		{CloseOnPercent, 0, "PRP 10 MFN 100%25\r\nPRP 11 PHH", "PRP 10 MFN 100%25\nPRP 11 PHH", "PRP 10 MFN 100%25\nPRP 11 PHH", false, false},
		{SurvivesSecondVER, 1, "VER 10 MSNP10\r\nPNG", "715 10\nQNG 50", "715 10", false, true},
		{SurvivesSecondVER, 0, "CVR 10 x\r\nPNG", "715 10", "715 10", true, true},
		{ReplyTwice, 1, "CHG 10 NLN 4", "CHG 10 NLN 4\nCHG 10 NLN 4", "CHG 10 NLN 4", false, false},
		{ReplyTwice, 0, "CHG 10 BSY 4", "CHG 10 BSY 4", "CHG 10 BSY 4", false, false},
		{SlowRegexp, 1, "PRP 10 MFN " + long[:500], "", "", true, true},
		{SlowRegexp, 0, "PRP 10 MFN " + long[:387], "PRP 10 MFN " + long[:387], "PRP 10 MFN " + long[:387], false, false},
		{UnboundedLength, 1, "QRY 10 x 10000000\r\nPNG", "", "", false, true},
		{UnboundedLength, 1, "QRY 10 x 40\r\n" + long[:40] + "PNG", "QNG 50", "", false, true},
		{UnboundedLength, 1, "QRY 10 x -1\r\nPNG", "QNG 50", "", false, true},
		{UnboundedLength, 0, "QRY 10 x many\r\nPNG", "", "", true, true},
		{StuckAfterBlankLine, 1, "\r\nPNG\r\nGTC 10 N\r\nOUT", "", "QNG 50\nGTC 10 N\nOUT", false, true},
		{StuckAfterBlankLine, 1, "PNG\r\n\r\nPNG", "QNG 50", "QNG 50\nQNG 50", false, false},
		{IgnoresUnknown, 1, "XYZ 10 x\r\nPNG", "QNG 50", "", false, true},
		{IgnoresUnknown, 0, "INF 10\r\nPNG", "", "", true, true},
		{PanicOnMissingArgument, 0, "REG 10 x\tx y\r\nPNG", "", "", true, true},
		{Deadlock, 1, "REM 10 BL " + user(3) + "\r\nPNG\r\nREM 11 AL " + user(3) + "\r\nPNG", "216 10\nQNG 50", "216 10\nQNG 50\nREM 11 AL " + user(3) + "\nQNG 50", false, false},
	} {
		mistaken(t, tt.kind, tt.strikes, func(t *testing.T, srv *Server, bad bool) {
			p := srv.online(t, user(1), "MSNP10", "NLN")
			got := p.say(tt.say).hear()
			want := strings.ReplaceAll(lines(either(bad, tt.with, tt.without)...), "|", "\r\n")
			if got != want {
				t.Errorf("%q: heard %q, want %q", tt.say, got, want)
			}
			p.ends(bad && tt.ends || !bad && tt.right)
		})
	}
}

func TestLeakBetweenSessions(t *testing.T) {
	mistaken(t, LeakBetweenSessions, 1, func(t *testing.T, srv *Server, bad bool) {
		p, other := srv.online(t, user(1), "MSNP10", "NLN"), srv.client(t, user(2), "MSNP10")
		other.say("ADG 10 "+strings.Repeat("long", 15)+"x", "CHG 11 HDN", "PRP 12 MFN "+strings.Repeat("%20", 100)+"mark").hear()
		p.hear()
		p.say("GTC 10 A")
		if got := p.hear(); strings.HasSuffix(got, "mark\r\n") != bad || !strings.HasPrefix(got, "218 10") {
			t.Errorf("heard %q", got)
		}
		other.say("GTC 13 A").hears("218 13") // to whom the tail belongs
	})
}

func TestPanicOnMissingArgument(t *testing.T) {
	mistaken(t, PanicOnMissingArgument, 1, func(t *testing.T, srv *Server, bad bool) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		dead := make(chan any, 1)
		go func() {
			defer func() { dead <- recover() }()
			srv.ServeConn(Notification, theirs)
		}()
		go io.Copy(io.Discard, ours)
		fmt.Fprintf(ours, "VER 1 MSNP10\r\nUSR 2 TWN I %s\r\nUSR 3 TWN S %s\r\nREG 4 1\r\n", user(1), srv.Ticket(user(1)))
		if got := fmt.Sprint(<-dead); strings.Contains(got, "index out of range [1] with length 1") != bad {
			t.Errorf("ended with %s", got)
		}
	})
}

func TestDeadlockIsOfTheAccount(t *testing.T) {
	mistaken(t, Deadlock, 1, func(t *testing.T, srv *Server, bad bool) {
		srv.client(t, user(1), "MSNP10").say("REM 10 BL " + user(2)).hears("216 10")
		p, other := srv.client(t, user(1), "MSNP10"), srv.client(t, user(2), "MSNP10")
		p.say("ADC 10 BL N=" + user(3)).hears(either(bad, "", "219 10")...)
		other.say("ADC 10 BL N=" + user(3)).hears("219 10")
	})
}

func TestNoCloseAfter911(t *testing.T) {
	mistaken(t, NoCloseAfter911, 1, func(t *testing.T, srv *Server, bad bool) {
		p := srv.dial(t, Notification)
		p.say("VER 1 MSNP10", "USR 2 TWN I "+user(1)).hear()
		p.say("USR 3 TWN S t=wrong").hears("911 3")
		p.ends(!bad)
		if got := p.say("USR 4 TWN S " + srv.Ticket(user(1))).hear(); strings.HasPrefix(got, "USR 4 OK ") != bad {
			t.Errorf("heard %q", got)
		}
	})
}

func TestHalfCloseLeak(t *testing.T) {
	mistaken(t, HalfCloseLeak, 1, func(t *testing.T, srv *Server, bad bool) {
		hearer := srv.online(t, user(2), "MSNP10", "NLN")
		for _, end := range []string{"OUT\r\n", ""} {
			p := srv.online(t, user(1), "MSNP10", "NLN")
			hearer.hears("NLN NLN user00001@example.com user00001 536870948")
			io.WriteString(p.nc, end)
			p.nc.Close()
			if end != "" || !bad {
				hearer.hears("FLN user00001@example.com")
			}
		}
		time.Sleep(time.Hour)
		hearer.hears()
	})
}

func TestWrongLengthOfMessages(t *testing.T) {
	mistaken(t, WrongLength, 1, func(t *testing.T, srv *Server, bad bool) {
		one, two := srv.online(t, user(1), "MSNP10", "NLN"), srv.online(t, user(2), "MSNP10", "NLN")
		one.hear()
		caller := srv.caller(t, one, user(1), "user00001")
		called := srv.called(t, caller, two, user(1), user(2), user(1)+" user00001")
		caller.hear()
		says := func(payload string, length int) {
			io.WriteString(caller.nc, msg(5, "A", payload))
			caller.hears("ACK 5")
			want := fmt.Sprintf("MSG %s user00001 %d\r\n%s", user(1), length, payload)
			if got := called.hear(); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
		says(greeting, len(greeting))
		length := len(greeting + "é")
		if bad {
			length--
		}
		says(greeting+"é", length)
	})
}

// TestBacktrackTakesTheCube counts steps: twice the length, eight times the work, up to a limit.
func TestBacktrackTakesTheCube(t *testing.T) {
	name := bytes.Repeat([]byte("a"), 400)
	if n, twice := backtrack(name[:200]), backtrack(name); n != 200*199*198/6 || twice != 400*399*398/6 {
		t.Errorf("%d and %d steps", n, twice)
	}
	if n := backtrack(make([]byte, 10*maxMatched)); n != 1 {
		t.Errorf("%d steps to the first match", n)
	}
}

func TestParseDefect(t *testing.T) {
	for i, name := range DefectNames() {
		if d, err := ParseDefect(name); err != nil || int(d) != i || d.String() != name {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
	for _, s := range []string{"", "Deadlock", "deadlock=1", "unknown"} {
		if d, err := ParseDefect(s); err == nil || !strings.Contains(err.Error(), "slow-regexp") {
			t.Errorf("%s: %v %v, want an error", s, d, err)
		}
	}
	if Defect(200).String() != "unknown" || len(newDefects(&Server{Defects: []Defect{200}}).counts()) != 0 {
		t.Error("a defect that is none")
	}
	if len(DefectNames()) != int(numDefects) || slices.Contains(DefectNames(), "") {
		t.Errorf("names %q", DefectNames())
	}
}

// TestServerWithAllDefectsServes: in an ordinary session none strikes.
func TestServerWithAllDefectsServes(t *testing.T) {
	srv := &Server{Accounts: 3}
	for kind := range numDefects {
		srv.Defects = append(srv.Defects, kind)
	}
	bubble(t, srv, func(t *testing.T) {
		p := srv.online(t, user(1), "MSNP10", "NLN")
		p.say("SYN 10 0 0").hear()
		p.say("CHG 11 BSY 0", "PRP 12 PHH a%20b", "PRP 13 MFN %25", "PNG").hears("CHG 11 BSY 0", "PRP 12 PHH a%20b", "PRP 13 MFN %25", "QNG 50")
		p.say("OUT").hears("OUT")
		for kind, n := range srv.Stats().Defects {
			if n != 0 {
				t.Errorf("%v struck %d times", kind, n)
			}
		}
	})
}

// TestServerWithDefectsStaysWhole has two clients say anything to a server with all defects but the one that panics: it is
// there for a third, writes no line that it cannot, and ends all that hangs when it is closed.
func TestServerWithDefectsStaysWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := new(bytes.Buffer)
		srv := &Server{Accounts: 3, Contacts: 2, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError}))}
		for kind := range numDefects {
			if kind != PanicOnMissingArgument {
				srv.Defects = append(srv.Defects, kind)
			}
		}
		said := [2]string{strings.Join(anyLines().Draw(rt, "one"), ""), strings.Join(anyLines().Draw(rt, "two"), "")}
		bubble(t, srv, func(t *testing.T) {
			for i, text := range said {
				p := srv.client(t, user(1+i), "MSNP10")
				go io.WriteString(p.nc, text)
			}
			if got := srv.client(t, user(3), "MSNP10").say("PNG").hear(); got != "QNG 50\r\n" {
				rt.Errorf("the third heard %q", got)
			}
		})
		if log.Len() > 0 {
			rt.Errorf("after %q: %s", said, log)
		}
	})
}
