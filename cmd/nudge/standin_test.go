package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// standIns are what the program standin does in place of a server under test, by its first argument. They are given a
// listener on loopback, and what prints its address, if that is not the second argument.
var standIns = map[string]func(ln net.Listener, tell func()){
	// holds keeps connections open, and heeds nothing but signals.
	"holds": func(ln net.Listener, tell func()) {
		tell()
		hold(ln)
	},
	// stubborn does so, and does not heed SIGTERM either.
	"stubborn": func(ln net.Listener, tell func()) {
		signal.Ignore(syscall.SIGTERM)
		tell()
		hold(ln)
	},
	// panics does at the first byte of a client.
	"panics": func(ln net.Listener, tell func()) {
		tell()
		nc, _ := ln.Accept()
		var b [1]byte
		nc.Read(b[:])
		panic(fmt.Sprintf("byte %q", b[0]))
	},
	// exits does at the first byte of a client, with a word on standard error.
	"exits": func(ln net.Listener, tell func()) {
		tell()
		nc, _ := ln.Accept()
		nc.Read(make([]byte, 1))
		fmt.Fprintln(os.Stderr, "good bye")
		os.Exit(3)
	},
	// family has a child, which listens for it.
	"family": func(ln net.Listener, tell func()) {
		f, _ := ln.(*net.TCPListener).File()
		child := exec.Command("sleep", "3600")
		child.Stdout, child.Stderr, child.ExtraFiles = os.Stdout, os.Stderr, []*os.File{f}
		if err := child.Start(); err != nil {
			panic(err)
		}
		tell()
		hold(ln)
	},
	// runs is a parent that runs another one which holds, prints its line and does no more.
	"runs": func(ln net.Listener, _ func()) {
		r, err := newExecServer("standin holds", "", os.Environ(), nil)
		if err != nil {
			panic(err)
		}
		line, err := r.start(context.Background())
		if err != nil {
			panic(err)
		}
		fmt.Println(line)
		hold(ln)
	},
}

// standIn is the program standin.
func standIn() {
	what, addr := os.Args[1], "127.0.0.1:0"
	if len(os.Args) > 2 {
		addr = os.Args[2]
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		panic(err)
	}
	standIns[what](ln, func() {
		if len(os.Args) == 2 {
			fmt.Printf("{%q: %q}\n", "dispatch", ln.Addr())
		}
	})
}

// hold accepts connections and reads what comes, for ever.
func hold(ln net.Listener) {
	for {
		nc, err := ln.Accept()
		if err != nil {
			panic(err)
		}
		go io.Copy(io.Discard, nc)
	}
}
