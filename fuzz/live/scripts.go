package live

import (
	"slices"

	"nudge/codec/msnp"
)

// script is an honest session, from which cases are made.
type script struct {
	name  string
	since msnp.Dialect // first dialect that it is for
	until msnp.Dialect // last one; 0: any
	mode  msnp.Mode    // that it is for alone; 0: any
	steps []step
}

func open(on place) step   { return step{act: actOpen, on: on} }
func shut(on place) step   { return step{act: actShut, on: on} }
func closed(on place) step { return step{act: actClose, on: on} }

// ns, ds and sb send commands on a connection.
func ns(lines ...string) []step { return sends(onNotification, lines) }
func ds(lines ...string) []step { return sends(onDispatch, lines) }
func sb(lines ...string) []step { return sends(onBoard, lines) }

func sends(on place, lines []string) (all []step) {
	for _, line := range lines {
		all = append(all, step{on: on, cmd: must(line, "")})
	}
	return all
}

// say sends a command with a payload, whose length is written where {length} stands.
func say(on place, line, payload string) []step {
	return []step{{on: on, cmd: must(line, payload)}}
}

func steps(parts ...[]step) []step { return slices.Concat(parts...) }

const cvr = "CVR {trid} 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS {email}"

// signIn signs in as far as USR OK; arrive goes on until the account is online.
func signIn(offer string) []step {
	return steps([]step{open(onNotification)}, ns("VER {trid} "+offer, cvr, "USR {trid} TWN I {email}", "USR {trid} TWN S {ticket}"))
}

func arrive(offer string) []step {
	return steps(signIn(offer), ns(syn(offer), "CHG {trid} NLN 536870948"))
}

func syn(offer string) string {
	if offer == ten {
		return "SYN {trid} 0 0"
	}
	return "SYN {trid} 0"
}

// What VER offers.
const (
	ten   = "MSNP10 MSNP9 CVR0"
	nine  = "MSNP9 CVR0"
	eight = "MSNP8 CVR0"
)

// offerOf is what the VER of a client of a dialect offers (§3.1).
func offerOf(d msnp.Dialect) string {
	switch {
	case d >= msnp.MSNP10 || d == 0:
		return ten
	case d == msnp.MSNP9:
		return nine
	}
	return eight
}

const (
	textHead   = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	plainText  = textHead + "X-MMS-IM-Format: FN=MS%20Sans%20Serif; EF=B; CO=ff0000; CS=0; PF=22\r\n\r\nHello {mark}, caf\u00e9 at 5?"
	typingText = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: {email}\r\n\r\n\r\n"
	keepAlive  = "MIME-Version: 1.0\r\nContent-Type: text/x-keepalive\r\n\r\n"
)

// call begins a conversation with the peer, who answers.
func call() []step {
	return steps(ns("XFR {trid} SB"), []step{open(onBoard)}, sb("USR {trid} {email} {cookie}", "CAL {trid} {peer}"))
}

// slow reports whether a script waits for something.
func (s script) slow() bool {
	return slices.ContainsFunc(s.steps, func(st step) bool { return st.act == actPause })
}

// scripts are the honest sessions for a dialect and a mode, in a fixed order. The first is the shortest that
// goes through a whole sign-in.
func scripts(d msnp.Dialect, m msnp.Mode) []script {
	return slices.DeleteFunc(allScripts(), func(s script) bool {
		return d < s.since || s.until != 0 && d > s.until || s.mode != msnp.ModeUnknown && s.mode != m
	})
}

func allScripts() []script {
	return []script{
		{name: "signs in", since: msnp.MSNP10, steps: steps(arrive(ten), ns("PNG", "OUT"))},
		{name: "changes status", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"CHG {trid} BSY 536870948", "CHG {trid} AWY 536870948 %3Cmsnobj%20Creator%3D%22{mark}%22%20Size%3D%221%22%2F%3E",
			"CHG {trid} HDN 536870948", "CHG {trid} IDL 268435500", "CHG {trid} NLN 536870948", "OUT"))},
		{name: "edits contacts", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"ADC {trid} FL N={stranger} F={mark}", "ADC {trid} AL N={stranger}", "SBP {trid} {contact} MFN {mark}%20(chess)",
			"REM {trid} AL {stranger}", "ADC {trid} BL N={stranger}", "ADC {trid} AL N={stranger}", "REM {trid} BL {stranger}",
			"REM {trid} FL {contact}", "SYN {trid} 0 0", "OUT"))},
		{name: "edits groups", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"ADG {trid} {mark}%20club", "ADC {trid} FL C={contact} {group}", "REG {trid} {group} {mark}", "REM {trid} FL {contact} {group}",
			"RMG {trid} {group}", "SYN {trid} 0 0", "OUT"))},
		{name: "blocks the peer", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"REM {trid} AL {peer}", "ADC {trid} BL N={peer}", "REM {trid} BL {peer}", "ADC {trid} AL N={peer}", "BLP {trid} BL", "BLP {trid} AL", "OUT"))},
		{name: "changes settings", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"PRP {trid} MFN {mark}", "PRP {trid} PHH {mark}", "PRP {trid} PHM 1%20{mark}", "PRP {trid} PHH", "GTC {trid} N", "GTC {trid} A",
			"PRP {trid} MOB Y", "SYN {trid} {list} {settings}", "SYN {trid} 0 0", "OUT"))},
		{name: "asks services", since: msnp.MSNP10, steps: steps(arrive(ten), ns(
			"URL {trid} INBOX", "URL {trid} PERSON 0x0409", "IMS {trid} OFF", "IMS {trid} ON", "CHL {trid}"),
			say(onNotification, "QRY {trid} msmsgs@msnmsgr.com {length}", "{answer}"),
			say(onNotification, "SDC {trid} {peer} 0x0409 MSMSGS MSMSGS X X {mark} {length}", "Come and see {mark}"),
			say(onNotification, "PGD {trid} {peer} 1 {length}", "<TEXT>{mark}</TEXT>"), ns("SND {trid} {peer}", "FND {trid} fname={mark} lname=b city=c state=d country=e", "OUT"))},
		{name: "talks", since: msnp.MSNP10, steps: steps(arrive(ten), call(),
			say(onBoard, "MSG {trid} U {length}", typingText), say(onBoard, "MSG {trid} N {length}", plainText),
			say(onBoard, "MSG {trid} A {length}", textHead+"\r\n{mark}"), say(onBoard, "MSG {trid} D {length}", textHead+"\r\n{mark}"),
			sb("CAL {trid} {peer}", "CAL {trid} {stranger}", "OUT"), ns("PNG", "OUT"))},
		{name: "talks to nobody", since: msnp.MSNP10, steps: steps(arrive(ten), ns("XFR {trid} SB"), []step{open(onBoard)},
			sb("USR {trid} {email} {cookie}"), say(onBoard, "MSG {trid} N {length}", plainText), say(onBoard, "MSG {trid} A {length}", plainText),
			sb("CAL {trid} nobody@example.com", "CAL {trid} {mark}", "OUT"), ns("OUT"))},
		{name: "is sent on", since: msnp.MSNP10, steps: steps([]step{open(onDispatch)},
			ds("VER {trid} "+ten, cvr, "USR {trid} TWN I {email}"), []step{closed(onDispatch)}, arrive(ten), ns("OUT"))},
		{name: "has a wrong ticket", since: msnp.MSNP10, steps: steps([]step{open(onNotification)},
			ns("VER {trid} "+ten, cvr, "USR {trid} TWN I {email}", "USR {trid} TWN S t={mark}&p="))},
		{name: "has a wrong cookie", since: msnp.MSNP10, steps: steps(arrive(ten), ns("XFR {trid} SB"), []step{open(onBoard)}, sb("USR {trid} {email} {mark}"), ns("PNG"))},
		{name: "signs in twice", since: msnp.MSNP10, steps: steps(arrive(ten), arrive(ten), ns("OUT"))},
		{name: "hangs up half", since: msnp.MSNP10, steps: steps(arrive(ten), ns("CHG {trid} BSY 536870948"), []step{shut(onNotification)})},
		{name: "hangs up in a conversation", since: msnp.MSNP10, steps: steps(arrive(ten), call(), say(onBoard, "MSG {trid} A {length}", plainText), []step{shut(onBoard)}, ns("PNG", "OUT"))},
		{name: "is migrated", since: msnp.MSNP10, mode: msnp.ModeM0, steps: steps(arrive(ten), ns("ADG {trid} {mark}", "ADC {trid} FL N={stranger} F={mark}"),
			[]step{{act: actPause, pause: time500}}, ns("PNG"), arrive(ten), ns("OUT"))},
		{name: "speaks MSNP9", since: msnp.MSNP9, steps: steps(arrive(nine), ns(
			"ADD {trid} FL {stranger} {mark}", "ADD {trid} AL {stranger} {mark}", "REA {trid} {stranger} {mark}", "REM {trid} AL {stranger}", "REM {trid} FL {stranger}",
			"ADG {trid} {mark} 0", "RMG {trid} {group}", "REA {trid} {email} {mark}", "PRP {trid} PHH {mark}", "GTC {trid} N", "GTC {trid} A", "BLP {trid} BL", "BLP {trid} AL", "OUT"))},
		{name: "speaks MSNP8", since: msnp.MSNP8, until: msnp.MSNP8, steps: steps(arrive(eight), ns(
			"CHG {trid} BSY 536870948", "ADD {trid} FL {stranger} {mark}", "REM {trid} FL {stranger}", "OUT"))},
	}
}

const time500 = maxPause / 4
