package scenario

import "nudge/results"

// The operations of this package's behaviours: the sign-in, then what is done
// online, then what lasts longer than a command.
const (
	opConnect results.Op = iota
	opVER
	opCVR
	opUSRI
	opTicket
	opUSRS
	opSYN
	opRedirect
	opLogin
	opCHG
	opPNG
	opADC
	opREM
	opADG
	opREG
	opRMG
	opSBP
	opPRP
	opGTC
	opBLP
	opXFRSB
	opUSRSB
	opCAL
	opANS
	opMSG
	opDeliver
	opPresence
	opMigrate
	opIteration
	opNone = ^results.Op(0) // not measured
)

// Ops lists what runs measure, in that order, for those who ask before a run.
func Ops() []results.OpInfo { return operations[:] }

// operations describes each of them, by Op.
var operations = [...]results.OpInfo{
	opConnect:   {Name: "connect", SignIn: true, Step: true},
	opVER:       {Name: "ver", SignIn: true, Step: true},
	opCVR:       {Name: "cvr", SignIn: true, Step: true},
	opUSRI:      {Name: "usr_i", SignIn: true, Step: true},
	opTicket:    {Name: "ticket", SignIn: true},
	opUSRS:      {Name: "usr_s", SignIn: true, Step: true},
	opSYN:       {Name: "syn", SignIn: true, Step: true},
	opRedirect:  {Name: "redirect", SignIn: true},
	opLogin:     {Name: "login", SignIn: true},
	opCHG:       {Name: "chg", Step: true},
	opPNG:       {Name: "png", Step: true},
	opADC:       {Name: "adc", Step: true},
	opREM:       {Name: "rem", Step: true},
	opADG:       {Name: "adg", Step: true},
	opREG:       {Name: "reg", Step: true},
	opRMG:       {Name: "rmg", Step: true},
	opSBP:       {Name: "sbp", Step: true},
	opPRP:       {Name: "prp", Step: true},
	opGTC:       {Name: "gtc", Step: true},
	opBLP:       {Name: "blp", Step: true},
	opXFRSB:     {Name: "xfr_sb", Step: true},
	opUSRSB:     {Name: "usr_sb", Step: true},
	opCAL:       {Name: "cal", Step: true},
	opANS:       {Name: "ans", Step: true},
	opMSG:       {Name: "msg", Step: true},
	opDeliver:   {Name: "deliver"},
	opPresence:  {Name: "presence"},
	opMigrate:   {Name: "migrate", SignIn: true},
	opIteration: {Name: "iteration"},
}
