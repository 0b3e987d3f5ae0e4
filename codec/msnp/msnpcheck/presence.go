package msnpcheck

import (
	"fmt"
	"slices"
)

// presence are the rules of statuses and of who hears of them.
var presence = slices.Concat(statuses, watchers)

// statuses are those of CHG itself.
var statuses = []check{
	{"chg", "5.1", "CHG is answered with the status and the client id as they were sent", inAll, func(t *trial) {
		t.synced(alice).ask("CHG $ NLN " + clientID).is("CHG $ NLN " + clientID)
	}},
	{"chg-statuses", "5.1", "every status can be taken", inAll, func(t *trial) {
		p := t.signIn(alice)
		for _, status := range []string{"BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "NLN"} {
			p.ask("CHG $ %s %s", status, clientID).is(fmt.Sprintf("CHG $ %s %s", status, clientID))
		}
	}},
	{"chg-without-id", "5.1", "CHG without a client id is taken", inAll, func(t *trial) {
		t.synced(alice).ask("CHG $ NLN").is("CHG $ NLN", or("12.15 K", "CHG $ NLN 0"), or("12.15 E", silence), or("12.15 R", "201 $"))
	}},
	{"chg-object", "5.1", "CHG tells the MSNObject back", inM0 | inM1, func(t *trial) {
		object := msnObject(t.email(alice))
		t.synced(alice).ask("CHG $ NLN %s %s", clientID, object).is(fmt.Sprintf("CHG $ NLN %s %s", clientID, object))
	}},
	{"chg-unknown", "5.1", "a status that there is not ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("CHG $ XYZ "+clientID).is(closed, or("12.17 R", "201 $"))
	}},
	{"chg-lower-case", "1.1", "a status in lower case is none, and ends the connection", inAll, func(t *trial) {
		t.signIn(alice).ask("CHG $ bsy "+clientID).is(closed, or("12.17 R", "201 $"))
	}},
	{"chg-fln", "12.16", "FLN is no status to be taken: 201", inAll, func(t *trial) {
		t.signIn(alice).ask("CHG $ FLN "+clientID).is("201 $", or("12.16 K", "CHG $ FLN ..."))
	}},
	{"own-presence", "5.4", "nobody hears of her own changes", inAll, func(t *trial) {
		p := t.signIn(alice)
		p.does("CHG $ BSY " + clientID)
		p.none("NLN * "+t.email(alice)+" ...", "FLN "+t.email(alice))
	}},
}

// msnObject is that of a picture, escaped (§5.3).
func msnObject(email string) string {
	return escape(fmt.Sprintf(`<msnobj Creator="%s" Size="24539" Type="3" Location="TFR2C.tmp" Friendly="AAA=" `+
		`SHA1D="trC8SlFx2sWQxZMIBAWSEnXc8oQ=" SHA1C="U32o6bosZzluJq82eAtMpx5dIEI="/>`, email))
}
