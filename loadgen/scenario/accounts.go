package scenario

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// UserFormat makes addresses from account numbers and finds the number in an
// address again, without allocating. Number 1 is the account of client 0.
type UserFormat struct {
	prefix, suffix string
	width          int // of the number, filled up with zeros
}

// maxWidth bounds the zeros of a user format. An address has at most 129 bytes
// (§1.6).
const maxWidth = 64

// ParseUserFormat reads a format with one decimal verb in it, with or without
// zeros in front: user%05d@example.com, load%d@test. %% is a percent sign.
func ParseUserFormat(s string) (UserFormat, error) {
	var f UserFormat
	var text strings.Builder
	verbs := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			if s[i] <= ' ' || s[i] == 0x7f {
				return f, fmt.Errorf("user format %q: holds a space or a control character", s)
			}
			text.WriteByte(s[i])
			continue
		}
		rest := s[i+1:]
		if strings.HasPrefix(rest, "%") {
			text.WriteByte('%')
			i++
			continue
		}
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == len(rest) || rest[digits] != 'd' || digits > 0 && rest[0] != '0' {
			return f, fmt.Errorf("user format %q: only %%d and %%0Nd stand for the number", s)
		}
		f.width, _ = strconv.Atoi("0" + rest[:digits])
		if f.width > maxWidth || digits > 3 {
			return f, fmt.Errorf("user format %q: more than %d digits", s, maxWidth)
		}
		verbs++
		f.prefix = text.String()
		text.Reset()
		i += digits + 1
	}
	f.suffix = text.String()
	if verbs != 1 {
		return f, fmt.Errorf("user format %q: needs one %%d for the account's number, has %d", s, verbs)
	}
	return f, nil
}

// Email returns the address of an account, numbered from 1.
func (f UserFormat) Email(number int) string {
	digits := strconv.Itoa(number)
	zeros := max(f.width-len(digits), 0)
	return f.prefix + strings.Repeat("0", zeros) + digits + f.suffix
}

// Number returns the number in an address of this format. Letters of either
// case are the same, as servers differ in what they make of them.
func (f UserFormat) Number(email []byte) (int, bool) {
	n := len(email) - len(f.suffix)
	if n <= len(f.prefix) || !equalFold(email[:len(f.prefix)], f.prefix) || !equalFold(email[n:], f.suffix) {
		return 0, false
	}
	digits := email[len(f.prefix):n]
	if len(digits) < f.width || len(digits) > f.width && digits[0] == '0' {
		return 0, false
	}
	number := 0
	for _, d := range digits {
		if d < '0' || d > '9' || number > math.MaxInt32/10 {
			return 0, false
		}
		number = number*10 + int(d-'0')
	}
	return number, number > 0
}

// equalFold compares without regard to the case of ASCII letters.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i, c := range b {
		if c != s[i] && lower(c) != lower(s[i]) {
			return false
		}
	}
	return true
}

// fold returns the form in which addresses are compared.
func fold(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// Account is one line of an accounts file.
type Account struct {
	Email, Password string
	Ticket          string // "": from Passport
}

// Limits of an accounts file and its fields, in accounts and bytes.
const (
	MaxAccounts = 1 << 20
	maxEmail    = 129 // §1.6
	maxSecret   = 4096
)

// ReadAccounts reads CSV: email, password and, optionally, ticket. Lines that
// begin with # are comments, and a first line that begins with the word email
// is a heading. Errors name the line.
func ReadAccounts(r io.Reader) ([]Account, error) {
	cr := csv.NewReader(r)
	cr.Comment = '#'
	cr.FieldsPerRecord = -1
	cr.ReuseRecord = true
	var accounts []Account
	lines := map[string]int{} // by address in lower case
	for {
		record, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("accounts: %w", err)
		}
		line, _ := cr.FieldPos(0)
		if len(accounts) == 0 && len(lines) == 0 && strings.EqualFold(strings.TrimSpace(record[0]), "email") {
			continue
		}
		a, err := readAccount(record)
		if err != nil {
			return nil, fmt.Errorf("accounts: line %d: %w", line, err)
		}
		key := fold(a.Email)
		if first, twice := lines[key]; twice {
			return nil, fmt.Errorf("accounts: line %d: %s stands on line %d already", line, a.Email, first)
		}
		if len(accounts) == MaxAccounts {
			return nil, fmt.Errorf("accounts: line %d: more than %d accounts", line, MaxAccounts)
		}
		lines[key] = line
		accounts = append(accounts, a)
	}
	if len(accounts) == 0 {
		return nil, errors.New("accounts: no account")
	}
	return accounts, nil
}

func readAccount(record []string) (Account, error) {
	if len(record) < 2 || len(record) > 3 {
		return Account{}, fmt.Errorf("%d fields, want email, password and perhaps a ticket", len(record))
	}
	a := Account{Email: strings.Clone(strings.TrimSpace(record[0])), Password: strings.Clone(record[1])}
	if len(record) == 3 {
		a.Ticket = strings.Clone(strings.TrimSpace(record[2]))
	}
	local, domain, ok := strings.Cut(a.Email, "@")
	switch {
	case !ok || local == "" || domain == "" || strings.ContainsFunc(a.Email, notInToken):
		return Account{}, fmt.Errorf("%q is no e-mail address", a.Email)
	case len(a.Email) > maxEmail:
		return Account{}, fmt.Errorf("address of %d bytes, at most %d are allowed", len(a.Email), maxEmail)
	case len(a.Password) > maxSecret || len(a.Ticket) > maxSecret:
		return Account{}, fmt.Errorf("password or ticket longer than %d bytes", maxSecret)
	case strings.ContainsFunc(a.Ticket, notInToken):
		return Account{}, errors.New("the ticket holds a space or a control character")
	case a.Password == "" && a.Ticket == "":
		return Account{}, errors.New("neither password nor ticket")
	}
	return a, nil
}

// notInToken reports what can't stand in a token of a command (§1.1).
func notInToken(r rune) bool { return r <= ' ' || r == 0x7f }

// accounts tells clients, numbered from 0, from addresses and back.
type accounts struct {
	format   UserFormat
	password string
	list     []Account         // nil: by format
	numbers  map[string]uint32 // of list, by address in lower case
	count    int               // clients of the run
}

func newAccounts(format UserFormat, password string, list []Account, clients int) *accounts {
	a := &accounts{format: format, password: password, list: list, count: clients}
	if list != nil {
		a.numbers = make(map[string]uint32, min(clients, len(list)))
		for i := range min(clients, len(list)) {
			a.numbers[fold(list[i].Email)] = uint32(i)
		}
	}
	return a
}

// account returns who a client signs in as.
func (a *accounts) account(client int) Account {
	if a.list != nil {
		return a.list[client]
	}
	return Account{Email: a.format.Email(client + 1), Password: a.password}
}

// client returns the client that signs in with an address, if it is one of this
// run. It does not allocate.
func (a *accounts) client(email []byte) (uint32, bool) {
	if a.list == nil {
		n, ok := a.format.Number(email)
		return uint32(n - 1), ok && n <= a.count
	}
	var folded [maxEmail]byte
	if len(email) > maxEmail {
		return 0, false
	}
	for i, c := range email {
		folded[i] = lower(c)
	}
	n, ok := a.numbers[string(folded[:len(email)])]
	return n, ok
}
