// Package msnptest is a reference server of MSNP10, as httptest is of HTTP:
// dispatch, notification and Passport login, in memory, for tests and for
// loads on a fresh machine. It is strict where codec/MSNP10.md says that the
// real service was, and speaks MSNP10, MSNP9 and MSNP8.
//
//	srv := &msnptest.Server{Accounts: 100}
//	addrs, err := srv.Start()
//	if err != nil { … }
//	defer srv.Close()
//	// sign in at addrs.Dispatch, with a ticket from addrs.Nexus
//
// Without sockets, as in a bubble of package synctest, ServeConn serves one end
// of a net.Pipe, Ticket gives out tickets and Passport is the HTTP handler.
//
// # Accounts
//
// Accounts by rule are numbered from 1 and stand on a ring: each has half of
// its Contacts before it and half behind it, all mutual, allowed and in one of
// two groups. Where Contacts is odd, the last one is who stands opposite; with
// an odd number of accounts nobody does, and there is one contact fewer. Data
// gives accounts one by one, with lists, groups, settings and versions.
// GUIDs are made from numbers and names, the same in every run.
//
// An account is in one of two modes (§0): not migrated, where contacts go by
// address and groups by number, or migrated, where both have GUIDs.
//
// # Presence
//
// Who is online is told exactly to those who have the account on FL and whom
// its lists allow (§5.4), once they have sent their own first CHG; the ILN
// lines that follow that tell them the rest.
//
// # Clients that misbehave
//
// A connection that has not signed in within SignInWait is closed. A client
// that leaves more than MaxUnread bytes unread, or reads nothing for WriteWait,
// is cut, counted in Stats and logged; it never holds up others, since nothing
// is written while a lock is held. What comes at the wrong time, in the wrong
// dialect or with too few or too many arguments is refused or ends the
// connection as §1.4 and §3.1 say, and so does a challenge that is not answered
// within 50 s (§7.2). Who closes the sending half of a connection still gets
// all that is due.
//
// # Not done here
//
// Edits of lists and groups are answered 502, as by a server on which the
// commands are switched off; so are URL, SDC and their like (§7.6, §7.7). Nobody gets a switchboard: XFR SB is
// answered 601, and a switchboard connection 911.
package msnptest
