package msnptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
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

// maxTickets bounds the tickets that nobody redeems.
const maxTickets = 1 << 20

// issue makes a ticket, good for one sign-in.
func (st *store) issue(a *account, now time.Time, life time.Duration) string {
	if len(st.tickets) >= maxTickets {
		for value, t := range st.tickets {
			if now.After(t.expires) || len(st.tickets) >= maxTickets {
				delete(st.tickets, value)
			}
		}
	}
	var random [16]byte
	rand.Read(random[:])
	half := hex.EncodeToString(random[:])
	value := "t=" + half + "&p=" + half[:16]
	st.tickets[value] = ticket{a, now.Add(life)}
	return value
}

// redeem reports whether the ticket is good for the account, and uses it up.
func (st *store) redeem(value string, a *account, now time.Time) bool {
	t, ok := st.tickets[value]
	if !ok || a == nil || t.account != a {
		return false
	}
	delete(st.tickets, value)
	return !now.After(t.expires)
}

// Ticket gives out a ticket as the login server would, without a password; ""
// if there is no such account.
func (s *Server) Ticket(email string) string {
	if s.init() != nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.store.known(email)
	if a == nil {
		return ""
	}
	return s.store.issue(a, time.Now(), s.TicketLife)
}

// Passport is the nexus and the login server, for whoever serves HTTP.
func (s *Server) Passport() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+nexusPath, s.nexus)
	mux.HandleFunc("GET "+loginPath, s.login)
	return mux
}

// nexus tells where to log in. Old clients compare the header's name by case,
// and put https:// before what follows DALogin= (§3.5); who asked without TLS
// gets a whole URL.
func (s *Server) nexus(w http.ResponseWriter, r *http.Request) {
	where := r.Host + loginPath
	if r.TLS == nil {
		where = "http://" + where
	}
	w.Header()["PassportURLs"] = []string{"DARealm=Passport.Net,DALogin=" + where + ",DAReg=,Properties=,Privacy=,GeneralRedir=,Help=,ConfigVersion=15"}
	w.Header().Set("Content-Length", "0")
}

// login checks a password and gives out a ticket.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	email, password, ok := credentials(r.Header.Get("Authorization"))
	value := ""
	if ok && s.init() == nil {
		s.mu.Lock()
		if a := s.store.known(email); a != nil && subtle.ConstantTimeCompare([]byte(password), []byte(a.password)) == 1 {
			value = s.store.issue(a, time.Now(), s.TicketLife)
		}
		s.mu.Unlock()
	}
	w.Header().Set("Content-Length", "0")
	if value == "" {
		w.Header().Set("WWW-Authenticate", "Passport1.4 da-status=failed,srealm=Passport.NET,ts=-1,prompt,cburl=http://www.example.net/,cbtxt=Wrong%20name%20or%20password")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Authentication-Info", "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='"+value+"',ru=http://messenger.msn.com")
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

// serveWeb serves Passport over HTTP and over HTTPS, with a certificate made
// for this run.
func (s *Server) serveWeb(plain, secure net.Listener) error {
	cert, authority, err := certificate(s.Host)
	if err != nil {
		return fmt.Errorf("msnptest: certificate: %w", err)
	}
	f, err := os.CreateTemp("", "nudge-ca-*.pem")
	if err != nil {
		return fmt.Errorf("msnptest: certificate: %w", err)
	}
	s.addrs.CAFile = f.Name()
	_, err = f.Write(authority)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return fmt.Errorf("msnptest: certificate: %w", err)
	}
	for _, ln := range []net.Listener{plain, tls.NewListener(secure, &tls.Config{Certificates: []tls.Certificate{cert}})} {
		web := &http.Server{
			Handler: s.Passport(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: log.New(io.Discard, "", 0),
		}
		s.web = append(s.web, web)
		s.work.Go(func() { web.Serve(ln) })
	}
	return nil
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
