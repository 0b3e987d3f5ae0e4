package msnptest

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Paths of the nexus and of the login server (§3.5).
const (
	nexusPath = "/rdr/pprdr.asp"
	loginPath = "/login2.srf"
)

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
	return s.ticket(a), "success"
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
