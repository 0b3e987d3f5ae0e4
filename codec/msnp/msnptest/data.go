package msnptest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Data are accounts given one by one, and what the server tells of itself. In
// TOML the keys are as the tags have them.
type Data struct {
	Version  int         `toml:"version"` // of the format: 1
	Server   ServerData  `toml:"server"`
	Accounts []*AcctData `toml:"account"`

	text []byte // that it was read from; nil: none
}

// ServerData is what the server tells every client.
type ServerData struct {
	Challenge   string `toml:"challenge"`    // of USR TWN S; "": one like the real service's
	Recommended string `toml:"recommended"`  // client version of CVR; "": the one that asks
	Minimum     string `toml:"minimum"`      // least client version of CVR; "": as Recommended
	DownloadURL string `toml:"download-url"` // of CVR
	InfoURL     string `toml:"info-url"`     // of CVR

	LoginUnavailable bool `toml:"login-unavailable"` // the login server answers 503 (§3.5)
}

// AcctData is one account. Texts are plain, not percent-encoded.
type AcctData struct {
	Email        string        `toml:"email"`
	Password     string        `toml:"password"` // "": Server.Password
	Name         string        `toml:"name"`     // "": the address
	Migrated     bool          `toml:"migrated"`
	Migrate      string        `toml:"migrate"` // "login": after the first CHG; "": never
	ListVersion  uint32        `toml:"list-version"`
	ListTime     string        `toml:"list-time"`     // version of the lists in M1; "": as by rule
	SettingsTime string        `toml:"settings-time"` // version of the settings in M1; "": ListTime
	GTC          string        `toml:"gtc"`           // A or N; "": A
	BLP          string        `toml:"blp"`           // AL or BL; "": AL
	PHH          string        `toml:"phh"`
	PHW          string        `toml:"phw"`
	PHM          string        `toml:"phm"`
	MOB          string        `toml:"mob"`
	MBE          string        `toml:"mbe"`
	WWE          string        `toml:"wwe"`
	Refuse       int           `toml:"refuse"`  // number of §3.4 that answers USR S and ends the connection; 0: none
	Locked       bool          `toml:"locked"`  // Passport gives no ticket, and says not to try again (§3.5)
	OutTOU       bool          `toml:"out-tou"` // OUT TOU after the first CHG (§7.3), until AcceptTOU
	Profile      *Profile      `toml:"profile"`
	Groups       []GroupData   `toml:"group"`
	Contacts     []ContactData `toml:"contact"`
}

// Profile is what the initial profile message tells of an account (§3.6).
type Profile struct {
	EmailEnabled   bool   `toml:"email-enabled"`
	MemberIDHigh   string `toml:"member-id-high"`
	MemberIDLow    string `toml:"member-id-low"`
	PreferredEmail string `toml:"preferred-email"` // "": the address
	Country        string `toml:"country"`
	Flags          string `toml:"flags"`
	KV             string `toml:"kv"`

	TOUNeeded bool     `toml:"tou-needed"` // asks for the terms of use to be shown, until AcceptTOU
	Mailbox   *Mailbox `toml:"mailbox"`    // told after the first CHG; nil: not told
}

// Mailbox counts unread messages (§7.4). It is for accounts with EmailEnabled.
type Mailbox struct {
	InboxUnread   int `toml:"inbox-unread"`
	FoldersUnread int `toml:"folders-unread"`
}

// GroupData is a group of an account.
type GroupData struct {
	ID   int    `toml:"id"` // number in M0
	Name string `toml:"name"`
	GUID string `toml:"guid"` // in M1; "": made up, but for group 0, which M1 does not have
}

// ContactData is an entry of an account's lists. It need not have an account.
type ContactData struct {
	Email  string   `toml:"email"`
	Name   string   `toml:"name"`   // as stored; "": the contact's own
	GUID   string   `toml:"guid"`   // in M1; "": made up
	Lists  []string `toml:"lists"`  // FL, AL, BL, RL, PL
	Groups []int    `toml:"groups"` // by id
}

// ReadData reads data in TOML. Unknown keys and wrong values are errors that
// begin with line and column.
func ReadData(r io.Reader) (*Data, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var d Data
	err = toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&d)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		first := unknown.Errors[0]
		line, column := first.Position()
		return nil, fmt.Errorf("line %d, column %d: unknown key %q", line, column, strings.Join(first.Key(), "."))
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return nil, fmt.Errorf("line %d, column %d: %s", line, column, strings.TrimPrefix(err.Error(), "toml: "))
	case err != nil:
		return nil, err
	}
	d.text = text
	if err := d.check(); err != nil {
		return nil, d.locate(err)
	}
	return &d, nil
}

// locate puts line and column before an error, if the data were read from a text.
func (d *Data) locate(err error) error {
	var at *dataError
	if d.text == nil || !errors.As(err, &at) {
		return err
	}
	line, column := position(d.text, at.path)
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// data never is nil.
func (s *Server) data() *ServerData {
	if s.Data == nil {
		return &ServerData{}
	}
	return &s.Data.Server
}

// add makes the accounts of the data. The password is for those that have none
// of their own.
func (st *store) add(d *Data, password string) error {
	if err := d.check(); err != nil {
		return err
	}
	for i, x := range d.Accounts {
		if st.known(x.Email) != nil {
			return &dataError{fmt.Sprintf("account.%d.email", i), fmt.Sprintf("account %q is also there by rule", x.Email)}
		}
		st.named[folded(x.Email)] = newAccount(x, password)
	}
	for _, x := range d.Accounts {
		st.addContacts(st.named[folded(x.Email)], x)
	}
	return nil
}

func newAccount(x *AcctData, password string) *account {
	a := &account{
		email: x.Email, exists: true, loaded: true, name: token(or(x.Name, x.Email)),
		migrated: x.Migrated, migrateAtLogin: x.Migrate == "login",
		set: &settings{
			password: or(x.Password, password), gtc: or(x.GTC, "A"), blp: or(x.BLP, "AL"),
			props:   props{token(x.PHH), token(x.PHW), token(x.PHM), token(x.MOB), token(x.MBE), token(x.WWE)},
			profile: x.Profile, listNumber: x.ListVersion, listTime: or(x.ListTime, ruleTime),
			refuse: x.Refuse, locked: x.Locked, outTOU: x.OutTOU,
		},
	}
	a.set.setTime = or(x.SettingsTime, a.set.listTime)
	for _, g := range x.Groups {
		id := g.GUID
		if id == "" && g.ID != 0 {
			id = guid(guidGroup+" "+x.Email, g.ID)
		}
		a.groups = append(a.groups, group{g.ID, id, token(g.Name)})
	}
	return a
}

// strange are the settings of contacts that have no account.
var strange = &settings{gtc: "A", blp: "AL"}

func (st *store) addContacts(a *account, x *AcctData) {
	for _, y := range x.Contacts {
		peer := st.lookup(y.Email)
		if peer == nil {
			peer = &account{email: y.Email, loaded: true, name: token(or(y.Name, y.Email)), set: strange}
			st.named[folded(y.Email)] = peer
		}
		e := contact{peer: peer, guid: y.GUID, name: token(y.Name)}
		for _, l := range y.Lists {
			e.lists |= listBits[l]
		}
		for _, id := range y.Groups {
			e.groups |= 1 << slices.IndexFunc(a.groups, func(g group) bool { return g.number == id })
		}
		a.contacts = append(a.contacts, e)
	}
	a.reindex()
}

var listBits = map[string]lists{"FL": fl, "AL": al, "BL": bl, "RL": rl, "PL": pl}
