package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// served runs nudge serve until stop, which returns its exit status and stderr.
func served(t *testing.T, args ...string) (addrs msnptest.Addrs, stop func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	stdin, _ := io.Pipe()
	stdout, w := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"serve"}, args...), nil, stdin, w, &stderr)
		w.Close()
	}()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatalf("serve %q: %d, %s", args, <-status, stderr.String())
	}
	if err := json.Unmarshal(line, &addrs); err != nil {
		t.Fatal(err)
	}
	return addrs, func() (int, string) {
		cancel(interruption{2})
		return <-status, stderr.String()
	}
}

func TestServeEndsInOrderAndLogsNothingSecret(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	addrs, stop := served(t, "--accounts", "200000", "--no-redirect", "--log", log, "--password", "hush-hush")
	nc, err := net.Dial("tcp", addrs.Dispatch)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	fmt.Fprintf(nc, "VER 1 MSNP10\r\nUSR 2 TWN I user200000@example.com\r\nUSR 3 TWN S t=not-for-the-log\r\n")
	if got, err := io.ReadAll(nc); err != nil || !strings.HasSuffix(string(got), "911 3\r\n") {
		t.Errorf("%q, %v", got, err)
	}
	stays, err := net.Dial("tcp", addrs.Notification)
	if err != nil {
		t.Fatal(err)
	}
	defer stays.Close()
	fmt.Fprintf(stays, "VER 1 MSNP10\r\n")
	if _, err := bufio.NewReader(stays).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if status, stderr := stop(); status != 0 || stderr != "" {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=connected", "role=dispatch", "verb=USR", `msg=closed`, `account=user200000@example.com why="refused: 911"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the log lacks %q: %s", want, b)
		}
	}
	for _, secret := range []string{"not-for-the-log", "hush-hush"} {
		if strings.Contains(string(b), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// TestServeAnswersAsAsked is each flag of servevariants.go, by what a client sees of it.
func TestServeAnswersAsAsked(t *testing.T) {
	addrs, stop := served(t, "--listen", "0.0.0.0", "--no-redirect", "--migrated", "none", "--append-cvr0", "--no-short-syn", "--m0-list-versions", "--dalogin-scheme", "never", "--login-redirect")
	loopback := strings.NewReplacer("0.0.0.0", "127.0.0.1").Replace
	if loopback(addrs.Notification) == addrs.Notification {
		t.Errorf("%s is not what was asked for", addrs.Notification)
	}
	res, err := http.Get(loopback(addrs.Nexus))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	_, tls, _ := strings.Cut(loopback(addrs.LoginTLS), "https://")
	if got := res.Header.Get("PassportURLs"); !strings.Contains(got, ",DALogin="+tls+",") {
		t.Errorf("%q, want %s", got, tls)
	}
	hop, err := http.DefaultTransport.RoundTrip(httptest.NewRequest("GET", loopback(addrs.Login), nil))
	if err != nil {
		t.Fatal(err)
	}
	hop.Body.Close()
	if hop.StatusCode != http.StatusFound {
		t.Errorf("the login server: %s", hop.Status)
	}
	ticket, err := (&msnp.Passport{LoginURL: loopback(addrs.Login)}).Ticket(t.Context(), "user00001@example.com", "secret", "lc=1033")
	if err != nil {
		t.Fatal(err)
	}
	nc, err := net.Dial("tcp", loopback(addrs.Notification))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	fmt.Fprintf(nc, "VER 1 MSNP10\r\nUSR 2 TWN I user00001@example.com\r\nUSR 3 TWN S %s\r\nSYN 4 1 0\r\nGTC 5 N\r\nOUT\r\n", ticket)
	got, err := io.ReadAll(nc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"VER 1 MSNP10 CVR0\r\n", "SYN 4 1 0 10 3\r\n", "GTC 5 2 N\r\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if status, stderr := stop(); status != 0 || !strings.Contains(stderr, "0.0.0.0 is not loopback") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	unknown := file("unknown.toml", "version = 1\n[[account]]\nemail = 'a@x.com'\npasword = 'x'\n")
	wrong := file("wrong.toml", "version = 1\n[[account]]\nemail = 'a@x.com'\ngtc = 'X'\n")
	double := file("double.toml", "version = 1\n[[account]]\nemail = 'user00001@example.com'\n")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"a port in use", []string{"--port-base", port}, exitFailed, "127.0.0.1:" + port + " is in use: give a --port-base N"},
		{"an address of another machine", []string{"--listen", "192.0.2.1"}, exitFailed, "--listen 192.0.2.1: give an address of this machine"},
		{"a file that is not there", []string{"--data", "/nowhere/x.toml"}, exitUsage, "/nowhere/x.toml"},
		{"an unknown key", []string{"--data", unknown}, exitUsage, unknown + `: line 4, column 1: unknown key "account.pasword"`},
		{"a wrong value", []string{"--data", wrong}, exitUsage, wrong + `: line 4, column 1: gtc = "X": want A or N`},
		{"an account twice", []string{"--data", double, "--accounts", "5"}, exitUsage, double + `: line 3, column 1: account "user00001@example.com" is also there by rule`},
		{"a format", []string{"--user-format", "user%s@x.com"}, exitUsage, "want one %d or %05d"},
		{"a log that cannot be written", []string{"--log", "/nowhere/log"}, exitFailed, "/nowhere/log"},
		{"too many contacts", []string{"--contacts", "1001"}, exitUsage, "give a number from 0 to 1000"},
		{"a port above all", []string{"--port-base", "65532"}, exitUsage, "give a port from 1 to 65531"},
		{"a share", []string{"--migrated", "some"}, exitUsage, "all, none or a share"},
		{"a time", []string{"--migrate-when", "soon"}, exitUsage, "nor usr1"},
		{"a time without anybody", []string{"--migrate-when", "50/s", "--migrated", "all"}, exitUsage, "nobody would be left"},
		{"a scheme", []string{"--dalogin-scheme", "https"}, exitUsage, "auto"},
		{"an announced address", []string{"--announce-notification", "here"}, exitUsage, "give HOST:PORT"},
		{"an argument", []string{"now"}, exitUsage, "takes no arguments"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), append([]string{"serve"}, tt.args...), nil, strings.NewReader(""), &stdout, &stderr)
		if status != tt.status || !strings.Contains(stderr.String(), tt.want) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() != 0 {
			t.Errorf("%s: exit status %d, %q, want %d, %q", tt.name, status, stderr.String(), tt.status, tt.want)
		}
	}
}
