package msnptest

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Data are accounts given one by one, and what the server tells of itself. In
// TOML the keys are as the tags have them.
type Data struct {
	Version  int         `toml:"version"` // of the format: 1
	Server   ServerData  `toml:"server"`
	Accounts []*AcctData `toml:"account"`
}

// ServerData is what the server tells every client.
type ServerData struct {
	Challenge   string `toml:"challenge"`    // of USR TWN S; "": one like the real service's
	Recommended string `toml:"recommended"`  // client version of CVR; "": the one that asks
	Minimum     string `toml:"minimum"`      // least client version of CVR; "": as Recommended
	DownloadURL string `toml:"download-url"` // of CVR
	InfoURL     string `toml:"info-url"`     // of CVR
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
// name line and column, or the account.
func ReadData(r io.Reader) (*Data, error) {
	var d Data
	dec := toml.NewDecoder(r).DisallowUnknownFields()
	err := dec.Decode(&d)
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		first := strict.Errors[0]
		line, column := first.Position()
		return nil, fmt.Errorf("line %d, column %d: unknown key %q", line, column, strings.Join(first.Key(), "."))
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return nil, fmt.Errorf("line %d, column %d: %w", line, column, err)
	case err != nil:
		return nil, err
	case d.Version != 1:
		return nil, fmt.Errorf("version = %d: want version = 1 at the top", d.Version)
	}
	var st store
	st.named = map[string]*account{}
	return &d, st.add(&d)
}

// data never is nil.
func (s *Server) data() ServerData {
	if s.Data == nil {
		return ServerData{}
	}
	return s.Data.Server
}

// add makes the accounts of the data.
func (st *store) add(d *Data) error {
	for _, x := range d.Accounts {
		if err := st.addAccount(x); err != nil {
			return fmt.Errorf("account %q: %w", x.Email, err)
		}
	}
	for _, x := range d.Accounts {
		if err := st.addContacts(st.named[x.Email], x); err != nil {
			return fmt.Errorf("account %q: %w", x.Email, err)
		}
	}
	return nil
}

func (st *store) addAccount(x *AcctData) error {
	switch {
	case !isAddress(x.Email):
		return errors.New("email is not an address such as alice@example.com")
	case st.known(x.Email) != nil:
		return errors.New("is there twice, or also by rule")
	case x.Migrate != "" && x.Migrate != "login":
		return fmt.Errorf("migrate = %q: want login, or leave it out", x.Migrate)
	case x.GTC != "" && x.GTC != "A" && x.GTC != "N":
		return fmt.Errorf("gtc = %q: want A or N", x.GTC)
	case x.BLP != "" && x.BLP != "AL" && x.BLP != "BL":
		return fmt.Errorf("blp = %q: want AL or BL", x.BLP)
	}
	a := &account{
		email: x.Email, exists: true, loaded: true, password: or(x.Password, defaultPassword), name: token(or(x.Name, x.Email)),
		migrated: x.Migrated, migrateAtLogin: x.Migrate == "login",
		gtc: or(x.GTC, "A"), blp: or(x.BLP, "AL"),
		props:      props{token(x.PHH), token(x.PHW), token(x.PHM), token(x.MOB), token(x.MBE), token(x.WWE)},
		listNumber: x.ListVersion, listTime: or(x.ListTime, ruleTime), profile: x.Profile,
	}
	a.setTime = or(x.SettingsTime, a.listTime)
	for i, g := range x.Groups {
		if g.ID < 0 || g.ID > 29 || g.Name == "" || len(x.Groups) > 30 {
			return fmt.Errorf("group %d: want at most 30, each with a name and an id from 0 to 29", i+1)
		}
		id := g.GUID
		if id == "" && g.ID != 0 {
			id = guid(guidGroup+" "+x.Email, g.ID)
		}
		a.groups = append(a.groups, group{g.ID, id, token(g.Name)})
	}
	st.named[x.Email] = a
	return nil
}

func (st *store) addContacts(a *account, x *AcctData) error {
	for _, y := range x.Contacts {
		if !isAddress(y.Email) {
			return fmt.Errorf("contact %q: email is not an address", y.Email)
		}
		peer := st.lookup(y.Email)
		if peer == nil {
			peer = &account{email: y.Email, loaded: true, blp: "AL", name: token(or(y.Name, y.Email))}
			st.named[y.Email] = peer
		}
		e := contact{peer: peer, guid: y.GUID}
		if y.Name != "" {
			e.name = token(y.Name)
		}
		for _, l := range y.Lists {
			bit, ok := listBits[l]
			if !ok {
				return fmt.Errorf("contact %q: list %q: want FL, AL, BL, RL or PL", y.Email, l)
			}
			e.lists |= bit
		}
		if e.lists == 0 || e.lists&al != 0 && e.lists&bl != 0 {
			return fmt.Errorf("contact %q: want at least one list, and not both AL and BL", y.Email)
		}
		for _, id := range y.Groups {
			i := a.groupByNumber(id)
			if i < 0 {
				return fmt.Errorf("contact %q: there is no group %d", y.Email, id)
			}
			e.groups |= 1 << i
		}
		a.contacts = append(a.contacts, e)
	}
	a.reindex()
	return nil
}

var listBits = map[string]lists{"FL": fl, "AL": al, "BL": bl, "RL": rl, "PL": pl}

// groupByNumber returns the index of a group, -1 if there is none.
func (a *account) groupByNumber(n int) int {
	for i := range a.groups {
		if a.groups[i].number == n {
			return i
		}
	}
	return -1
}
