package msnptest

import (
	"fmt"
	"testing"
)

// TestFullLists fills each list to the last place (§1.6, §6.2).
func TestFullLists(t *testing.T) {
	for _, tt := range []struct {
		list string
		max  int
		put  string // the command that adds a last one
	}{
		{"FL", maxForward, "ADC %d FL N=%s F=x"},
		{"AL", maxAccess, "ADC %d AL N=%s"},
		{"BL", maxAccess, "ADC %d BL N=%s"},
	} {
		t.Run(tt.list, func(t *testing.T) {
			a := &AcctData{Email: "alice@example.com", Migrated: true}
			for i := range tt.max - 1 {
				a.Contacts = append(a.Contacts, ContactData{Email: fmt.Sprintf("c%d@example.com", i), Lists: []string{tt.list}})
			}
			srv := &Server{Accounts: 2, Data: &Data{Version: 1, Accounts: []*AcctData{a}}}
			bubble(t, srv, func(t *testing.T) {
				p := srv.client(t, a.Email, "MSNP10")
				first := fmt.Sprintf(tt.put, 5, user(1))
				if got := p.say(first).hear(); got != first+"\r\n" && tt.list != "FL" {
					t.Errorf("%s: %q", first, got)
				}
				p.say(fmt.Sprintf(tt.put, 6, user(2))).hears("210 6")
				p.say(fmt.Sprintf(tt.put, 7, user(1))).hears("215 7")
				p.say(fmt.Sprintf(tt.put, 8, "nobody@example.com")).hears("208 8") // before 210
			})
		})
	}
}
