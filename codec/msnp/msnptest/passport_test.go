package msnptest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"nudge/codec/msnp"
)

func started(t *testing.T, srv *Server) Addrs {
	t.Helper()
	addrs, err := srv.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return addrs
}

// trusting is an HTTP client that trusts the server's certificate.
func trusting(t *testing.T, addrs Addrs) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(addrs.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate in the file")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// TestPassport is §3.5, over HTTP and HTTPS, as our own client does it.
func TestPassport(t *testing.T) {
	srv := &Server{Accounts: 2, Password: "se,cr%et", NoRedirect: true}
	addrs := started(t, srv)
	client := trusting(t, addrs)
	const challenge = "lc=1033,id=507,tw=40,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom"
	for _, p := range []*msnp.Passport{
		{Client: client, NexusURL: addrs.Nexus}, {Client: client, NexusURL: addrs.NexusTLS},
		{Client: client, LoginURL: addrs.Login}, {Client: client, LoginURL: addrs.LoginTLS},
	} {
		ticket, err := p.Ticket(t.Context(), user(1), "se,cr%et", challenge)
		if err != nil || !strings.HasPrefix(ticket, "t=") || !strings.Contains(ticket, "&p=") {
			t.Errorf("%+v: %q, %v", p, ticket, err)
		}
		if _, ok := srv.store.tickets.redeem([]byte(ticket), srv.store.known(user(1)), srv.store.tickets.live[ticket].expires.Add(-1)); !ok {
			t.Error("the ticket is not good")
		}
		for _, wrong := range [][2]string{{user(1), "secret"}, {user(3), "se,cr%et"}, {"nobody", ""}} {
			var te *msnp.TicketError
			if _, err := p.Ticket(t.Context(), wrong[0], wrong[1], challenge); !errors.As(err, &te) || te.Status != 401 || te.DAStatus != "failed" {
				t.Errorf("%v: %v", wrong, err)
			}
		}
	}
	res, err := client.Get(addrs.NexusTLS)
	if err != nil || res.ProtoMajor != 1 {
		t.Errorf("%v: HTTP/2 writes header names in lower case: %v", res, err)
	}
	res.Body.Close()
}

// raw sends a request and returns the answer as it stands on the wire.
func raw(t *testing.T, nc net.Conn, path, header string) string {
	t.Helper()
	fmt.Fprintf(nc, "GET %s HTTP/1.1\r\nHost: login.example.com\r\n%sConnection: close\r\n\r\n", path, header)
	b, err := io.ReadAll(bufio.NewReader(nc))
	nc.Close()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatOldClientsReadOfPassport(t *testing.T) {
	addrs := started(t, &Server{Accounts: 1})
	plain := func() net.Conn {
		nc, err := net.Dial("tcp", host(t, addrs.Nexus))
		if err != nil {
			t.Fatal(err)
		}
		return nc
	}
	secure := func() net.Conn {
		nc, err := tls.Dial("tcp", host(t, addrs.NexusTLS), trusting(t, addrs).Transport.(*http.Transport).TLSClientConfig)
		if err != nil {
			t.Fatal(err)
		}
		return nc
	}
	const authorization = "Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,sign-in=%s,pwd=%s,lc=1033,id=507\r\n"
	right, wrong := fmt.Sprintf(authorization, "user00001%40example.com", "secret"), fmt.Sprintf(authorization, "user00001%40example.com", "wrong")
	for _, tt := range []struct{ name, got, status, want string }{
		{"the nexus over HTTPS has no scheme", raw(t, secure(), nexusPath, ""), "200 OK", "\r\nPassportURLs: DARealm=Passport.Net,DALogin=login.example.com/login2.srf,"},
		{"the nexus over HTTP has one", raw(t, plain(), nexusPath, ""), "200 OK", "\r\nPassportURLs: DARealm=Passport.Net,DALogin=http://login.example.com/login2.srf,"},
		{"a success is text/html", raw(t, secure(), loginPath, right), "200 OK", "\r\nContent-Type: text/html\r\n"},
		{"a success has a ticket in quotes", raw(t, secure(), loginPath, right), "200 OK", "\r\nAuthentication-Info: Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='t="},
		{"a wrong password", raw(t, plain(), loginPath, wrong), "401 Unauthorized", "\r\nWWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-1,prompt,cburl="},
		{"no password", raw(t, plain(), loginPath, ""), "401 Unauthorized", "da-status=failed,"},
		{"another scheme", raw(t, plain(), loginPath, "Authorization: Basic YTpi\r\n"), "401 Unauthorized", "da-status=failed,"},
		{"an escape that is none", raw(t, plain(), loginPath, fmt.Sprintf(authorization, "100%", "%zz")), "401 Unauthorized", "da-status=failed,"},
	} {
		if !strings.HasPrefix(tt.got, "HTTP/1.1 "+tt.status+"\r\n") || !strings.Contains(tt.got, tt.want) {
			t.Errorf("%s: %q", tt.name, tt.got)
		}
	}
}

// TestDALoginScheme is §3.5 and §12.44: with which scheme the nexus names the login server, and that our own client finds it.
func TestDALoginScheme(t *testing.T) {
	for _, tt := range []struct {
		scheme        string
		plain, secure string // with the port of HTTP for :P, of HTTPS for :S
	}{
		{"", "http://127.0.0.1:P/login2.srf", "127.0.0.1:S/login2.srf"},
		{"auto", "http://127.0.0.1:P/login2.srf", "127.0.0.1:S/login2.srf"},
		{"always", "http://127.0.0.1:P/login2.srf", "https://127.0.0.1:S/login2.srf"},
		{"never", "127.0.0.1:S/login2.srf", "127.0.0.1:S/login2.srf"},
	} {
		addrs := started(t, &Server{Accounts: 1, DALoginScheme: tt.scheme})
		client := trusting(t, addrs)
		ports := strings.NewReplacer("127.0.0.1:P", host(t, addrs.Nexus), "127.0.0.1:S", host(t, addrs.NexusTLS))
		for nexus, want := range map[string]string{addrs.Nexus: tt.plain, addrs.NexusTLS: tt.secure} {
			res, err := client.Get(nexus)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if got := res.Header.Get("PassportURLs"); !strings.Contains(got, ",DALogin="+ports.Replace(want)+",") {
				t.Errorf("%q at %s: %q, want %s", tt.scheme, nexus, got, ports.Replace(want))
			}
			if _, err := (&msnp.Passport{Client: client, NexusURL: nexus}).Ticket(t.Context(), user(1), "secret", "lc=1033"); err != nil {
				t.Errorf("%q at %s: %v", tt.scheme, nexus, err)
			}
		}
	}
	if err := (&Server{DALoginScheme: "https"}).Check(); err == nil || err.Error() != `msnptest: DALoginScheme "https": want auto, always or never` {
		t.Error(err)
	}
	w := httptest.NewRecorder()
	(&Server{DALoginScheme: "never"}).Passport().ServeHTTP(w, httptest.NewRequest("GET", "http://proxy.example.com"+nexusPath, nil))
	if got := w.Header()["PassportURLs"]; len(got) != 1 || !strings.Contains(got[0], ",DALogin=proxy.example.com/login2.srf,") {
		t.Errorf("without listeners: %q", got)
	}
}

// TestOtherAnswersOfTheLoginServer are the rows of §3.5 but for success and a wrong password.
func TestOtherAnswersOfTheLoginServer(t *testing.T) {
	ticket := func(srv *Server, email, password string) (*msnp.TicketError, bool) {
		addrs := started(t, srv)
		got, err := (&msnp.Passport{Client: trusting(t, addrs), NexusURL: addrs.NexusTLS}).Ticket(t.Context(), email, password, "lc=1033")
		var te *msnp.TicketError
		errors.As(err, &te)
		return te, got != ""
	}
	locked := &Server{Data: data(t, "[[account]]\nemail = 'a@x.com'\nlocked = true\n")}
	if te, ok := ticket(locked, "a@x.com", "secret"); ok || te == nil || te.Status != 401 || te.DAStatus != "failed-noretry" || locked.Ticket("a@x.com") != "" {
		t.Errorf("a locked account: %v, %v", te, ok)
	}
	if te, ok := ticket(&Server{Accounts: 1, Data: data(t, "[server]\nlogin-unavailable = true\n")}, user(1), "secret"); ok || te == nil || te.Status != 503 {
		t.Errorf("a login server that is away: %v, %v", te, ok)
	}
	srv := &Server{Accounts: 1, LoginRedirect: true}
	if te, ok := ticket(srv, user(1), "secret"); !ok {
		t.Errorf("a redirect: %v", te)
	}
	nc, err := net.Dial("tcp", host(t, srv.Addrs().Login))
	if err != nil {
		t.Fatal(err)
	}
	if got := raw(t, nc, loginPath, ""); !strings.HasPrefix(got, "HTTP/1.1 302 Found\r\n") || !strings.Contains(got, "\r\nAuthentication-Info: Passport1.4 da-status=redir\r\n") ||
		!strings.Contains(got, "\r\nLocation: http://login.example.com/login2.srf?lc=1033\r\n") {
		t.Errorf("%q", got)
	}
	srv = &Server{Accounts: 1, LoginRedirect: true}
	if te, ok := ticket(srv, user(1), "wrong"); ok || te == nil || te.Status != 401 || te.DAStatus != "failed" {
		t.Errorf("a redirect with a wrong password: %v, %v", te, ok)
	}
}

func host(t *testing.T, rawURL string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestListening(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	srv := &Server{Accounts: 1, PortBase: taken.Addr().(*net.TCPAddr).Port}
	if _, err := srv.Start(); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "dispatch") {
		t.Errorf("a port that is taken: %v", err)
	}
	for _, srv := range []*Server{{UserFormat: "user"}, {UserFormat: "user%s@example.com"}, {UserFormat: "%5d@example.com"}, {UserFormat: "%d%d@example.com"}, {UserFormat: "user%d@"}} {
		if _, err := srv.Start(); err == nil || !strings.Contains(err.Error(), "user%05d@example.com") {
			t.Errorf("%q: %v", srv.UserFormat, err)
		}
		if srv.Check() == nil || srv.Ticket(user(1)) != "" || srv.Close() != nil {
			t.Errorf("%q is good after all", srv.UserFormat)
		}
	}
	srv = &Server{Host: "0.0.0.0", Accounts: 1}
	addrs := started(t, srv)
	if _, err := srv.Start(); err == nil {
		t.Error("a server starts twice")
	}
	if _, err := os.Stat(addrs.CAFile); err != nil {
		t.Error(err)
	}
	for _, at := range []string{addrs.Dispatch, addrs.Notification, addrs.Switchboard, host(t, addrs.Nexus), host(t, addrs.LoginTLS)} {
		if !strings.HasPrefix(at, "0.0.0.0:") {
			t.Errorf("%s is not what was asked for", at)
		}
	}
	_, port, _ := net.SplitHostPort(addrs.Dispatch)
	nc, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	_, notification, _ := net.SplitHostPort(addrs.Notification)
	fmt.Fprintf(nc, "VER 1 MSNP10\r\nUSR 2 TWN I %s\r\nOUT\r\n", user(1))
	if got, err := io.ReadAll(nc); err != nil || string(got) != lines("VER 1 MSNP10", "XFR 2 NS 127.0.0.1:"+notification+" 0 127.0.0.1:"+port, "OUT") {
		t.Errorf("%q, %v", got, err)
	}
	srv.Close()
	if _, err := os.Stat(addrs.CAFile); !os.IsNotExist(err) {
		t.Errorf("the certificate is left: %v", err)
	}
}
