package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// badServers are servers that do wrong, by name. Each gets every connection that is made, and closes it by returning.
var badServers = map[string]func(c net.Conn){
	"hangup":  func(net.Conn) {},
	"garbage": func(c net.Conn) { answer(c, "VER", "\x00\xff\x16\x03\x01 what is this\r\n") },
	"endless": func(c net.Conn) { answer(c, "VER", strings.Repeat("x", 1<<20)) },
	"silent":  func(c net.Conn) { io.Copy(io.Discard, c) },
	"version": func(c net.Conn) { answer(c, "VER", "VER 1 0\r\n") },
	"refuses": func(c net.Conn) { signIn(c, "911 4\r\n") },
	"ticket":  func(c net.Conn) { signIn(c, "") },
}

// answer reads lines until one begins with verb, and writes text.
func answer(c net.Conn, verb, text string) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), verb) {
			io.WriteString(c, text)
			io.Copy(io.Discard, c)
			return
		}
	}
}

// signIn answers as a notification server does, and gives last for the ticket.
func signIn(c net.Conn, last string) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		word := strings.Fields(lines.Text())
		switch {
		case len(word) < 3:
			return
		case word[0] == "VER":
			fmt.Fprintf(c, "VER %s MSNP10\r\n", word[1])
		case word[0] == "CVR":
			fmt.Fprintf(c, "CVR %s 6.1.0211 6.1.0211 6.1.0155 http://127.0.0.1/ http://127.0.0.1/\r\n", word[1])
		case word[0] == "USR" && word[3] == "I":
			fmt.Fprintf(c, "USR %s TWN S lc=1033,id=507\r\n", word[1])
		default:
			io.WriteString(c, last)
			return
		}
	}
}

// runBadServer starts a server that does wrong and, as $NEXUS, a Passport that refuses every password.
// "nobody" is an address at which nothing listens.
func runBadServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "nobody" && badServers[args[0]] == nil {
		ts.Fatalf("usage: badserver nobody|%s", strings.Join(slices.Sorted(maps.Keys(badServers)), "|"))
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("ADDR", ln.Addr().String())
	if args[0] == "nobody" {
		ts.Check(ln.Close())
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { serveBadly(ln, badServers[args[0]]) })

	passport := httptest.NewServer(http.HandlerFunc(refusePassword))
	ts.Setenv("NEXUS", passport.URL+"/rdr/pprdr.asp")
	ts.Defer(func() {
		ln.Close()
		passport.Close()
		wg.Wait()
	})
}

// serveBadly hands out connections until the listener is closed, and waits for the last of them.
func serveBadly(ln net.Listener, do func(net.Conn)) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			defer c.Close()
			do(c)
		})
	}
}

// refusePassword is a nexus that names itself as the login page, where every password is wrong.
func refusePassword(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "pprdr.asp") {
		w.Header()["PassportURLs"] = []string{"DALogin=http://" + r.Host + "/login2.srf"}
		return
	}
	w.Header().Set("WWW-Authenticate", "Passport1.4 da-status=failed")
	w.WriteHeader(http.StatusUnauthorized)
}
