// Package msnp is the client's side of MSNP8, MSNP9 and MSNP10 on dispatch and
// notification servers, without I/O: parsed commands go in, events come out,
// commands to send are appended to a buffer, and the time is an argument. It has
// no goroutine, no socket and no clock, so that ten thousand clients fit into
// one loop, and a whole conversation can be played in memory, repeatably.
// References such as §3.4 are to codec/MSNP10.md.
//
// # A session
//
// A [Session] is one account on one connection after another. What clients have
// in common (dialects, version, how long to wait) is in the [Software] that they
// share. The caller owns the connection and does five things:
//
//   - opened: Open appends VER. Write what was appended.
//   - read: parse a command with package codec, give it to Handle, act on the
//     [Event], then call Advance and write what both appended.
//   - StateTicket: get a ticket for Challenge, perhaps from a [Passport], which
//     may take its time elsewhere; then SetTicket and Advance.
//   - Deadline: at that time, call Expire until it returns false.
//   - closed: call Abandon until it returns false, to learn what was never
//     answered.
//
// The sign-in is VER, CVR, USR I, perhaps a redirect, USR S and SYN, one command
// at a time (§3.1). State tells how far it is. In StateRedirected the caller
// closes the connection, dials Redirect and calls Open again; in StateReset
// Advance starts again on the same connection; StateFailed is final for the
// connection. In StateOnline the client may use Chg, Png, the edits below, Ask
// and AskPayload, with up to [MaxOutstanding] commands under way: past that they
// return ErrFull and send nothing.
//
// # Time
//
// All times are durations since a moment of the caller's choosing, such as the
// start of a run. Whatever was asked is waited for no longer than
// Software.Timeout (10 s), a SYN to the last line of its answer. Silence becomes
// a [KindTimedOut] at the deadline and never anything else. A timeout ends a
// sign-in; later it costs only the command: a reply that comes after all is
// [KindLate] and changes nothing. The exception is QNG, which bears no TrID: a
// late one is ignored, or taken by the next PNG. Nobody waits for the server's
// OUT after the client's own (§12.14). A page to a mobile, PGD or in MSNP8 PAG,
// has no reply if it works (§7.7): of these silence is [KindSilent], no timeout.
//
// # What servers do wrong
//
// Servers differ (§12), and a session takes every form that the page records:
// it looks for known tokens, ignores what stands behind them, holds ids and
// versions to be opaque, needs no profile, and counts nothing but LST lines. What
// no source allows is a [KindViolation] that says [Why]: above all a TrID that
// was never sent, a second reply, a reply that can't answer what was asked. If
// the reply had a TrID in wait, that step is over with it, and Step says which.
// Bytes never make it panic.
//
// A numeric reply with TrID 0, or to a TrID that was answered before, belongs to
// no command in wait and is [KindUnasked] with its Code, since servers may send
// error lines at any time (§0). One with a TrID that was never sent is a
// violation like any other such reply.
//
// # Lists
//
// A session keeps no lists, as most simulated clients don't look at theirs. The
// lines of a SYN answer come out as [KindContact], [KindGroup] and [KindSetting]
// events, the last LST line as the [KindAnswered] of [StepSYN]; their content is
// read with ParseContact, ParseGroup and ParseProperty, without copying. BPR
// lines of the last contact may come after the answer is complete (§4.2).
//
// # Edits
//
// AddContact, AddToGroup, AddTo, Remove, AddGroup, RenameGroup, RemoveGroup,
// SetContact, SetProperty, SetGTC and SetBLP append an edit in the form that the
// session's dialect has (§4.5, §4.6, §6). Names are given as they are read and
// escaped on the way; ids of contacts and groups are given back as the server
// told them, since they may be addresses, numbers or GUIDs (§0). In MSNP8 and
// MSNP9 ADD stands in for ADC and REA for SBP, the step being the same, and what
// these dialects lack is [ErrDialect]. An edit that can't be written is an error
// and leaves no trace.
//
// The reply is read with [ParseEdit], for ADG with [GroupID]; it must name the
// list that was asked for, else it is a violation. What a server changes by
// itself, above all who has added or dropped the account, is [KindEdit], and
// ParseEdit reads it too.
//
// # Rosters
//
// A [Roster] has everything of a SYN answer in memory of its own. Collect fills
// it, Apply keeps it as the next answer would show it, by the client's edits and
// by what the server pushes, and Compare tells entry by entry what another has
// otherwise, across a migration, which gives everything new ids (§8):
//
//	for d := range before.Compare(&after) {
//		fmt.Println(d) // group Work: was there, is not there
//	}
//
// # Conversations
//
// A [Switchboard] is one connection to a switchboard in the same manner: Call or
// Answer appends the first command, Handle takes what comes. The answer to XFR SB
// is read with [ParseTransfer], and RNG, a [KindRing] of the session, with
// [ParseRing]. Who is there, comes and leaves is [KindJoined] and [KindLeft], a
// message [KindMessage], with its content in the command's payload. Messages that
// ask for an acknowledgement are a [StepMSG] each, answered by ACK, failed by NAK,
// 282 or silence; those that ask for none wait for nothing, but a NAK is told.
//
// # Memory
//
// A Session has 240 bytes, a Switchboard 184. In the steady state Handle and whatever appends a
// command allocate nothing; the sign-in keeps the redirect, the challenge until the
// ticket is sent, and SYN versions if asked to. Email in an Event and the slices
// of the Parse functions are views of the command.
package msnp
