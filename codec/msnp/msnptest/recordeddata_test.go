package msnptest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"nudge/codec"
	"nudge/codec/msnp"
	"nudge/corpus"
)

// recordedData are accounts as their first SYN answers had them, and all others
// that are named.
func recordedData(t *testing.T, said []corpus.Said) *Data {
	t.Helper()
	rosters, done := map[string]*msnp.Roster{}, map[string]bool{}      // by account
	emails, dialects := map[string]string{}, map[string]msnp.Dialect{} // by connection
	known := map[string]bool{}
	for _, x := range said {
		for _, email := range regexp.MustCompile(`user\d+@example\.com`).FindAllString(x.Text, -1) {
			known[email] = true
		}
		f := strings.Fields(x.Text)
		switch {
		case x.Who == 'S' && strings.HasPrefix(x.Text, "USR ") && strings.Contains(x.Text, " OK "):
			if done[f[3]] = rosters[f[3]] != nil; !done[f[3]] {
				rosters[f[3]] = new(msnp.Roster)
			}
			emails[x.Conn] = f[3]
		case x.Who == 'S' && strings.HasPrefix(x.Text, "VER ") && len(f) > 2:
			n, _ := strconv.Atoi(strings.TrimPrefix(f[2], "MSNP"))
			dialects[x.Conn] = msnp.Dialect(n)
		case x.Who == 'S' && rosters[emails[x.Conn]] != nil && !done[emails[x.Conn]]:
			var c codec.Command
			syntax := codec.Syntax{From: codec.FromServer}
			if _, err := syntax.Parse(&c, []byte(x.Text+"\r\n"+x.Payload)); err != nil {
				t.Fatalf("%q: %v", x.Text, err)
			}
			if r := rosters[emails[x.Conn]]; c.Verb == codec.CHG {
				done[emails[x.Conn]] = true
			} else if err := r.Collect(&c, dialects[x.Conn]); err != nil {
				t.Fatalf("%q: %v", x.Text, err)
			}
		}
	}
	d := &Data{Version: 1}
	for email := range known {
		d.Accounts = append(d.Accounts, recordedAccount(email, rosters[email]))
	}
	return d
}

func recordedAccount(email string, r *msnp.Roster) *AcctData {
	a := &AcctData{Email: email, Migrated: true, ListVersion: 1}
	if r == nil {
		return a
	}
	a.Name, a.PHH, a.PHW, a.PHM = r.Settings["MFN"], r.Settings["PHH"], r.Settings["PHW"], r.Settings["PHM"]
	for i, g := range r.Groups {
		n, err := strconv.Atoi(g.ID)
		if err != nil {
			n = i + 1
			a.Groups = append(a.Groups, GroupData{ID: n, Name: g.Name, GUID: g.ID})
			continue
		}
		a.Groups = append(a.Groups, GroupData{ID: n, Name: g.Name})
	}
	for _, x := range r.Contacts {
		c := ContactData{Email: x.Email, Name: x.Name}
		if len(x.ID) == 36 {
			c.GUID = x.ID
		}
		for _, name := range []string{"FL", "AL", "BL", "RL", "PL"} {
			if lists(x.Lists)&listBits[name] != 0 {
				c.Lists = append(c.Lists, name)
			}
		}
		for _, id := range x.Groups {
			for i := range a.Groups {
				if n := strconv.Itoa(a.Groups[i].ID); x.Lists&msnp.FL != 0 && (a.Groups[i].GUID == id || n == id) {
					c.Groups = append(c.Groups, a.Groups[i].ID)
				}
			}
		}
		a.Contacts = append(a.Contacts, c)
	}
	return a
}
