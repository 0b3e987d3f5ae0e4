package msnptest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Paths of the nexus and of the login server (§3.5).
const (
	nexusPath = "/rdr/pprdr.asp"
	loginPath = "/login2.srf"
)

// ticket is one that was given out and not used.
type ticket struct {
	account *account
	expires time.Time
}

// tickets are those given out. All live equally long, so that the oldest is the
// first to expire; maxTickets bounds those that nobody redeems.
type tickets struct {
	live  map[string]ticket
	order []string // as they were given out; some are used up
}

const maxTickets = 1 << 20

// issue makes a ticket, good for one sign-in.
func (ts *tickets) issue(a *account, now time.Time, life time.Duration) string {
	for len(ts.order) > 0 {
		t, ok := ts.live[ts.order[0]]
		if ok && now.Before(t.expires) && len(ts.order) < maxTickets {
			break
		}
		delete(ts.live, ts.order[0])
		ts.order = ts.order[1:]
	}
	var random [24]byte
	rand.Read(random[:])
	value := "t=" + hex.EncodeToString(random[:16]) + "&p=" + hex.EncodeToString(random[16:])
	if ts.live == nil {
		ts.live = make(map[string]ticket)
	}
	ts.live[value] = ticket{a, now.Add(life)}
	ts.order = append(ts.order, value)
	return value
}

// redeem reports whether the ticket is good for the account, and uses it up.
// Shown by another account it stays good for its own.
func (ts *tickets) redeem(value []byte, a *account, now time.Time) bool {
	t, ok := ts.live[string(value)]
	if !ok || a == nil || t.account != a {
		return false
	}
	delete(ts.live, string(value))
	return now.Before(t.expires)
}

// Ticket gives out a ticket as the login server would, without a password; ""
// if there is no such account, or it is locked.
func (s *Server) Ticket(email string) string {
	if s.init() != nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.store.known(email)
	if a == nil || a.set.locked {
		return ""
	}
	return s.store.tickets.issue(a, time.Now(), s.TicketLife)
}

// Passport is the nexus and the login server, for whoever serves HTTP.
func (s *Server) Passport() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+nexusPath, s.nexus)
	mux.HandleFunc("GET "+loginPath, s.login)
	return mux
}

// nexus tells where to log in. Old clients compare the header's name by case
// (§3.5).
func (s *Server) nexus(w http.ResponseWriter, r *http.Request) {
	w.Header()["PassportURLs"] = []string{"DARealm=Passport.Net,DALogin=" + s.loginURL(r) + ",DAReg=,Properties=,Privacy=,GeneralRedir=,Help=,ConfigVersion=15"}
	w.Header().Set("Content-Length", "0")
}

// loginURL is where to log in, as DALoginScheme has it. Without a scheme it is
// where HTTPS is, even if the nexus was asked over HTTP: who reads it puts
// https:// before it.
func (s *Server) loginURL(r *http.Request) string {
	switch {
	case s.DALoginScheme == "always", s.DALoginScheme != "never" && r.TLS == nil:
		return scheme(r) + r.Host + loginPath
	case r.TLS != nil:
		return r.Host + loginPath
	}
	secure, err := url.Parse(s.Addrs().LoginTLS)
	if err != nil || secure.Host == "" {
		return r.Host + loginPath
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	return net.JoinHostPort(host, secure.Port()) + loginPath
}

func scheme(r *http.Request) string {
	if r.TLS == nil {
		return "http://"
	}
	return "https://"
}

// checkScheme says what is wrong with DALoginScheme.
func (s *Server) checkScheme() error {
	switch s.DALoginScheme {
	case "", "auto", "always", "never":
		return nil
	}
	return fmt.Errorf("msnptest: DALoginScheme %q: want auto, always or never", s.DALoginScheme)
}

// hopQuery is what the login server's other page has in its URL (§3.5).
const hopQuery = "lc=1033"

// login checks a password and gives out a ticket.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "0")
	switch {
	case s.data().LoginUnavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case s.LoginRedirect && r.URL.RawQuery != hopQuery:
		w.Header().Set("Authentication-Info", "Passport1.4 da-status=redir")
		w.Header().Set("Location", scheme(r)+r.Host+loginPath+"?"+hopQuery)
		w.WriteHeader(http.StatusFound)
		return
	}
	value, status := s.logIn(r.Header.Get("Authorization"))
	if value == "" {
		// In this spelling, as with PassportURLs: net/http would write Www-.
		w.Header()["WWW-Authenticate"] = []string{"Passport1.4 da-status=" + status + ",srealm=Passport.NET,ts=-1,prompt,cburl=http://www.example.net/,cbtxt=Wrong%20name%20or%20password"}
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Authentication-Info", "Passport1.4 da-status="+status+",tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='"+value+"',ru=http://messenger.msn.com")
}

// logIn gives out a ticket, if the header has a name and its password, and says
// what da-status that is.
func (s *Server) logIn(authorization string) (value, status string) {
	email, password, ok := credentials(authorization)
	if !ok || s.init() != nil {
		return "", "failed"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.store.known(email)
	switch {
	case a != nil && a.set.locked:
		return "", "failed-noretry"
	case a == nil || subtle.ConstantTimeCompare([]byte(password), []byte(a.set.password)) != 1:
		return "", "failed"
	}
	return s.store.tickets.issue(a, time.Now(), s.TicketLife), "success"
}

// credentials reads sign-in and pwd of an Authorization header.
func credentials(header string) (email, password string, ok bool) {
	list, ok := strings.CutPrefix(header, "Passport1.4 ")
	if !ok {
		return "", "", false
	}
	for pair := range strings.SplitSeq(list, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		plain, err := url.PathUnescape(value)
		if err != nil {
			plain = value
		}
		switch key {
		case "sign-in":
			email = plain
		case "pwd":
			password = plain
		}
	}
	return email, password, email != ""
}

// serveWeb serves Passport. Server.mu is held.
func (s *Server) serveWeb(ln net.Listener) {
	web := &http.Server{
		Handler: s.Passport(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: log.New(io.Discard, "", 0),
	}
	s.web = append(s.web, web)
	s.work.Go(func() { web.Serve(ln) })
}

// stopWeb lets requests in progress end until by.
func stopWeb(w *http.Server, by time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), by)
	defer cancel()
	if w.Shutdown(ctx) != nil {
		w.Close()
	}
}

// authority makes the certificate of this run, and the file that those who are
// to trust it read.
func (s *Server) authority() (tls.Certificate, string, error) {
	cert, authority, err := certificate(s.Host)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	f, err := os.CreateTemp("", "nudge-ca-*.pem")
	if err != nil {
		return tls.Certificate{}, "", err
	}
	_, err = f.Write(authority)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return tls.Certificate{}, "", err
	}
	return cert, f.Name(), nil
}

// certificate makes a certificate for a host that vouches for itself, and its
// PEM form for those who are to trust it.
func certificate(host string) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "nudge reference server"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(30 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = append(template.IPAddresses, ip)
	} else {
		template.DNSNames = append(template.DNSNames, host)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
