package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnpcheck"
)

// listChecks lists the checks that --only names.
func (f *checkFlags) listChecks(w io.Writer, args []string) error {
	if len(args) > 0 {
		return usageError{"--list takes no address"}
	}
	if err := msnpcheck.CheckNames(f.only); err != nil {
		return usageError{"--only: " + err.Error()}
	}
	all := msnpcheck.Checks(f.only...)
	switch f.format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(all)
	case "junit":
		return usageError{"--list: the formats are text and json"}
	}
	for _, c := range all {
		if _, err := fmt.Fprintf(w, "%-36s §%-6s %s%s\n", c.Name, c.Section, c.Says, onlyIn(c.Modes)); err != nil {
			return err
		}
	}
	return nil
}

// onlyIn names the modes of a check that is none of all modes.
func onlyIn(modes []msnpcheck.Mode) string {
	if len(modes) == 3 {
		return ""
	}
	var names []string
	for _, m := range modes {
		names = append(names, string(m))
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// compareReports compares two files; exit status 6 if something held and fails now.
func compareReports(w io.Writer, args []string) error {
	if len(args) != 2 {
		return usageError{"--compare needs two reports, as --format json writes them"}
	}
	columns, err := readReports(args)
	if err != nil {
		return err
	}
	c := msnpcheck.Compare(columns[0].Report, columns[1].Report)
	if err := c.Text(w); err != nil {
		return err
	}
	if worse := c.Worse(); len(worse) > 0 {
		return exitError{exitWorse, fmt.Sprintf("%d checks held in %s and fail in %s: %s", len(worse), args[0], args[1], strings.Join(worse, ", "))}
	}
	return nil
}

// matrixOfReports writes a table of files.
func matrixOfReports(w io.Writer, args []string) error {
	if len(args) == 0 {
		return usageError{"--matrix needs reports, as --format json writes them"}
	}
	columns, err := readReports(args)
	if err != nil {
		return err
	}
	return msnpcheck.Matrix(w, columns)
}

// readReports reads files; a column is named for its file.
func readReports(names []string) ([]msnpcheck.Column, error) {
	var all []msnpcheck.Column
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, usageError{err.Error()}
		}
		r, err := msnpcheck.ReadReport(f)
		f.Close()
		if err != nil {
			return nil, usageError{fmt.Sprintf("%s: %v", name, err)}
		}
		title := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
		all = append(all, msnpcheck.Column{Title: title, Report: r})
	}
	return all, nil
}

// Limits of connections for tickets.
const (
	ticketConns  = 16
	ticketIdle   = 30 * time.Second
	ticketHeader = 64 << 10 // bytes
)

// passport gets tickets for the target's accounts, through the guard and no proxy.
func (a *accountFlags) passport(t target, g guard, timeout time.Duration) (*msnp.Passport, error) {
	tls, err := tlsConfig(t.caFile, a.insecure)
	if err != nil {
		return nil, err
	}
	return &msnp.Passport{
		NexusURL: t.nexus, LoginURL: t.loginURL, Template: a.ticket,
		Client: &http.Client{Transport: &http.Transport{
			DialContext: g.dial, TLSClientConfig: tls, TLSHandshakeTimeout: timeout,
			MaxConnsPerHost: ticketConns, MaxIdleConnsPerHost: ticketConns, IdleConnTimeout: ticketIdle, MaxResponseHeaderBytes: ticketHeader,
		}},
	}, nil
}

// control asks the guard for each address that a name stands for, right before it is dialled.
func (g guard) control(addr string) func(network, address string, c syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return err
		}
		return g.permit(host, ap)
	}
}
