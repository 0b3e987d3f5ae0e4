package live

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nudge/codec/msnp/msnptest"
)

// goTestOf writes the test of a finding into a directory of its own, as a module that has nothing but it.
func goTestOf(t *testing.T, dir, name string, f *Finding, accounts []Account) {
	t.Helper()
	var b bytes.Buffer
	if err := f.GoTest(&b, name, accounts); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "finding_test.go"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// module makes a directory a module, without a workspace around it.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module finding\n\ngo 1.26\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// goTool runs the go command in a directory.
func goTool(t *testing.T, dir string, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(cmd.Environ(), "GOWORK=off", "GOFLAGS="), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestGoTestFailsWhereTheFindingShows(t *testing.T) {
	finding := readFinding(t, "reply-twice.finding")
	sound, wrong := served(t), served(t, msnptest.ReplyTwice)
	dir := module(t)
	goTestOf(t, dir, "TestReplyTwice", finding, sound.Accounts)
	binary := filepath.Join(dir, "finding.test")
	if out, err := goTool(t, dir, nil, "test", "-c", "-o", binary); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	play := func(addr string) (string, error) {
		cmd := exec.CommandContext(t.Context(), binary, "-test.v")
		cmd.Env = append(cmd.Environ(), "MSNP_ADDR="+addr, "MSNP_TICKET="+testTicket)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := play(sound.Addr); err != nil || !strings.Contains(out, "PASS: TestReplyTwice") {
		t.Errorf("on a sound server: %v\n%s", err, out)
	}
	out, err := play(wrong.Addr)
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || !strings.Contains(out, `answered a second time: "CHG 5 NLN 536870948"`) {
		t.Errorf("on a server that replies twice: %v\n%s", err, out)
	}
	if out, err := play(""); err != nil || !strings.Contains(out, "SKIP: TestReplyTwice") {
		t.Errorf("without an address: %v\n%s", err, out)
	}
}

func TestGoTestOfEachClassIsSound(t *testing.T) {
	c, err := ParseCase(strings.Join([]string{
		`ds "VER {trid} MSNP10\r\n"`, `close ds`, `open ns`, `ns split=2 split=3 pause=3ms "VER {trid} MSNP10\r\n"`, `pause 20ms`,
		`ns lie=40 "QRY {trid} x {length}\r\n" "{answer}"`, `ns odd "{{\x00\xff"`, `open sb`, `sb "USR {trid} {email} {cookie}\r\n"`,
		`sb "CAL {trid} {peer}\r\n"`, `sb "MSG {trid} A {length}\r\n" "{mark}"`, `reset sb`, `ns lie=99999 "MSG {trid} A {length}\r\n" "x"`, `shut ns`,
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	dir := module(t)
	for _, class := range Classes {
		f := &Finding{Case: c, Verdict: Verdict{Class: class, State: "online", Verb: "A\"\r\nB", Detail: "*/ \r\n \x00"}}
		if !f.showsAlone() {
			continue
		}
		goTestOf(t, filepath.Join(dir, string(class)), "TestFinding", f, []Account{{Email: "a@example.com"}, {Email: "b@example.com"}, {Email: "c@example.com"}})
	}
	told := &Finding{Case: c, Verdict: Verdict{Class: Open, State: "named", Verb: "USR", Detail: "911 was told, and the connection goes on"}}
	goTestOf(t, filepath.Join(dir, "told"), "TestFinding", told, []Account{{Email: "a@example.com"}})
	if out, err := goTool(t, dir, nil, "vet", "./..."); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestGoTestOfWhatOthersAreTold(t *testing.T) {
	for _, v := range []Verdict{{Class: Presence, State: "peer online"}, {Class: Leak, State: "online"}, {Class: Grammar, State: "peer talking"}, {Class: Differs, State: "online"}} {
		f := readFinding(t, "reply-twice.finding")
		f.Verdict = v
		var b bytes.Buffer
		if err := f.GoTest(&b, "TestX", nil); !errors.Is(err, ErrNoGoTest) || b.Len() > 0 {
			t.Errorf("%v: got %v and %d bytes, want %v", &v, err, b.Len(), ErrNoGoTest)
		}
	}
}

func TestStepsOfGoTestsTellWhatIsAwaited(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a command", `ns "VER {trid} MSNP10\r\n"`, `{do: "send", on: "ns", line: "VER {trid} MSNP10\r\n"}`},
		{"one that no client sends now", `ns "PNG\r\n"`, `{do: "send", on: "ns", line: "PNG\r\n", odd: true}`},
		{"a line without an end", `ns "VER 1 MSNP10"`, `{do: "send", on: "ns", line: "VER 1 MSNP10", rest: "\r\n", odd: true}`},
		{"a payload that is too short", `sb lie=20 "MSG {trid} A {length}\r\n" "{mark}"`,
			`{do: "send", on: "sb", line: "MSG {trid} A {length}\r\n", payload: "{mark}", lie: 20, rest: strings.Repeat(".", 20), odd: true}`},
		{"a length above the limit", `sb "MSG {trid} A 99999\r\n"`, `{do: "send", on: "sb", line: "MSG {trid} A 99999\r\n", lost: true}`},
		{"cuts", `ns split=1 split=4 pause=1ms "VER {trid} MSNP10\r\n"`, `{do: "send", on: "ns", line: "VER {trid} MSNP10\r\n", splits: []int{1, 4}, pause: 1000000}`},
		{"a pause", "pause 2ms", `{do: "pause", pause: 2000000}`},
		{"the end of the sending half", "shut sb", `{do: "shut", on: "sb"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := ParseCase(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.goSteps(); len(got) != 1 || got[0] != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
