package msnptest

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// faulty is a server of three accounts that have each other as contacts, and a fourth by itself, with faults.
func faulty(t *testing.T, faults map[Fault]float64) (*Server, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	srv := &Server{
		Accounts: 3, Data: data(t, "[[account]]\nemail = 'alone@x.com'\n"), Faults: faults,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	return srv, log
}

// logged demands so many lines of a fault in the log, as many as were counted, and what stands in the last one.
func logged(t *testing.T, srv *Server, log *bytes.Buffer, kind Fault, want int64, last ...string) {
	t.Helper()
	if got := srv.Stats().Faults; len(got) != 1 || got[kind] != want {
		t.Errorf("counted %v, want %d %v", got, want, kind)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if n := strings.Count(log.String(), "msg=fault kind="+kind.String()+" "); int64(n) != want {
		t.Errorf("logged %d, want %d:\n%s", n, want, log)
	}
	for _, text := range last {
		if !strings.Contains(lines[len(lines)-1], text) {
			t.Errorf("%q is not in %q", text, lines[len(lines)-1])
		}
	}
}

// TestFaultyNotifications: what one of two contacts hears of a CHG with a mark of 7, and then of a second one.
func TestFaultyNotifications(t *testing.T) {
	chg := func(n int) string { return "CHG 5 BSY " + strconv.Itoa(536870948|n<<12) }
	nln := func(n int) string { return "NLN BSY user00001@example.com user00001 " + strconv.Itoa(536870948|n<<12) }
	for _, tt := range []struct {
		kind                            Fault
		first, second, later, bystander []string
		made                            int64
	}{
		{Drop, nil, nil, nil, nil, 2},
		{Duplicate, []string{nln(7), nln(7)}, []string{nln(8), nln(8)}, nil, nil, 2},
		{Misdirect, nil, nil, nil, []string{nln(7), nln(8)}, 2},
		{Delay, nil, nil, []string{nln(8), nln(7)}, nil, 2},
		{Reorder, nil, []string{nln(8), nln(7)}, nil, nil, 1},
	} {
		t.Run(tt.kind.String(), func(t *testing.T) {
			srv, log := faulty(t, map[Fault]float64{tt.kind: 0})
			bubble(t, srv, func(t *testing.T) {
				teller := srv.online(t, user(1), "MSNP10", "NLN")
				hearer := srv.online(t, user(2), "MSNP10", "NLN")
				alone := srv.online(t, "alone@x.com", "MSNP10", "NLN")
				teller.hear()
				srv.faults.chance[tt.kind] = 1
				teller.say(chg(7)).hears(chg(7))
				hearer.hears(tt.first...)
				teller.say(chg(8)).hears(chg(8))
				hearer.hears(tt.second...)
				time.Sleep(3 * time.Second)
				if got := hearer.hear(); tt.kind == Delay && len(got) != len(lines(tt.later...)) || tt.kind != Delay && got != lines(tt.later...) {
					t.Errorf("later %q, want %q", got, tt.later)
				}
				alone.hears(tt.bystander...)
				mark := "mark=8"
				if tt.kind == Reorder {
					mark = "mark=7" // the next one overtakes it
				}
				logged(t, srv, log, tt.kind, tt.made, "of=user00001@example.com", mark, "NLN BSY")
			})
		})
	}
}

// TestHeldBackForNobody: a notification that waits is lost with its receiver, and with the server.
func TestHeldBackForNobody(t *testing.T) {
	srv, _ := faulty(t, map[Fault]float64{Delay: 1})
	bubble(t, srv, func(t *testing.T) {
		teller := srv.online(t, user(1), "MSNP10", "NLN")
		gone, stays := srv.online(t, user(2), "MSNP10", "NLN"), srv.online(t, user(3), "MSNP10", "NLN")
		time.Sleep(3 * time.Second)
		gone.hear()
		stays.hear()
		teller.say("CHG 5 BSY 0").hear()
		gone.say("OUT").hears("OUT")
		time.Sleep(3 * time.Second)
		stays.hear()
		teller.say("CHG 6 AWY 0").hear() // for which the server does not wait
	})
}

func TestReorderedAloneComesAfterASecond(t *testing.T) {
	srv, _ := faulty(t, map[Fault]float64{Reorder: 1})
	bubble(t, srv, func(t *testing.T) {
		hearer := srv.online(t, user(2), "MSNP10", "NLN")
		teller := srv.online(t, user(1), "MSNP10", "NLN")
		hearer.hears()
		time.Sleep(reorderWait)
		hearer.hears("NLN NLN user00001@example.com user00001 536870948")
		teller.say("CHG 5 BSY 0").hear()
		hearer.hears()
	})
}

func TestSameSeedSameFaults(t *testing.T) {
	run := func(t *testing.T, seed uint64) (text string) {
		srv, log := faulty(t, map[Fault]float64{Drop: 0.3, Misdirect: 0.2, Duplicate: 0.2, Alter: 1})
		srv.FaultSeed = seed
		bubble(t, srv, func(t *testing.T) {
			teller := srv.online(t, user(1), "MSNP10", "NLN")
			srv.online(t, user(2), "MSNP10", "NLN")
			srv.online(t, user(3), "MSNP10", "NLN")
			srv.online(t, "alone@x.com", "MSNP10", "NLN")
			for n := range 50 {
				teller.say("CHG 5 BSY " + strconv.Itoa(n<<12)).hear()
			}
		})
		var kept []string
		for line := range strings.Lines(log.String()) {
			_, what, _ := strings.Cut(line, " level=")
			kept = append(kept, what)
		}
		return strings.Join(kept, "")
	}
	one, again, other := run(t, 7), run(t, 7), run(t, 8)
	if one != again || one == other || strings.Count(one, "\n") < 30 {
		t.Errorf("with seed 7\n%swith seed 7\n%swith seed 8\n%s", one, again, other)
	}
}

func TestWrongTrID(t *testing.T) {
	srv, log := faulty(t, map[Fault]float64{TrID: 0})
	bubble(t, srv, func(t *testing.T) {
		p := srv.client(t, user(1), "MSNP10")
		srv.faults.chance[TrID] = 1
		p.say("GTC 5 N").hears("GTC 1073741829 N")
		logged(t, srv, log, TrID, 1, "account=user00001@example.com", "what=GTC")
	})
}

func TestWrongLength(t *testing.T) {
	srv, log := faulty(t, map[Fault]float64{Length: 1})
	bubble(t, srv, func(t *testing.T) {
		p := srv.dial(t, Notification)
		p.say("VER 1 MSNP10 CVR0", "CVR 2 "+cvr, "USR 3 TWN I "+user(1), "USR 4 TWN S "+srv.Ticket(user(1)))
		_, after, ok := strings.Cut(p.hear(), "MSG Hotmail Hotmail ")
		length, payload, ok2 := strings.Cut(after, "\r\n")
		if n, err := strconv.Atoi(length); !ok || !ok2 || err != nil || n != len(payload)+1 && n != len(payload)-1 {
			t.Errorf("%q is said to have %q bytes", payload, length)
		}
		logged(t, srv, log, Length, 1, "account=user00001@example.com", "MSG Hotmail")
	})
}

func TestStaleList(t *testing.T) {
	srv, log := faulty(t, map[Fault]float64{Stale: 1})
	bubble(t, srv, func(t *testing.T) {
		p := srv.client(t, user(1), "MSNP10").say("SYN 5 0 0")
		before := p.hear()
		p.say("SYN 6 0 0")
		if got := p.hear(); got != strings.Replace(before, "SYN 5", "SYN 6", 1) { // nothing was edited
			t.Errorf("%q", got)
		}
		p.say("ADC 7 BL N=alone@x.com", "PRP 8 MFN x", "ADC 9 AL N=alone@x.com", "SYN 10 0 0")
		got := p.hear()
		if !strings.Contains(got, "219 9\r\n") || !strings.Contains(got, "LST N=alone@x.com 4\r\n") || !strings.Contains(got, "PRP MFN user00001\r\n") {
			t.Errorf("stale lists: %q", got)
		}
		logged(t, srv, log, Stale, 1, "account=user00001@example.com", "what=SYN")
		srv.faults.chance[Stale] = 0
		if got := p.say("SYN 11 0 0").hear(); !strings.Contains(got, "PRP MFN x\r\n") {
			t.Errorf("fresh lists: %q", got)
		}
	})
}

func TestSpoiltMigration(t *testing.T) {
	lst := func(srv *Server, t *testing.T) (all []string) {
		for line := range strings.SplitSeq(srv.client(t, user(1), "MSNP10").say("SYN 5 0 0").hear(), "\r\n") {
			if strings.HasPrefix(line, "LST ") {
				all = append(all, line)
			}
		}
		return all
	}
	for kind, want := range map[Fault]int{Lose: 0, Alter: 10} {
		t.Run(kind.String(), func(t *testing.T) {
			log := new(bytes.Buffer)
			srv := &Server{Migrated: MigratedNone, Faults: map[Fault]float64{kind: 1}, Log: slog.New(slog.NewTextHandler(log, nil))}
			whole := &Server{}
			bubble(t, srv, func(t *testing.T) {
				defer whole.Close()
				srv.online(t, user(1), "MSNP10", "NLN")
				other := srv.online(t, user(2), "MSNP10", "NLN")
				srv.do(nil, func(x *turn) { x.migrate(srv.store.known(user(1))) })
				got := lst(srv, t)
				if len(got) != want {
					t.Errorf("%d contacts, want %d", len(got), want)
				}
				for _, line := range lst(whole, t) {
					if slices.Contains(got, line) {
						t.Errorf("%q is as it was", line)
					}
				}
				if got := srv.Stats().Faults[kind]; got != 10 {
					t.Errorf("%d of 10 contacts", got)
				}
				if n := strings.Count(log.String(), "account=user00001@example.com"); n < 10 {
					t.Errorf("the log has %d lines of the account:\n%s", n, log)
				}
				other.say("CHG 20 BSY 0", "BLP 21 BL", "OUT").hear() // nobody who is gone is told
			})
		})
	}
}

// TestResetAndSplit needs sockets, whose ends can tell.
func TestResetAndSplit(t *testing.T) {
	for _, kind := range []Fault{Reset, Split} {
		t.Run(kind.String(), func(t *testing.T) {
			srv := &Server{Faults: map[Fault]float64{kind: 1}, NoRedirect: true}
			addrs, err := srv.Start()
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			nc, err := net.Dial("tcp", addrs.Dispatch)
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			io.WriteString(nc, "VER 1 MSNP10 CVR0\r\nFOO\r\n")
			got, err := io.ReadAll(nc)
			if kind == Reset {
				if len(got) != 0 || !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("%q, %v, want a reset", got, err)
				}
			} else if string(got) != "VER 1 MSNP10\r\n" {
				t.Errorf("%q, %v", got, err)
			}
			if n := srv.Stats().Faults[kind]; n != 1 || srv.Stats().Cut != 0 {
				t.Errorf("%d counted, %d cut", n, srv.Stats().Cut)
			}
		})
	}
}

// TestSplitIsByByte sees each write.
func TestSplitIsByByte(t *testing.T) {
	srv, _ := faulty(t, map[Fault]float64{Split: 1})
	bubble(t, srv, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		go srv.ServeConn(Notification, theirs)
		go io.WriteString(ours, "VER 1 MSNP10 CVR0\r\n")
		buf := make([]byte, 100)
		for _, want := range "VER 1 MSNP10\r\n" {
			if n, err := ours.Read(buf); n != 1 || err != nil || rune(buf[0]) != want {
				t.Fatalf("%q, %v, want %q", buf[:n], err, want)
			}
		}
	})
}

func TestParseFault(t *testing.T) {
	for s, want := range map[string]float64{"drop=0.01": 0.01, "drop=1%": 0.01, "drop=1": 1, "drop=0": 0} {
		if f, p, err := ParseFault(s); err != nil || f != Drop || p != want {
			t.Errorf("%s: %v %v %v", s, f, p, err)
		}
	}
	for _, s := range []string{"", "drop", "drop=", "drop=2", "drop=-1", "drop=NaN", "drop=101%", "Drop=1", "lost=1"} {
		if f, p, err := ParseFault(s); err == nil {
			t.Errorf("%s: %v %v, want an error", s, f, p)
		}
	}
	for i, name := range FaultNames() {
		if f, _, err := ParseFault(name + "=1"); err != nil || int(f) != i || f.String() != name {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	if Fault(200).String() != "unknown" || newFaults(&Server{Faults: map[Fault]float64{200: 1}}).counts() == nil {
		t.Error("a fault that is none")
	}
	if got := maps.Collect(maps.All((*faults)(nil).counts())); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
