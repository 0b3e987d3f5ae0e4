// Package scenario joins the load engine with the protocol: it makes the clients
// of package loadgen speak MSNP10 as package msnp says, behave as people would,
// and measure what they wait for.
//
//	result, err := scenario.Run(ctx, scenario.Config{
//		Target:   "127.0.0.1:1863",
//		Clients:  1000,
//		Duration: 30 * time.Second,
//		NexusURL: "http://127.0.0.1:1866/rdr/pprdr.asp",
//	})
//
// # Behaviours
//
// A behaviour is a table of steps in the order in which a person would tell it:
// what is sent, which operation it is measured as, what answers it. A step ends
// with its answer and the next row begins; the last row ends the iteration. What
// the server says by itself is taken at any time, by the session underneath.
//
//   - login: per iteration connect, full handshake with redirect, SYN, first CHG,
//     OUT. No think time. The server may take a second to close the connection
//     after OUT, while the next iteration begins; there may be no answer to it.
//   - presence: signs in once; per iteration a CHG with a status drawn from NLN BSY
//     IDL BRB AWY PHN LUN; reads its contacts' presence all the time. Think time
//     exp:10s.
//   - roster: signs in once; per iteration an edit that is undone again. Each client
//     takes the edits in turn, from anywhere: a contact on FL; a group, its name, and a
//     contact in it; AL; BL; the name stored for a contact; its own name; GTC; BLP; and
//     REM PL of whoever has added it meanwhile. Contacts are added from among the
//     clients of the run that do the same and are on none of its lists: with fewer
//     clients than contacts there are none, and no such edit. What fails does not keep
//     the rest from being undone. Think time exp:10s.
//   - migrate: signs in; per iteration, in turn, a CHG, another name for a contact, a
//     phone number, a contact into a group, or out of one, none of which is undone;
//     when OUT MIG comes it comes back, and must find what it had. Think time exp:10s.
//   - chat: signs in once; per iteration a conversation with a contact that is online,
//     or with several; answers whoever calls it. See Conversations. Think time exp:10s.
//   - idle: signs in and holds on. No iterations.
//
// In MSNP8 and MSNP9 an edit has the form of the dialect: ADD is measured as adc, and
// REA as sbp or prp. There is no migration there.
//
// Each client that is online sends PNG as often as the server's QNG asks, every
// 50 s before the first. The first one comes at a random time within that interval,
// so that from the beginning as many come per second as later.
//
// A behaviour is a file of this package and a row in its list.
//
// # Mixes
//
// A run may have several behaviours, in shares of the clients by weight; in the open
// model each gets the same share of the iterations among those that have any, and one
// whose clients are all busy holds up no other. A file says it in TOML:
//
//	version = 1
//	[load]
//	clients = 5000
//	ramp-up = "30s"
//	duration = "10m"
//	[[mix]]
//	behaviour = "presence"
//	weight = 8
//	think = "exp:30s"
//	[[mix]]
//	behaviour = "chat"
//	weight = 2
//	messages = 10
//	groups = 0.1
//	[[threshold]]
//	expr = "login.p99 < 2s"
//
// The keys of [load] are the flags of nudge run that say what the load is: clients,
// duration, ramp-up, stages, rate, think, timeout, connect-rate, graceful-stop, dialect
// and seed. Whom it is for, and what is made of its result, is left to the command
// line. A weight is 1 unless there is one. Of chat alone are messages, how many a
// conversation has, from 1 to 1,000, and groups, the share of conversations with three
// to five people, from 0 to 1; 10 and 0.1 unless given. Unknown keys and wrong values
// are errors, with line and column.
//
// # Operations
//
// A step on the wire lasts from immediately before its write to when the read
// that completed its answer returned. connect ver cvr usr_i ticket usr_s syn are
// the steps of the sign-in; ticket is what Passport needs for one request, without
// the wait for its turn beside the loop, and is not measured where no request is
// made. redirect lasts from when the redirect was read to the first byte of the
// notification server. login lasts from connect to the reply to the first CHG,
// which counts as chg as well. connect, redirect and login leave out what a
// connection waited for the connect rate, as that is the load's wish. chg and png
// and the edits are what they say, and so are the steps of a conversation: xfr_sb,
// usr_sb, cal until RINGING, ans until its OK, msg until ACK, each from its command
// on, without the dial; a dial to a switchboard that fails counts as usr_sb or ans.
// deliver lasts from when a message is sent until it is read, once for each who reads
// it. presence lasts from a contact's CHG or OUT to its
// NLN or FLN here, migrate from when OUT MIG was read until SYN is answered again; both
// migrate and the sign-in are shown over the whole run. iteration is measured by the
// engine. Numbers that say that a thing is so already (215, 216, 218) are as good as an
// answer in an edit (§12.19).
//
// A failed operation counts with the time it took, a timeout with the timeout. A
// failure in a sign-in counts for its step, for redirect if one was under way, and
// for login.
//
// # Marks
//
// The client id of a CHG bears a mark, the number of the change among those of its
// client: the bits 12 to 27 of 536870948 (§5.2). Send times of the last 8 changes
// of each client are kept where every loop reads them. The first NLN with a mark is
// timed, if its CHG was sent while the reader was online; ILN, repetitions and what
// was sent before are not. An OUT takes a mark without bearing it, and the FLN that
// follows the last mark read is timed as its. An NLN that 8 later changes have
// overtaken counts as failed under overtaken, with a lower bound of its time.
//
// Contacts are kept as numbers: address to client by the user format or by a map
// of the accounts file, eight bytes a contact. Accounts that no client of the run
// signs in with are not kept, and what they do is not measured.
//
// # Conversations
//
// In a run in which somebody chats each client that stays signed in may be called,
// and answers, whatever else it does. Who begins a conversation draws whom it calls
// from its contacts that are clients of the run and online; with none there is none,
// an event "nobody". It asks for a switchboard, calls, and waits until all have come.
// Then message m is said by the one at place (m-1) mod k of those k who came, the
// caller first and the others as they were called, once the one before has been read;
// a typing message goes before each. When all is said, read and acknowledged the
// caller hangs up, and upon its BYE the others do.
//
// A text is the message's number, and who has said it when:
//
//	nudge 17-3: 4/10 by 2 at 12034567890 ns, sum 1a2b3c4d
//
// that is of the third conversation that client 17 has begun, message 4 of 10, by the
// second place, at a time of the run, with the CRC-32 of the payload up to there. All
// who take part note in a record of the conversation what they have said and read and
// what was acknowledged, and the last to leave judges it. Violations are:
//
//	lost         what was acknowledged, or read by others, and was not read; RNG
//	             after RINGING, JOI, or the caller's BYE that has not come
//	duplicate    what came twice; RNG, JOI and BYE also
//	reordered    what came behind a message that was said after it was read
//	misdirected  what belongs to another conversation, or who reads it has said it
//	altered      what is not to the byte as it was said
//	sender       what came as somebody else's
//	false-ack    what was acknowledged and nobody has read: it is lost as well
//	false-nak    what was read and NAK came
//
// Nobody is accused for what was under way when a connection was lost, a client was
// stopped, or somebody hung up sooner than the timeout after it was said; nor for
// typing messages that do not come, since they promise nothing (§9.6).
//
// A conversation outlives the connection to the notification server (§9.5). Its
// connections wait for the connect rate only if that was given. A client sits in at
// most 16 conversations, and a call beyond is an event. Who is to stop hangs up its own
// conversation, and stays for those that it was called into until they are over.
//
// # Migration
//
// A client of migrate keeps its lists: what SYN gave, and what edits and the server's
// own changes have made of it since. When it is online again after OUT MIG, it compares
// them with what it finds, entry by entry, by address and by the names of groups, since
// all ids are new (§8): see msnp.Roster. Each difference is a violation that names the
// account and the entry, and so is a profile that still says ABCHMigrated: 0. An edit
// that was not answered when the connection ended may have been done or not, and its
// entry is left out once.
//
// # When things go wrong
//
// The target's failure is data. Each is counted under a class:
//
//	timeout      no answer in time
//	refused reset closed dns …   as loadgen.Class calls what the network says
//	911 …        the server's number, or the HTTP status of Passport
//	protocol     the server broke the protocol
//	dialect      VER without a common dialect
//	redirects    more than msnp.MaxRedirects in one sign-in
//	forbidden    an address that Config.Permit refuses; it was not dialled
//	oth tou ssd mig out   the server's OUT, by its reason; out without one
//	redirected   sent to another server while online
//	overtaken    presence that came too late to be timed
//	217 216 713  CAL: offline or not willing, too many calls. It is no failure if who
//	             was called has gone offline since
//	nak          NAK: a message was not delivered
//	bye          somebody left a conversation before its end
//	stray gone busy unasked   events: a call or a person that belongs elsewhere, a call
//	             into what is over, one too many, a notice of the switchboard
//	local        a command that could not be written
//	unfinished   a sign-in that was still in progress when the run was over
//
// A command that is not answered costs its operation a timeout, its iteration as
// well, and nothing else: the steps behind it are done. In a sign-in it ends the connection. What breaks the
// protocol is a violation too: bytes that are no command, a reply to nothing, a
// list that does not match its count. It ends the connection.
//
// A client that lost its connection, or could not sign in, does so again after
// 1 s, twice as long each time up to 30 s, a quarter more or less by chance, and
// within the connect rate; connections that iterations of login ask for wait for it
// only if it was given. The count begins anew once it was online for 30 s. It
// begins at the target, with TrIDs from 1. After OUT MIG it comes back at once, to
// the notification server that it was on, with a fresh ticket and SYN 0 0 (§8), and
// goes on counting. A client ends for good with OUT OTH, OUT TOU, HTTP status 401 and
// the numbers that §10 calls final: 911, 917, 923 to 931.
//
// The run goes its length as long as one client may come back, even if none has
// signed in so far, as what a server does under load it may stop doing; when all
// have ended for good it is over, and has failed.
//
// # When the generator goes wrong
//
// A measurement is invalid if the generator was late beside what the server took,
// or ran out of files or ports: package results has the limits. The summary's
// verdict and reasons say so.
//
// # Determinism
//
// All choices come from the seed, a stream for each client. With the same seed a
// client sends the same commands on both drivers of the engine, as long as the
// server answers alike; PNG, which is bound to time, may stand elsewhere between
// them. Whom chat calls depends on who is online as well.
//
// Section numbers (§) are those of codec/MSNP10.md.
package scenario
