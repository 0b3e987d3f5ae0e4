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
// address and groups by number, or migrated, where both have GUIDs. Addresses are
// compared without regard to case, and told as Data or UserFormat has them.
//
// # Presence
//
// Who is online is told exactly to those who have the account on FL and whom
// its lists allow (§5.4), once they have sent their own first CHG; the ILN
// lines that follow that tell them the rest.
//
// # Lists
//
// Edits of lists, groups and settings are done, told to those they concern, and
// counted: each is a new list version, of which M1 has two as times (§4.4). Who
// is added stands on the other's RL, and on her PL until she decides; who drops
// a contact is gone from both. An account has at most 30 groups with group 0,
// 1,000 contacts on FL and 1,200 each on AL and BL (§1.6). What is stored of a
// contact is its name: MOB and WWE are its own.
//
// # Conversations
//
// XFR SB gives a cookie for the switchboard, good once, for its account alone and
// for CookieLife. Who is called has to be online and to allow the caller; she gets
// RNG with a cookie of her own. A message goes as it is to all others who are
// there; ACK says that there was somebody, not that she has read it. D is refused
// with 282 if it has no headers, or says that it is P2P and has no room for its
// header and footer. A conversation is one of connections: it outlives those to
// the notification server, ends with the last who leaves, and after
// SwitchboardIdle without a word (§9). After five calls in a row that reached
// nobody more are refused, 713.
//
// # Migration
//
// MigrateWhen and Data say when accounts that are not migrated are, and
// MigrateNow migrates all (§8). Whoever has signed in to one with MSNP10 is sent
// OUT MIG. With a time or a rate that is counted from the first CHG.
//
//	srv := &msnptest.Server{Migrated: msnptest.MigratedNone, MigrateWhen: msnptest.MigrateRate(50)}
//
// # Faults
//
// Faults are wrong on purpose, each with a probability of its own, by chances
// that FaultSeed decides: with the same commands in the same order the same
// faults are made. Delay, Drop, Duplicate, Reorder and Misdirect strike each
// notification for each receiver alike, ILN aside, and what passes through a
// conversation: RNG, JOI, BYE, MSG; Reset each command; Split
// whatever is sent at once to one client; Stale each SYN of an account that was
// edited since its first SYN; Lose and Alter each contact of an account that is
// migrated. A notification that is kept back is lost if its receiver goes.
//
// Each fault is counted in Stats, and logged as a warning with its kind, the
// account that hears or misses something, whom it would be told of, the mark in
// that account's client id (bits 12 to 27, where load generators number their
// changes), and what.
//
// # Defects
//
// Defects are mistakes as servers of this protocol have them (§1, §12), so that
// a fuzzer can be proven to find them. None strikes by chance, but each in one
// situation, and none in an ordinary session:
//
//   - panic-on-missing-argument, slow-regexp and deadlock take the process, a
//     core or an account; hang-on-long-line and stuck-after-blank-line a
//     connection; half-close-leak leaves one signed in for ever.
//
//   - payload-as-commands and unbounded-length go on after a length that should
//     end the connection, ignores-unknown, survives-second-ver and
//     no-close-after-911 after other things that should; close-on-percent ends
//     one that should go on.
//
//   - echo-line-end, trid-truncated, wrong-length, reply-twice and
//     leak-between-sessions say what they should not.
//
// Each is counted in Stats, and logged as a warning with its kind and the verb.
//
//	srv := &msnptest.Server{Defects: []msnptest.Defect{msnptest.EchoLineEnd}}
//
// # What the server says unasked
//
// After the first CHG an account with a Mailbox is told how much mail is unread
// (§7.4). Announce, Notify, Page and Mail send notices at any time. Close ends all
// sessions with OUT SSD, which comes behind what was announced before.
//
//	srv.Announce(5) // goes down in five minutes
//	srv.Mail("alice@example.com", msnptest.Mail{From: "Bob", FromAddr: "bob@example.com", Subject: "Hello"})
//
// # Sign-ins that fail
//
// Data has accounts that cannot sign in, each as §3.4, §3.5 or §7.3 says: Refuse
// answers USR S with any number that ends a sign-in, Locked has Passport say not
// to try again, LoginUnavailable closes Passport to all, and OutTOU ends each
// session of MSNP10 after its first CHG, until AcceptTOU. TOUNeeded only asks.
//
//	[[account]]
//	email = "child@example.com"
//	refuse = 923
//
// # Where the sources disagree
//
// Where the page knows what the real service did, that holds; where it does not,
// what is here was chosen:
//
//   - CVR may be left out, or come twice: §3.1 has no row for that.
//
//   - VER ignores all that it does not know, also CVRO with a letter for CVR0.
//
//   - URL of a service that §7.6 does not name is answered 201.
//
//   - While IMS is OFF an account is to switchboards as if it were hidden, 913.
//
//   - PAG in MSNP8, like PGD later, has no answer if it works.
//
//   - SND that is malformed is answered 503 and ends the connection, as SDC is.
//
//   - ADG and REG may have the 0 of MSNP8 and MSNP9 behind the name, or not.
//
//   - BPR that follow ADC FL tell what the contact lets the account know.
//
// FullSync, AppendCVR0, ListVersionsInM0, LoginRedirect and DALoginScheme are for
// clients that cope with the other answer alone (§12).
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
// Invitations by mail and pages to a mobile go nowhere (§7.7).
package msnptest
