package msnptest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// TestWrongData is every error of ReadData, with where it is.
func TestWrongData(t *testing.T) {
	const a = "[[account]]\nemail = 'a@x.com'\n"
	const contact = a + "[[account.contact]]\nemail = 'b@x.com'\n"
	const group = a + "[[account.group]]\n"
	long := func(n int) string { return strings.Repeat("é", n/6+1) }
	for _, tt := range []struct{ name, toml, want string }{
		{"an unknown key", a + "pasword = 'x'\n", `line 4, column 1: unknown key "account.pasword"`},
		{"an unknown table", "[serve]\nx = 1\n", `line 2, column 2: unknown key "serve"`},
		{"no TOML", "x = = 1\n", "line 2, column 5: "},
		{"a key of another type", a + "list-version = 'x'\n", "line 4, column 16: "},
		{"a server's word with a space", "[server]\nchallenge = 'a b'\n", `line 3, column 1: challenge = "a b": want no spaces`},
		{"no address", "[[account]]\nname = 'a'\n", `line 2, column 3: email = "": want an address`},
		{"a wrong address", "[[account]]\nemail = 'a'\n", `line 3, column 1: email = "a": want an address`},
		{"an account twice", a + "\n" + a, `line 6, column 1: account "a@x.com" is there twice`},
		{"an account twice, in another case", a + "[[account]]\nemail = 'A@X.com'\n", `line 5, column 1: account "A@X.com" is there twice`},
		{"a long name", a + "name = '" + long(387) + "'\n", "line 4, column 1: name: want at most 387 bytes"},
		{"migrate", a + "migrate = 'now'\n", `line 4, column 1: migrate = "now": want "login"`},
		{"gtc", a + "gtc = 'B'\n", `line 4, column 1: gtc = "B": want A or N`},
		{"blp", a + "blp = 'al'\n", `line 4, column 1: blp = "al": want AL or BL`},
		{"mob", a + "mob = 'y'\n", `line 4, column 1: mob = "y": want Y or N`},
		{"a long phone", a + "phm = '" + long(95) + "'\n", "line 4, column 1: phm: want at most 95 bytes"},
		{"a time with a space", a + "list-time = '2004-01-01 00:00'\n", "line 4, column 1: list-time = "},
		{"a number that ends no sign-in", a + "refuse = 207\n", "line 4, column 1: refuse = 207: want one of [500 501 "},
		{"a mailbox that the profile denies", a + "[account.profile.mailbox]\ninbox-unread = 1\n", "line 4, column 2: mailbox: want email-enabled = true"},
		{"mail below 0", a + "[account.profile]\nemail-enabled = true\nmailbox = {inbox-unread = -1}\n", "line 6, column 1: inbox-unread = -1: want 0 or more"},
		{"mail in folders below 0", a + "[account.profile]\nemail-enabled = true\n[account.profile.mailbox]\nfolders-unread = -2\n", "line 7, column 1: folders-unread = -2: want 0 or more"},
		{"a profile with a line end", a + "[account.profile]\ncountry = \"a\\r\\nb\"\n", "line 4, column 2: profile: want no line ends"},
		{"a group's id", group + "id = 30\nname = 'x'\n", "line 5, column 1: id = 30: want 0 to 29"},
		{"a group without name", group + "id = 3\n", `line 4, column 3: name = "": want 1 to 61 bytes`},
		{"a group's long name", group + "id = 3\nname = '" + long(61) + "'\n", "line 6, column 1: name = "},
		{"a group's id twice", group + "id = 3\nname = 'x'\n[[account.group]]\nid = 3\nname = 'y'\n", "line 8, column 1: id = 3 is there twice"},
		{"a group's name twice", group + "id = 3\nname = 'x'\n[[account.group]]\nid = 4\nname = 'x'\n", `line 9, column 1: group "x" is there twice`},
		{"a group's GUID twice", group + "id = 3\nname = 'x'\nguid = 'g'\n[[account.group]]\nid = 4\nname = 'y'\nguid = 'g'\n", `line 11, column 1: guid = "g" is there twice`},
		{"too many groups", a + strings.Repeat("[[account.group]]\n", 31), "line 2, column 3: 31 groups: want at most 30"},
		{"a contact's address", a + "[[account.contact]]\nemail = 'b'\nlists = ['FL']\n", `line 5, column 1: email = "b": want an address`},
		{"oneself for a contact", a + "[[account.contact]]\nemail = 'a@x.com'\nlists = ['FL']\n", `line 5, column 1: account "a@x.com" has itself`},
		{"a contact twice, in another case", contact + "lists = ['FL']\n[[account.contact]]\nemail = 'B@x.com'\nlists = ['FL']\n", `line 8, column 1: contact "B@x.com" is there twice`},
		{"a contact twice", contact + "lists = ['FL']\n[[account.contact]]\nemail = 'b@x.com'\nlists = ['FL']\n", `line 8, column 1: contact "b@x.com" is there twice`},
		{"a list that there is not", contact + "lists = ['FL', 'XL']\n", `line 6, column 1: list "XL": want FL, AL, BL, RL or PL`},
		{"no list", contact, `line 4, column 3: contact "b@x.com" is on no list`},
		{"AL and BL", contact + "lists = ['AL', 'BL']\n", `line 6, column 1: contact "b@x.com" is on both AL and BL`},
		{"a group, and not on FL", contact + "lists = ['AL']\ngroups = [0]\n", `line 7, column 1: contact "b@x.com" is in a group`},
		{"a group that there is not", contact + "lists = ['FL']\ngroups = [7]\n", "line 7, column 1: there is no group 7"},
		{"the second of two", a + "[[account]]\nemail = 'b@x.com'\ngtc = 'X'\n", "line 6, column 1: gtc"},
	} {
		_, err := ReadData(strings.NewReader("version = 1\n" + tt.toml))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, err := ReadData(strings.NewReader("[server]\n")); err == nil || !strings.HasPrefix(err.Error(), "line 1, column 1: version = 0") {
		t.Errorf("no version: %v", err)
	}
	if _, err := ReadData(iotest.ErrReader(errors.ErrUnsupported)); err != errors.ErrUnsupported {
		t.Errorf("a reader's error: %v", err)
	}
}

func TestDataThatDoesNotFitTheRule(t *testing.T) {
	d := data(t, "[[account]]\nemail = 'user00002@example.com'\n")
	if err := (&Server{Data: d, Accounts: 2}).Check(); err == nil || !strings.Contains(err.Error(), `line 3, column 1: account "user00002@example.com" is also there by rule`) {
		t.Errorf("%v", err)
	}
	if err := (&Server{Data: &Data{}}).Check(); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("%v", err)
	}
	srv := &Server{Data: d, Password: "other"}
	if err := srv.Check(); err != nil || srv.store.known(user(2)).set.password != "other" {
		t.Errorf("the server's password does not hold for accounts without one, %v", err)
	}
}

func TestAddressesAreComparedWithoutCase(t *testing.T) {
	srv := &Server{Data: data(t, "[[account]]\nemail = 'Alice@X.com'\n[[account.contact]]\nemail = 'USER00002@example.COM'\nlists = ['FL']\n"), Accounts: 2, UserFormat: "User%05d@example.com"}
	if err := srv.Check(); err != nil {
		t.Fatal(err)
	}
	for email, want := range map[string]string{
		"alice@x.COM": "Alice@X.com", "ALICE@x.com": "Alice@X.com", "user00001@EXAMPLE.com": "User00001@example.com", "User00002@example.com": "User00002@example.com",
	} {
		if a := srv.store.known(email); a == nil || a.email != want {
			t.Errorf("%s: %+v, want %s", email, a, want)
		}
	}
	for _, email := range []string{"alice@y.com", "user1@example.com", "user00003@example.com", "user00000@example.com", "user@example.com", "x@example.com", "", "@"} {
		if a := srv.store.known(email); a != nil {
			t.Errorf("%q is taken for %s", email, a.email)
		}
	}
	if srv.store.known("alice@x.com").contacts[0].peer != srv.store.known("user00002@example.com") {
		t.Error("a contact in another case is somebody else")
	}
}

func TestContactsAreFoundHoweverMany(t *testing.T) {
	for _, n := range []int{1, manyContacts, manyContacts + 1, 200} {
		toml := "[[account]]\nemail = 'a@x.com'\nblp = 'BL'\n"
		for i := range n {
			toml += fmt.Sprintf("[[account.contact]]\nemail = 'c%d@x.com'\nlists = ['AL']\n", i)
		}
		srv := &Server{Data: data(t, toml)}
		if err := srv.Check(); err != nil {
			t.Fatal(err)
		}
		a := srv.store.known("a@x.com")
		for i := range n {
			if !a.allows(srv.store.lookup(fmt.Sprintf("c%d@x.com", i))) {
				t.Errorf("%d contacts: %d is not found", n, i)
			}
		}
		if a.allows(a) {
			t.Errorf("%d contacts: a stranger is found", n)
		}
	}
}

func TestParseMigration(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int // of 1,000
	}{{"all", 1000}, {"none", 0}, {"0.25", 250}, {"25%", 250}, {"1", 1000}, {"0", 0}} {
		m, err := ParseMigration(tt.text)
		n := 0
		for i := range 1000 {
			if m.of(i + 1) {
				n++
			}
		}
		if err != nil || n != tt.want {
			t.Errorf("%s: %d accounts, %v", tt.text, n, err)
		}
	}
	for _, wrong := range []string{"", "some", "2", "-1", "NaN", "101%"} {
		if _, err := ParseMigration(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
