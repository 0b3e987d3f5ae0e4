package msnp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Limits of a Passport conversation.
const (
	maxHops   = 5        // redirects of one request
	maxBody   = 64 << 10 // bytes of a body that are read, to keep the connection; none counts
	maxHeader = 64 << 10 // bytes of an answer's header
	maxTicket = 4 << 10  // bytes
)

// Passport gets tickets for USR S by Passport SSI 1.4 (§3.5): it asks the nexus
// once where to log in, and there for a ticket, as often as one is wanted. A
// ticket is good for one sign-in, within half a minute at some servers. One of
// NexusURL, LoginURL and Template is required; the last given wins.
//
// It may be used by many goroutines and must not be copied after first use.
type Passport struct {
	// Client makes the requests; nil: http.DefaultClient. Its dialer sees every
	// address, those of redirects too, so that is the place to forbid some.
	// Redirects are followed here, whatever its CheckRedirect. A Timeout of its
	// own or the context's bounds each request; its transport should bound the
	// bytes of a header, MaxResponseHeaderBytes, as here only 64 KiB are accepted.
	Client *http.Client

	NexusURL string // such as https://nexus.passport.com/rdr/pprdr.asp
	LoginURL string // such as https://login.passport.com/login2.srf; skips the nexus

	// Template is a ticket that needs no request: %s stands for the address, %d
	// for the last number in the part before its @ (user00042@example.com: 42;
	// 0 without one), %% for a percent sign; all else stands for itself.
	Template string

	mu     sync.Mutex
	login  string  // what the nexus said
	flight *flight // the request to the nexus under way
}

// Ticket returns a ticket of the account for the challenge of USR TWN S. All
// its errors are of type *TicketError; those of requests wrap the client's.
func (p *Passport) Ticket(ctx context.Context, email, password, challenge string) (string, error) {
	if p.Template != "" {
		return p.fill(email)
	}
	login := p.LoginURL
	if login == "" {
		var err error
		if login, err = p.nexus(ctx); err != nil {
			return "", err
		}
	}
	resp, err := p.get(ctx, "login", login, authorization(email, password, challenge))
	if err != nil {
		return "", err
	}
	return ticketOf(resp)
}

// get makes one request and follows its redirects, with the same Authorization
// at each hop. The answer's body is read and closed.
func (p *Passport) get(ctx context.Context, stage, target, authorization string) (*http.Response, error) {
	client := *http.DefaultClient
	if p.Client != nil {
		client = *p.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range maxHops + 1 {
		req, err := request(ctx, target, authorization)
		if err != nil {
			return nil, &TicketError{Stage: stage, Err: err}
		}
		resp, err := client.Do(req)
		if err != nil {
			return nil, &TicketError{Stage: stage, Err: err}
		}
		io.CopyN(io.Discard, resp.Body, maxBody) // an error here means a connection that isn't used again
		resp.Body.Close()
		if err := headerFits(resp.Header); err != nil {
			return nil, &TicketError{Stage: stage, Status: resp.StatusCode, Err: err}
		}
		if resp.StatusCode/100 != 3 {
			return resp, nil
		}
		next, err := resp.Location()
		if err != nil {
			return nil, &TicketError{Stage: stage, Status: resp.StatusCode, Err: err}
		}
		target = next.String()
	}
	return nil, &TicketError{Stage: stage, Err: errors.New("too many redirects")}
}

func request(ctx context.Context, target, authorization string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	if s := req.URL.Scheme; s != "http" && s != "https" {
		return nil, fmt.Errorf("scheme %q is not http or https", s)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
		req.Header.Set("Cache-Control", "no-cache")
	}
	req.Header.Set("User-Agent", "MSMSGS")
	req.Header.Set("Connection", "Keep-Alive")
	return req, nil
}

func headerFits(h http.Header) error {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	if n > maxHeader {
		return errors.New("header too large")
	}
	return nil
}

// authorization makes the header of the login request (§3.5). The challenge
// goes in as the server wrote it.
func authorization(email, password, challenge string) string {
	return "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=" + quote(email) +
		",pwd=" + quote(password) + "," + challenge
}

// quote percent-encodes all that is neither letter nor digit nor one of -._~,
// the comma above all, since the header is split there.
func quote(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// ticketOf takes the ticket out of the login server's answer: the text between
// the quotes of from-PP, whatever comes behind. The type of the body doesn't
// matter.
func ticketOf(resp *http.Response) (string, error) {
	e := &TicketError{Stage: "login", Status: resp.StatusCode, DAStatus: daStatus(resp.Header)}
	if resp.StatusCode != http.StatusOK {
		return "", e
	}
	for _, header := range resp.Header.Values("Authentication-Info") {
		_, rest, found := strings.Cut(header, "from-PP='")
		if !found {
			continue
		}
		ticket, _, closed := strings.Cut(rest, "'")
		if closed && sendable(ticket) {
			return ticket, nil
		}
		e.Err = errors.New("malformed from-PP in the Authentication-Info header")
		return "", e
	}
	e.Err = errors.New("no from-PP in the Authentication-Info header")
	return "", e
}

// sendable reports whether a ticket can stand in USR S.
func sendable(ticket string) bool {
	return ticket != "" && len(ticket) <= maxTicket && !strings.ContainsFunc(ticket, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// daStatus finds da-status, which the page of W spells dastatus. It goes into
// error texts, so what is no short word is left out.
func daStatus(h http.Header) string {
	for _, name := range []string{"Authentication-Info", "WWW-Authenticate"} {
		for _, header := range h.Values(name) {
			header = strings.TrimPrefix(header, "Passport1.4 ")
			for item := range strings.SplitSeq(header, ",") {
				key, value, _ := strings.Cut(strings.TrimSpace(item), "=")
				if (strings.EqualFold(key, "da-status") || strings.EqualFold(key, "dastatus")) && isWord(value) {
					return value
				}
			}
		}
	}
	return ""
}

// isWord reports whether s is up to 32 letters and hyphens.
func isWord(s string) bool {
	return len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// fill makes the ticket of a template. It is done once per sign-in of thousands
// of clients: nothing but the ticket is set aside.
func (p *Passport) fill(email string) (string, error) {
	ticket := make([]byte, 0, len(p.Template)+len(email))
	for rest := p.Template; rest != ""; {
		i := strings.IndexByte(rest, '%')
		if i < 0 || i+1 == len(rest) {
			ticket = append(ticket, rest...)
			break
		}
		ticket = append(ticket, rest[:i]...)
		switch rest[i+1] {
		case '%':
			ticket = append(ticket, '%')
		case 's':
			ticket = append(ticket, email...)
		case 'd':
			ticket = append(ticket, accountNumber(email)...)
		default:
			ticket = append(ticket, rest[i:i+2]...)
		}
		rest = rest[i+2:]
	}
	if !sendable(string(ticket)) {
		return "", &TicketError{Stage: "template", Err: errors.New("ticket is empty, too long, or has a space in it")}
	}
	return string(ticket), nil
}

// accountNumber returns the last run of digits before the @, without leading
// zeros; 0 without one.
func accountNumber(email string) string {
	local, _, _ := strings.Cut(email, "@")
	const digits = "0123456789"
	end := strings.LastIndexAny(local, digits) + 1
	start := len(strings.TrimRight(local[:end], digits))
	if n := strings.TrimLeft(local[start:end], "0"); n != "" {
		return n
	}
	return "0"
}
