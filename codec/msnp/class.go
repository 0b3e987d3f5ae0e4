package msnp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
)

// Class returns the short stable name under which the error is counted: the
// HTTP status of a refusal (401, 503), protocol for an answer without a ticket
// or with a redirect that leads nowhere, and for a request without an answer
// what stopped it: timeout, canceled, refused, reset, closed, dns, tls, network. An error in
// the chain that has a Class method of its own, such as that of a guarded
// dialer, is asked.
func (e *TicketError) Class() string {
	if e.Status != 0 && e.Status != 200 && e.Status/100 != 3 {
		return strconv.Itoa(e.Status)
	}
	var other interface{ Class() string }
	var op net.Error
	var name *net.DNSError
	var refused *net.OpError
	switch {
	case errors.As(e.Err, &other):
		return other.Class()
	case errors.Is(e.Err, context.DeadlineExceeded), errors.Is(e.Err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.Is(e.Err, context.Canceled):
		return "canceled"
	case errors.As(e.Err, &name):
		return "dns"
	case errors.As(e.Err, &op) && op.Timeout():
		return "timeout"
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(e.Err, syscall.ECONNRESET), errors.Is(e.Err, syscall.EPIPE):
		return "reset"
	case errors.Is(e.Err, io.EOF), errors.Is(e.Err, io.ErrUnexpectedEOF), errors.Is(e.Err, net.ErrClosed):
		return "closed"
	case isTLS(e.Err):
		return "tls"
	case errors.As(e.Err, &refused):
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
