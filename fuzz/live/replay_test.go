package live

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// testTicket makes tickets that are good without HTTP.
const testTicket = "t=%s&p="

// served starts a server with defects on loopback, and returns a fuzzer of it.
func served(t *testing.T, defects ...msnptest.Defect) *Fuzzer {
	t.Helper()
	srv := &msnptest.Server{Accounts: AccountsPerWorker, Contacts: -1, TicketTemplate: testTicket, Defects: defects}
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	passport := msnp.Passport{Template: testTicket}
	f := &Fuzzer{Addr: addrs.Dispatch, DialContext: new(net.Dialer).DialContext, Timeout: 10 * time.Second}
	f.Ticket = func(ctx context.Context, a Account, challenge string) (string, error) {
		return passport.Ticket(ctx, a.Email, a.Password, challenge)
	}
	for i := range AccountsPerWorker {
		f.Accounts = append(f.Accounts, Account{Number: i, Email: "user0000" + string(rune('1'+i)) + "@example.com"})
	}
	return f
}

func TestReplayShowsTheFindingAgain(t *testing.T) {
	finding := readFinding(t, "reply-twice.finding")
	all, err := served(t, msnptest.ReplyTwice).Replay(t.Context(), finding, 3)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d replays, %v", len(all), err)
	}
	for i, r := range all {
		if !r.Same || r.Verdict == nil || r.Verdict.Key() != finding.Verdict.Key() {
			t.Errorf("replay %d: %v, want %v", i, r.Verdict, &finding.Verdict)
		}
		if !strings.Contains(r.Transcript, `main     ns < "CHG 5 NLN 536870948\r\n"`) {
			t.Errorf("replay %d: no CHG in\n%s", i, r.Transcript)
		}
	}
}

func TestReplayOfWhatIsMended(t *testing.T) {
	all, err := served(t).Replay(t.Context(), readFinding(t, "reply-twice.finding"), 2)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d replays, %v", len(all), err)
	}
	for i, r := range all {
		if r.Same || r.Verdict != nil {
			t.Errorf("replay %d: %v, want none", i, r.Verdict)
		}
	}
}

func TestReplayOfAnotherMistake(t *testing.T) {
	finding := readFinding(t, "reply-twice.finding")
	finding.Verdict = Verdict{Class: Grammar, State: "online", Verb: "CHG"}
	all, err := served(t, msnptest.ReplyTwice).Replay(t.Context(), finding, 1)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d replays, %v", len(all), err)
	}
	if all[0].Same || all[0].Verdict == nil || all[0].Verdict.Class != Reply {
		t.Errorf("%v, want another verdict than the finding's", all[0].Verdict)
	}
}

func TestReplayNeedsAccounts(t *testing.T) {
	f := served(t)
	f.Accounts = f.Accounts[:3]
	if all, err := f.Replay(t.Context(), readFinding(t, "reply-twice.finding"), 1); err == nil || all != nil {
		t.Errorf("got %v, %v; want an error", all, err)
	}
}

func TestNetcatIsWhatWasSent(t *testing.T) {
	finding := readFinding(t, "reply-twice.finding")
	all, err := served(t).Replay(t.Context(), finding, 1)
	if err != nil {
		t.Fatal(err)
	}
	sent, addr, notes := finding.Netcat(&all[0])
	want := "VER 1 MSNP10 MSNP9 CVR0\r\nUSR 2 TWN I user00001@example.com\r\nUSR 3 TWN S t=user00001@example.com&p=\r\n" +
		"CHG 4 NLN 536870948\r\nPNG\r\nCHG 5 NLN 536870948\r\nPNG\r\n"
	if host, _, err := net.SplitHostPort(addr); err != nil || host != "127.0.0.1" {
		t.Errorf("sent to %q", addr)
	}
	if string(sent) != want || len(notes) != 0 {
		t.Errorf("sent %q, notes %q", sent, notes)
	}
}

func TestNetcatTellsWhatIsLost(t *testing.T) {
	c, err := ParseCase(strings.Join([]string{
		`ds "VER {trid} MSNP10\r\n"`, `close ds`, `ns split=2 split=3 pause=3ms "VER {trid} MSNP10\r\n"`, `pause 20ms`, `sb "USR {trid} {email} {cookie}\r\n"`, `shut ns`,
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Replay{sent: []stream{{onDispatch, "d:1", []byte("a")}, {onNotification, "n:1", []byte("b")}, {onNotification, "n:2", nil}, {onBoard, "s:1", []byte("c")}}}
	sent, addr, notes := (&Finding{Case: c}).Netcat(r)
	want := []string{"left out: 2 other connections of the session", "left out: 2 cuts between writes", "left out: pauses of 26ms in all",
		"left out: how connections are ended, 2 times", "fixed as it was in this replay: the cookie of a switchboard"}
	if string(sent) != "b" || addr != "n:1" || !slices.Equal(notes, want) {
		t.Errorf("sent %q, notes %q", sent, notes)
	}
}
