package msnp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"nudge/codec/msnp"
)

const challenge = "lc=1033,id=507,ct=1088000000"

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer makes a response with the given header lines.
func answer(r *http.Request, status int, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Request: r, Header: http.Header{}, Body: http.NoBody}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		resp.Header.Add(name, value)
	}
	return resp
}

func TestTicketOverHTTPAndHTTPS(t *testing.T) {
	for _, secure := range []bool{false, true} {
		mux := http.NewServeMux()
		srv := httptest.NewUnstartedServer(mux)
		if secure {
			srv.StartTLS()
		} else {
			srv.Start()
		}
		defer srv.Close()
		mux.HandleFunc("/rdr/pprdr.asp", func(w http.ResponseWriter, r *http.Request) {
			login := srv.URL + "/login2.srf"
			if secure {
				login = strings.TrimPrefix(login, "https://")
			}
			w.Header()["PassportURLs"] = []string{"DARealm=Passport.Net,DALogin=" + login + ",ConfigVersion=15"}
		})
		var got http.Header
		mux.HandleFunc("/login2.srf", func(w http.ResponseWriter, r *http.Request) {
			got = r.Header
			w.Header().Set("Authentication-Info", "Passport1.4 da-status=success,tname=MSPAuth,from-PP='t=5a&p=5b',ru=http://x")
			io.WriteString(w, "200: OK")
		})
		p := &msnp.Passport{Client: srv.Client(), NexusURL: srv.URL + "/rdr/pprdr.asp"}
		ticket, err := p.Ticket(t.Context(), "alice@example.com", "s3cr,t", challenge)
		if err != nil || ticket != "t=5a&p=5b" {
			t.Fatalf("secure %v: ticket %q, error %v", secure, ticket, err)
		}
		want := "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=alice%40example.com,pwd=s3cr%2Ct," + challenge
		if a := got.Get("Authorization"); a != want {
			t.Errorf("Authorization\n got %s\nwant %s", a, want)
		}
		if got.Get("User-Agent") != "MSMSGS" || got.Get("Cache-Control") != "no-cache" {
			t.Errorf("headers %v", got)
		}
	}
}

func TestTicketFromLoginAnswer(t *testing.T) {
	const info = "Authentication-Info: "
	tests := []struct {
		name   string
		status int
		header []string
		ticket string
		class  string
		da     string
	}{
		{"the minimal header of Escargot", 200, []string{info + "Passport1.4 da-status=success,from-PP='82499e88'"}, "82499e88", "", ""},
		{"text behind the closing quote", 200, []string{info + "Passport1.4 da-status=success,from-PP='t=a&p=b',ru=http://messenger.msn.com"}, "t=a&p=b", "", ""},
		{"the key spelt dastatus", 200, []string{info + "Passport1.4 dastatus=success,from-PP='x'"}, "x", "", ""},
		{"the ticket in the second of two headers", 200, []string{info + "Passport1.4 da-status=success", info + "from-PP='y'"}, "y", "", ""},
		{"no closing quote", 200, []string{info + "Passport1.4 da-status=success,from-PP='82499e88"}, "", "protocol", "success"},
		{"an empty ticket", 200, []string{info + "Passport1.4 from-PP=''"}, "", "protocol", ""},
		{"a ticket that can't stand in a command", 200, []string{info + "Passport1.4 from-PP='a b'"}, "", "protocol", ""},
		{"a ticket beyond the limit", 200, []string{info + "Passport1.4 from-PP='" + strings.Repeat("a", 5000) + "'"}, "", "protocol", ""},
		{"success without a header", 200, nil, "", "protocol", ""},
		{"wrong password", 401, []string{"WWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-1"}, "", "401", "failed"},
		{"wrong password and don't retry", 401, []string{"WWW-Authenticate: Passport1.4 da-status=failed-noretry"}, "", "401", "failed-noretry"},
		{"refused with the key spelt dastatus", 401, []string{"WWW-Authenticate: Passport1.4 dastatus=failed"}, "", "401", "failed"},
		{"a da-status that is no word", 401, []string{"WWW-Authenticate: Passport1.4 da-status=\x1b[31mfailed"}, "", "401", ""},
		{"a da-status without end", 401, []string{"WWW-Authenticate: Passport1.4 da-status=" + strings.Repeat("a", 1000)}, "", "401", ""},
		{"service unavailable", 503, nil, "", "503", ""},
		{"no authorization seen by Escargot", 500, nil, "", "500", ""},
		{"a redirect without Location", 302, []string{info + "Passport1.4 da-status=redir"}, "", "protocol", ""},
		{"a redirect to another scheme", 302, []string{"Location: ftp://x/"}, "", "protocol", ""},
		{"a header beyond the limit", 200, []string{info + "from-PP='x'", "X: " + strings.Repeat("a", 70000)}, "", "protocol", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &msnp.Passport{LoginURL: "https://login.example.com/", Client: &http.Client{
				Transport: roundTrip(func(r *http.Request) (*http.Response, error) { return answer(r, tt.status, tt.header...), nil })}}
			ticket, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge)
			if ticket != tt.ticket || (err == nil) != (tt.class == "") {
				t.Fatalf("ticket %q, error %v", ticket, err)
			}
			if err == nil {
				return
			}
			var te *msnp.TicketError
			if !errors.As(err, &te) || te.Stage != "login" || te.Class() != tt.class || te.DAStatus != tt.da {
				t.Errorf("error %#v, class %q", te, te.Class())
			}
			if strings.Contains(err.Error(), "pwd=") || !strings.HasPrefix(err.Error(), "passport login: ") {
				t.Errorf("error text %q", err)
			}
		})
	}
}

// TestRecordedLogins sends the requests that were recorded with Escargot to a
// transport that knows those, and nothing else, and answers as recorded.
func TestRecordedLogins(t *testing.T) {
	said, err := os.ReadFile("../../corpus/transcript/escargot-auth-http.txt")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		for exchange := range strings.SplitSeq(string(said), "\n## HTTP") {
			if auth := r.Header.Get("Authorization"); !strings.Contains(exchange, "\nC: GET "+r.URL.Path+" HTTP/1.1\n") ||
				!strings.Contains(exchange, "\nC: Authorization: "+auth+"\n") && auth != "" {
				continue
			}
			var raw strings.Builder
			for line := range strings.Lines(exchange) {
				if text, ok := strings.CutPrefix(line, "S: "); ok && !strings.HasPrefix(text, "(body)") {
					raw.WriteString(strings.TrimSuffix(text, "\n") + "\r\n")
				}
			}
			return http.ReadResponse(bufio.NewReader(strings.NewReader(raw.String()+"\r\n200: OK")), r)
		}
		return nil, fmt.Errorf("not recorded: %v %v", r.URL, r.Header)
	})}
	p := &msnp.Passport{Client: client, NexusURL: "http://nexus.passport.com/rdr/pprdr.asp"}
	const token = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1"
	if ticket, err := p.Ticket(t.Context(), "user0001@example.com", "testpass", token); ticket != "ab49b221dbbe1fc485c7" || err != nil {
		t.Errorf("ticket %q, error %v", ticket, err)
	}
	for _, email := range []string{"user0001@example.com", "nobody@example.com"} {
		var te *msnp.TicketError
		if _, err := p.Ticket(t.Context(), email, "wrong", token); !errors.As(err, &te) || te.Class() != "401" || te.DAStatus != "failed" {
			t.Errorf("%s: %v", email, err)
		}
	}
}

func TestTicketRedirectsKeepTheAuthorization(t *testing.T) {
	var seen []string
	p := &msnp.Passport{LoginURL: "https://login.example.com/login2.srf", Client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("not to be asked") },
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			seen = append(seen, r.URL.String()+" "+r.Header.Get("Authorization"))
			switch len(seen) {
			case 1:
				return answer(r, 302, "Location: https://loginnet.example.com/login2.srf?lc=1033"), nil
			case 2:
				return answer(r, 302, "Location: /deep"), nil
			}
			return answer(r, 200, "Authentication-Info: from-PP='x'"), nil
		})}}
	if ticket, err := p.Ticket(t.Context(), "a@example.com", "p w", "c=1"); ticket != "x" || err != nil {
		t.Fatalf("ticket %q, error %v", ticket, err)
	}
	const auth = " Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=a%40example.com,pwd=p%20w,c=1"
	want := []string{"https://login.example.com/login2.srf" + auth, "https://loginnet.example.com/login2.srf?lc=1033" + auth,
		"https://loginnet.example.com/deep" + auth}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("requests\n%s", strings.Join(seen, "\n"))
	}
}

func TestTicketRedirectLoopEnds(t *testing.T) {
	n := 0
	p := &msnp.Passport{LoginURL: "https://login.example.com/", Client: &http.Client{
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			n++
			return answer(r, 302, "Location: /again"), nil
		})}}
	_, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge)
	if err == nil || n != 6 || err.(*msnp.TicketError).Class() != "protocol" {
		t.Errorf("%d requests, error %v", n, err)
	}
}

// endless is a body without end that counts what is taken from it.
type endless struct{ n int64 }

func (e *endless) Read(b []byte) (int, error) { e.n += int64(len(b)); return len(b), nil }
func (e *endless) Close() error               { return nil }

func TestTicketBodyIsBounded(t *testing.T) {
	body := new(endless)
	p := &msnp.Passport{LoginURL: "http://login.example.com/", Client: &http.Client{
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			resp := answer(r, 200, "Authentication-Info: from-PP='x'")
			resp.Body = body
			return resp, nil
		})}}
	if ticket, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge); ticket != "x" || err != nil {
		t.Fatalf("ticket %q, error %v", ticket, err)
	}
	if body.n > 128<<10 {
		t.Errorf("%d bytes read of a body that doesn't count", body.n)
	}
}

func TestNexusAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header []string
		login  string
	}{
		{"the spelling of the real service", 200, []string{"PassportURLs: DARealm=Passport.Net,DALogin=login.example.com/l,ConfigVersion=15"}, "https://login.example.com/l"},
		{"the spelling of Escargot, with a scheme", 200, []string{"Passporturls: DALogin=http://127.0.0.1:8443/login"}, "http://127.0.0.1:8443/login"},
		{"another case of the key, and spaces", 200, []string{"PASSPORTURLS: a=b, dalogin=login.example.com/l"}, "https://login.example.com/l"},
		{"no header", 200, nil, ""},
		{"no DALogin", 200, []string{"PassportURLs: DARealm=x"}, ""},
		{"an empty DALogin", 200, []string{"PassportURLs: DALogin="}, ""},
		{"not found", 404, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			login := ""
			p := &msnp.Passport{NexusURL: "https://nexus.example.com/", Client: &http.Client{
				Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.URL.Host == "nexus.example.com" {
						return answer(r, tt.status, tt.header...), nil
					}
					login = r.URL.String()
					return answer(r, 200, "Authentication-Info: from-PP='x'"), nil
				})}}
			_, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge)
			if login != tt.login || (err == nil) != (tt.login != "") {
				t.Errorf("login at %q, error %v", login, err)
			}
			var te *msnp.TicketError
			if errors.As(err, &te) && (te.Stage != "nexus" || te.Status != tt.status) {
				t.Errorf("error %#v", te)
			}
		})
	}
}

func TestNexusIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked, logins atomic.Int32
		gate := make(chan struct{})
		p := &msnp.Passport{NexusURL: "https://nexus.example.com/", Client: &http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host == "nexus.example.com" {
					asked.Add(1)
					<-gate
					return answer(r, 200, "PassportURLs: DALogin=login.example.com/"), nil
				}
				logins.Add(1)
				return answer(r, 200, "Authentication-Info: from-PP='x'"), nil
			})}}
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if ticket, err := p.Ticket(t.Context(), fmt.Sprintf("u%d@example.com", i), "pw", challenge); ticket != "x" {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(gate)
		wg.Wait()
		p.Ticket(t.Context(), "late@example.com", "pw", challenge)
		if asked.Load() != 1 || logins.Load() != 51 {
			t.Errorf("nexus asked %d times, login %d times", asked.Load(), logins.Load())
		}
	})
}

func TestNexusErrorIsSharedAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		gate := make(chan struct{})
		p := &msnp.Passport{NexusURL: "https://nexus.example.com/", Client: &http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host != "nexus.example.com" {
					return answer(r, 200, "Authentication-Info: from-PP='x'"), nil
				}
				if asked.Add(1) > 1 {
					return answer(r, 200, "PassportURLs: DALogin=login.example.com/"), nil
				}
				<-gate
				return answer(r, 503), nil
			})}}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge); err == nil {
					t.Error("no error")
				}
			})
		}
		synctest.Wait()
		close(gate)
		wg.Wait()
		if ticket, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge); ticket != "x" || asked.Load() != 2 {
			t.Errorf("ticket %q, error %v, nexus asked %d times", ticket, err, asked.Load())
		}
	})
}

func TestNexusWaitersOutliveTheOneWhoAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		p := &msnp.Passport{NexusURL: "https://nexus.example.com/", Client: &http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host != "nexus.example.com" {
					return answer(r, 200, "Authentication-Info: from-PP='x'"), nil
				}
				if asked.Add(1) == 1 {
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return answer(r, 200, "PassportURLs: DALogin=login.example.com/"), nil
			})}}
		first, cancel := context.WithCancel(t.Context())
		third, giveUp := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var errs [3]error
		for i, ctx := range []context.Context{first, t.Context(), third} {
			wg.Go(func() { _, errs[i] = p.Ticket(ctx, "a@example.com", "pw", challenge) })
			synctest.Wait()
		}
		giveUp()
		synctest.Wait()
		cancel()
		wg.Wait()
		if errs[1] != nil || asked.Load() != 2 {
			t.Errorf("the one who waits: %v; nexus asked %d times", errs[1], asked.Load())
		}
		for _, i := range []int{0, 2} {
			var te *msnp.TicketError
			if !errors.As(errs[i], &te) || te.Class() != "canceled" || te.Stage != "nexus" {
				t.Errorf("canceled request %d: %v", i, errs[i])
			}
		}
	})
}

func TestTicketTemplate(t *testing.T) {
	tests := []struct{ name, template, email, want string }{
		{"fixed text", "t=abc&p=def", "a@example.com", "t=abc&p=def"},
		{"address and number", "t=%s.%d", "user00042@example.com", "t=user00042@example.com.42"},
		{"the last number before the @ counts", "%d", "7load130x@10.example.com", "130"},
		{"no number", "%d", "alice@example9.com", "0"},
		{"a number of zeros", "%d", "user000@example.com", "0"},
		{"a percent sign, and an escape that is none of ours", "%%d%3D", "user1@example.com", "%d%3D"},
		{"a space can't be sent", "a b", "a@example.com", ""},
		{"an address with a line end can't be sent", "%s", "a\r\n@example.com", ""},
	}
	for _, tt := range tests {
		p := &msnp.Passport{Template: tt.template, Client: &http.Client{
			Transport: roundTrip(func(*http.Request) (*http.Response, error) { panic("no request wanted") })}}
		got, err := p.Ticket(t.Context(), tt.email, "pw", challenge)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %q, error %v, want %q", tt.name, got, err, tt.want)
		}
		var te *msnp.TicketError
		if errors.As(err, &te) && te.Class() != "protocol" {
			t.Errorf("%s: class %q", tt.name, te.Class())
		}
	}
}

// forbidden is what a guarded dialer returns.
type forbidden struct{}

func (forbidden) Error() string { return "address not permitted" }
func (forbidden) Class() string { return "forbidden" }

func TestTicketErrorClass(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	fails := func(err error) *http.Client {
		return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}}
	}
	tests := []struct {
		name   string
		client *http.Client
		url    string
		class  string
	}{
		{"nobody listens", fails(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "http://x/", "refused"},
		{"reset", fails(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), "http://x/", "reset"},
		{"hung up", fails(io.EOF), "http://x/", "closed"},
		{"no such host", fails(&net.DNSError{Err: "no such host"}), "http://x/", "dns"},
		{"network unreachable", fails(&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}), "http://x/", "network"},
		{"time is up", fails(context.DeadlineExceeded), "http://x/", "timeout"},
		{"a dial that timed out", fails(&net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}), "http://x/", "timeout"},
		{"the guard says no", fails(forbidden{}), "http://x/", "forbidden"},
		{"a certificate nobody signed", nil, secure.URL, "tls"},
		{"TLS spoken to a plain server", nil, strings.Replace(plain.URL, "http:", "https:", 1), "protocol"},
		{"an address that is none", nil, "http://a b/", "protocol"},
		{"no address at all", nil, "", "protocol"},
	}
	for _, tt := range tests {
		client := tt.client
		if client == nil {
			tr := &http.Transport{}
			defer tr.CloseIdleConnections()
			client = &http.Client{Transport: tr}
		}
		p := &msnp.Passport{Client: client, LoginURL: tt.url, NexusURL: tt.url}
		_, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge)
		var te *msnp.TicketError
		if !errors.As(err, &te) || te.Class() != tt.class {
			t.Errorf("%s: %v, class %q, want %q", tt.name, err, te.Class(), tt.class)
		}
		if tt.class == "forbidden" && !errors.Is(err, forbidden{}) {
			t.Errorf("%s: the guard's error can't be found in %v", tt.name, err)
		}
	}
}

func TestTicketWithTheDefaultClient(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Authentication-Info", "from-PP='x'")
	}))
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()
	p := &msnp.Passport{LoginURL: srv.URL}
	if ticket, err := p.Ticket(t.Context(), "a@example.com", "pw", challenge); ticket != "x" || err != nil {
		t.Errorf("ticket %q, error %v", ticket, err)
	}
}
