package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnptest"
)

var serveCommand = command{
	name: "serve", args: "", short: "the reference server: dispatch, notification, switchboard and Passport login",
	long: `
When it listens it prints one line of JSON on stdout with its addresses; nudge run takes a file with
that line as @FILE. It serves until it is interrupted, and then ends with exit status 0.

Accounts are numbered from 1 and stand on a ring: each has half of its contacts before it and half
behind it, all mutual. They live in memory, and everybody who can reach the server knows their
passwords: listen on loopback.`,
	setup: func(fs *pflag.FlagSet) func(context.Context, *cli, []string) error {
		var s serveFlags
		s.declare(fs)
		return s.run
	},
}

// serveFlags are the settings of nudge serve.
type serveFlags struct {
	set                  *pflag.FlagSet
	listen               string
	portBase             int
	accounts, contacts   int
	userFormat, password string
	ticket               string
	migration            migrateFlags
	variants             variantFlags
	faults               faultFlags
	defects              defectFlags
	noRedirect           bool
	challenge            bool
	data, log            string
	notification         string
	switchboard          string
	ping                 time.Duration
	untilStdinCloses     bool
}

func (s *serveFlags) declare(fs *pflag.FlagSet) {
	s.set = fs
	fs.StringVar(&s.listen, "listen", "127.0.0.1", "address of this machine, `HOST`, to listen on")
	fs.IntVar(&s.portBase, "port-base", 0, "dispatch listens on port `N`, notification, switchboard, HTTP and HTTPS on the four behind it; 0 takes five free ports")
	fs.IntVar(&s.accounts, "accounts", 1000, "`N` accounts by rule; with --data none unless this is given")
	fs.IntVar(&s.contacts, "contacts", 10, "`K` mutual contacts of each account by rule")
	fs.StringVar(&s.userFormat, "user-format", "user%05d@example.com", "`FORMAT` of the accounts' addresses, with %d for the number")
	fs.StringVar(&s.password, "password", "secret", "`PASSWORD` of all accounts by rule")
	fs.StringVar(&s.ticket, "ticket", "", "tickets made of `TEMPLATE`, as run --ticket makes them, are good any number of times, for loads without HTTP (default: none are)")
	s.migration.declare(fs)
	fs.BoolVar(&s.noRedirect, "no-redirect", false, "dispatch lets clients sign in where they are")
	fs.StringVar(&s.data, "data", "", "TOML `FILE` with accounts, lists, groups, settings and versions given one by one (default: none)")
	annotate(fs, "data", valueFile, "")
	fs.BoolVar(&s.challenge, "challenge", false, "sends a challenge (CHL) after the first CHG, and closes who does not answer it within 50s")
	fs.DurationVar(&s.ping, "ping", 50*time.Second, "time `D` after which the next PNG is asked for, at least 1s")
	fs.StringVar(&s.notification, "announce-notification", "", "`HOST:PORT` told in XFR NS, for a server behind a proxy (default: where it listens)")
	fs.StringVar(&s.switchboard, "announce-switchboard", "", "`HOST:PORT` told in XFR SB and RNG, for a server behind a proxy (default: where it listens)")
	s.variants.declare(fs)
	s.faults.declare(fs)
	s.defects.declare(fs)
	fs.StringVar(&s.log, "log", "", "`FILE` to which a line is added for each connection, sign-in, end and command, without passwords, tickets or payloads (default: no log)")
	annotate(fs, "log", valueFile, "")
	fs.BoolVar(&s.untilStdinCloses, "until-stdin-closes", false, "ends also when standard input does")
	fs.MarkHidden("until-stdin-closes")
}

func (s *serveFlags) run(ctx context.Context, c *cli, args []string) error {
	if len(args) != 0 {
		return usageError{fmt.Sprintf("takes no arguments, and was given %q", args[0])}
	}
	srv, err := s.server()
	if err != nil {
		return err
	}
	srv.Log = warnings(srv, c.stderr)
	if s.log != "" {
		f, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer f.Close()
		srv.Log = slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if err := srv.Check(); err != nil {
		return usageError{s.cause(err)}
	}
	migrate, stop := migrateOnSignal()
	defer stop()
	addrs, err := srv.Start()
	if err != nil {
		return s.whyNot(err)
	}
	defer func() {
		srv.Close()
		stats := srv.Stats()
		s.faults.report(c.stderr, stats.Faults)
		s.defects.report(c.stderr, stats.Defects)
	}()
	if at, err := netip.ParseAddrPort(addrs.Dispatch); err != nil || !at.Addr().IsLoopback() {
		fmt.Fprintf(c.stderr, "nudge serve: %s is not loopback: whoever reaches it knows the passwords of all accounts\n", s.listen)
	}
	line, err := json.Marshal(addrs)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.stdout, "%s\n", line); err != nil {
		return err
	}
	closed := make(chan struct{})
	if s.untilStdinCloses {
		go func() {
			io.Copy(io.Discard, c.stdin)
			close(closed)
		}()
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-closed:
			return nil
		case <-migrate:
			fmt.Fprintf(c.stderr, "nudge serve: %d accounts are migrated now\n", srv.MigrateNow())
		}
	}
}

// server checks the settings and makes the server of them.
func (s *serveFlags) server() (*msnptest.Server, error) {
	switch {
	case s.accounts < 0 || s.accounts > 10_000_000:
		return nil, usageError{fmt.Sprintf("--accounts %d: give a number from 0 to 10000000", s.accounts)}
	case s.contacts < 0 || s.contacts > 1000:
		return nil, usageError{fmt.Sprintf("--contacts %d: give a number from 0 to 1000", s.contacts)}
	case s.portBase < 0 || s.portBase > 65531:
		return nil, usageError{fmt.Sprintf("--port-base %d: give a port from 1 to 65531, or 0 for free ports", s.portBase)}
	case s.ping < time.Second:
		return nil, usageError{fmt.Sprintf("--ping %v: give at least 1s", s.ping)}
	}
	if s.notification != "" && !isHostPort(s.notification) {
		return nil, usageError{fmt.Sprintf("--announce-notification %q: give HOST:PORT", s.notification)}
	}
	if s.switchboard != "" && !isHostPort(s.switchboard) {
		return nil, usageError{fmt.Sprintf("--announce-switchboard %q: give HOST:PORT", s.switchboard)}
	}
	srv := &msnptest.Server{
		Host: s.listen, PortBase: s.portBase, Accounts: orNone(s.accounts), Contacts: orNone(s.contacts),
		UserFormat: s.userFormat, Password: s.password, TicketTemplate: s.ticket, NoRedirect: s.noRedirect, Challenge: s.challenge,
		PingInterval: s.ping, AnnounceNotification: s.notification, AnnounceSwitchboard: s.switchboard,
	}
	if err := s.migration.settle(s.set, srv); err != nil {
		return nil, err
	}
	if err := s.faults.settle(srv); err != nil {
		return nil, err
	}
	if err := s.defects.settle(srv); err != nil {
		return nil, err
	}
	s.variants.settle(srv)
	if s.data == "" {
		return srv, nil
	}
	if !s.set.Changed("accounts") {
		srv.Accounts = -1 // the data alone
	}
	f, err := os.Open(s.data)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	defer f.Close()
	if srv.Data, err = msnptest.ReadData(f); err != nil {
		return nil, usageError{fmt.Sprintf("%s: %v", s.data, err)}
	}
	return srv, nil
}

// cause says what is wrong with the accounts, and in which file.
func (s *serveFlags) cause(err error) string {
	text := strings.TrimPrefix(err.Error(), "msnptest: ")
	if s.data != "" {
		return s.data + ": " + text
	}
	return text
}

// whyNot says why the server does not listen, and what would be right.
func (s *serveFlags) whyNot(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "listen" {
		return err
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && op.Addr != nil:
		return fmt.Errorf("%v is in use: give a --port-base N of which N to N+4 are free, or leave it out for free ports", op.Addr)
	case errors.Is(err, syscall.EACCES) && op.Addr != nil:
		return fmt.Errorf("%v: ports below 1024 are for the superuser: give a --port-base from 1024 on, or leave it out for free ports", op.Addr)
	}
	return fmt.Errorf("--listen %s: give an address of this machine, such as 127.0.0.1: %w", s.listen, op.Err)
}

// orNone turns 0, which a Server takes for its default, into what it takes for none.
func orNone(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

func isHostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	n, err2 := strconv.ParseUint(port, 10, 16)
	return err == nil && err2 == nil && n > 0 && host != "" && !strings.ContainsAny(host, " \r\n")
}
