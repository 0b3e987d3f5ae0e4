package msnp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// TicketError says why there is no ticket.
type TicketError struct {
	Stage    string // nexus, login or template
	Status   int    // of the HTTP answer; 0 without one
	DAStatus string // da-status of the answer, such as failed-noretry; "" without
	Err      error  // what else was wrong; nil if the status says it all
}

func (e *TicketError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "passport %s", e.Stage)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP status %d", e.Status)
	}
	if e.DAStatus != "" {
		fmt.Fprintf(&b, ": da-status %s", e.DAStatus)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *TicketError) Unwrap() error { return e.Err }

// Class returns the short stable name under which the error is counted: the
// HTTP status of a refusal (401, 503), protocol for an answer without a ticket
// or with a redirect that leads nowhere, and for a request without an answer
// what stopped it: timeout, canceled, refused, reset, closed, dns, tls, network.
// An error in the chain that has a Class method of its own, such as that of a
// guarded dialer, is asked.
func (e *TicketError) Class() string {
	if e.Status != 0 && e.Status != 200 && e.Status/100 != 3 {
		return strconv.Itoa(e.Status)
	}
	var other interface{ Class() string }
	var slow net.Error
	var lookup *net.DNSError
	var broken *net.OpError
	switch {
	case errors.As(e.Err, &other):
		return other.Class()
	case errors.Is(e.Err, context.DeadlineExceeded), errors.Is(e.Err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.Is(e.Err, context.Canceled):
		return "canceled"
	case errors.As(e.Err, &lookup):
		return "dns"
	case errors.As(e.Err, &slow) && slow.Timeout():
		return "timeout"
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(e.Err, syscall.ECONNRESET), errors.Is(e.Err, syscall.EPIPE):
		return "reset"
	case errors.Is(e.Err, io.EOF), errors.Is(e.Err, io.ErrUnexpectedEOF), errors.Is(e.Err, net.ErrClosed):
		return "closed"
	case isTLS(e.Err):
		return "tls"
	case errors.As(e.Err, &broken):
		return "network"
	}
	return "protocol"
}

// isTLS reports whether the other side's certificate or its TLS was the matter.
func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &unknown)
}
