package scenario

import (
	"strings"
	"testing"
)

func TestUserFormat(t *testing.T) {
	tests := []struct {
		format string
		number int
		email  string
	}{
		{"user%05d@example.com", 1, "user00001@example.com"},
		{"user%05d@example.com", 123456, "user123456@example.com"},
		{"u%d@x", 42, "u42@x"},
		{"%02d%%@x", 7, "07%@x"},
		{"a1b%dc2@x", 5, "a1b5c2@x"},
	}
	for _, tt := range tests {
		f, err := ParseUserFormat(tt.format)
		if err != nil {
			t.Fatalf("%s: %v", tt.format, err)
		}
		if got := f.Email(tt.number); got != tt.email {
			t.Errorf("%s: address of %d is %q, want %q", tt.format, tt.number, got, tt.email)
		}
		for _, email := range []string{tt.email, strings.ToUpper(tt.email)} {
			if got, ok := f.Number([]byte(email)); !ok || got != tt.number {
				t.Errorf("%s: number of %q is %d, %v, want %d", tt.format, email, got, ok, tt.number)
			}
		}
	}
}

func TestUserFormatKnowsStrangers(t *testing.T) {
	f, err := ParseUserFormat("user%05d@example.com")
	if err != nil {
		t.Fatal(err)
	}
	strangers := []string{"", "user", "user@example.com", "user1@example.com", "user00000@example.com", "user012345@example.com",
		"user0000x@example.com", "user00001@example.org", "other00001@example.com", "user99999999999999999999@example.com",
		"user-0001@example.com", "user00001@example.com.", "00001@example.com"}
	for _, s := range strangers {
		if n, ok := f.Number([]byte(s)); ok {
			t.Errorf("%q has number %d, want none", s, n)
		}
	}
}

func TestUserFormatErrors(t *testing.T) {
	for _, s := range []string{"", "user@example.com", "%d%d@x", "%s@x", "%5d@x", "%x@x", "%", "%05", "a %d@x", "%0999d@x", "%099999d@x", "%-5d@x"} {
		if _, err := ParseUserFormat(s); err == nil {
			t.Errorf("%q was accepted", s)
		} else if !strings.Contains(err.Error(), "user format") {
			t.Errorf("%q: error %q does not say what it is about", s, err)
		}
	}
}

func TestReadAccounts(t *testing.T) {
	got, err := ReadAccounts(strings.NewReader("email,password,ticket\n# a comment\nalice@example.com,secret\n\"bob@example.com\",\"a,b\",t=1&p=2\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Account{{Email: "alice@example.com", Password: "secret"}, {Email: "bob@example.com", Password: "a,b", Ticket: "t=1&p=2"}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestReadAccountsErrors(t *testing.T) {
	tests := []struct{ what, file, want string }{
		{"nothing", "", "no account"},
		{"a heading alone", "email,password\n", "no account"},
		{"one field", "a@x,p\nb@x\n", "line 2: 1 fields"},
		{"four fields", "a@x,p,t,u\n", "line 1: 4 fields"},
		{"no address", "a@x,p\n\nnobody,p\n", `line 3: "nobody" is no e-mail address`},
		{"a space in the address", "a b@x,p\n", "line 1"},
		{"the same twice", "a@x,p\nA@X,q\n", "line 2: A@X stands on line 1 already"},
		{"no secret", "a@x,\n", "line 1: neither password nor ticket"},
		{"a space in the ticket", "a@x,p,t t\n", "line 1: the ticket"},
		{"a quote without end", "a@x,p\nb@x,\"p\n", "line 2"},
		{"an endless address", strings.Repeat("a", 200) + "@x,p\n", "line 1: address of 202 bytes"},
		{"an endless password", "a@x," + strings.Repeat("p", 5000) + "\n", "line 1: password"},
	}
	for _, tt := range tests {
		_, err := ReadAccounts(strings.NewReader(tt.file))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.what, err, tt.want)
		}
	}
}

func TestAccountsFindClients(t *testing.T) {
	list := []Account{{Email: "Alice@example.com"}, {Email: "bob@example.com"}, {Email: "carol@example.com"}}
	format, _ := ParseUserFormat("user%d@example.com")
	tests := []struct {
		what   string
		a      *accounts
		email  string
		client uint32
		ok     bool
	}{
		{"by format", newAccounts(format, "p", nil, 2), "user2@example.com", 1, true},
		{"not in this run, by format", newAccounts(format, "p", nil, 2), "user3@example.com", 0, false},
		{"by list", newAccounts(format, "", list, 2), "bob@example.com", 1, true},
		{"by list in another case", newAccounts(format, "", list, 2), "ALICE@EXAMPLE.COM", 0, true},
		{"not in this run, by list", newAccounts(format, "", list, 2), "carol@example.com", 0, false},
		{"longer than any address", newAccounts(format, "", list, 2), strings.Repeat("a", 500), 0, false},
	}
	for _, tt := range tests {
		email := []byte(tt.email)
		n, ok := tt.a.client(email)
		if ok != tt.ok || ok && n != tt.client {
			t.Errorf("%s: client %d, %v, want %d, %v", tt.what, n, ok, tt.client, tt.ok)
		}
		if got := testing.AllocsPerRun(10, func() { tt.a.client(email) }); got != 0 {
			t.Errorf("%s: %v allocations", tt.what, got)
		}
	}
	if got := newAccounts(format, "p", nil, 2).account(1); got != (Account{Email: "user2@example.com", Password: "p"}) {
		t.Errorf("account of client 1 is %v", got)
	}
}
