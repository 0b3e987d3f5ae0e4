// Package live fuzzes servers of MSNP that run: it plays sessions that were honest before they were edited, and
// judges what the server does. References such as §1.3 are to codec/MSNP10.md.
//
//	f := &live.Fuzzer{Addr: "127.0.0.1:1863", DialContext: dial, Ticket: ticket, Accounts: accounts, Duration: time.Minute}
//	report, err := f.Run(ctx)
//	if err != nil { … } // nothing could be judged
//	for _, finding := range report.Findings { … }
//
// # Cases
//
// A [Case] is one session: commands on a dispatch server, a notification server and a switchboard, with how they
// are cut into writes, pauses, half-closes and resets. It begins as one of the honest scripts and is edited on
// four levels: the sequence, a command, a word, a byte; and in how it is written. What a server hands out is no
// part of it: {trid}, {ticket}, {cookie}, {contact} and the like are filled in from live answers, so that a
// sign-in survives the edits.
//
// Everything comes of the seed and the [Path] of a case: its number, or the numbers of the cases that it came
// of. A case that shows a transition nobody has seen, (state, verb, reply), is kept and edited further.
//
// # Barriers
//
// Nothing is waited for that need not come. Behind each command stands a PNG, on a switchboard a message that is
// acknowledged, before the sign-in the reply itself: what comes before its answer is all that the command gets.
// Our own decoder reads what is sent as the server would: if the server waits for the rest of a payload or of a
// line, that is sent first. So the time-out is reached only by a server that does not answer though it has all
// that it could wait for.
//
// # Verdicts
//
// What is wrong has a [Class]. Beside the account whose sessions are edited there are clean ones: a peer that is
// on its list, is told of its presence and answers its calls; a stranger that must hear nothing of it; and one
// that signs in now and then. All that any account writes bears a mark, so that what one wrote is known where
// another hears it. What is exact, such as each notification, is asked only of what no edit has touched.
//
// A verdict is played again three times, on a server that was started anew if it is ours and was harmed. One that
// rests on time alone counts if all three show it, or, but for a hang, if five sessions do. Then the case is made
// small: steps, words, bytes and cuts are left out as long as it shows the same, be it in another state that no
// finding is about, and the rest has to show it three times again. The verdict kept is that of the rest.
//
// What was found once is let pass from then on, and all others while a finding is played again: a server that does one
// thing wrong in every session shows what else it does. With Fuzzer.Real so is each [Habit] that known servers have
// beside the page: it is told of and is no finding.
//
// # Findings
//
// A [Finding] is a file: what it was found with, the verdict, the session and a transcript. [ReadFinding] reads it,
// Fuzzer.Replay plays it again, Finding.GoTest makes a test of it that needs nothing of this module, and
// Finding.Netcat the bytes of its connection to a notification server. Before each replay the lists of the account
// are put in order, as sessions begin with them.
//
// # Two servers
//
// A [Differ] plays the same sessions to two servers. What either says to the account is compared step by step, with
// names in the place of what a server makes up by itself: tickets, challenges, cookies, session ids, GUIDs, times,
// addresses, list versions. Replies are compared in their order, what comes unasked by step alone. What differs once
// is followed only as far as the client does the same on both. Kinds of differences are told apart by the state, the
// command and what either server answered, and are findings of class [Differs].
//
// # Limits
//
// A case has at most 1,000 steps, a server's answer at most 20,000 commands and 32 MiB, a command 1 MiB; a run ends at its
// number of sessions, its time, its bytes, or after so many kinds of findings.
package live
