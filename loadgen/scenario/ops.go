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
	opConnect:   {Name: "connect", SignIn: true},
	opVER:       {Name: "ver", SignIn: true},
	opCVR:       {Name: "cvr", SignIn: true},
	opUSRI:      {Name: "usr_i", SignIn: true},
	opTicket:    {Name: "ticket", SignIn: true},
	opUSRS:      {Name: "usr_s", SignIn: true},
	opSYN:       {Name: "syn", SignIn: true},
	opRedirect:  {Name: "redirect", SignIn: true},
	opLogin:     {Name: "login", SignIn: true},
	opCHG:       {Name: "chg"},
	opPNG:       {Name: "png"},
	opADC:       {Name: "adc"},
	opREM:       {Name: "rem"},
	opADG:       {Name: "adg"},
	opREG:       {Name: "reg"},
	opRMG:       {Name: "rmg"},
	opSBP:       {Name: "sbp"},
	opPRP:       {Name: "prp"},
	opGTC:       {Name: "gtc"},
	opBLP:       {Name: "blp"},
	opXFRSB:     {Name: "xfr_sb"},
	opUSRSB:     {Name: "usr_sb"},
	opCAL:       {Name: "cal"},
	opANS:       {Name: "ans"},
	opMSG:       {Name: "msg"},
	opDeliver:   {Name: "deliver"},
	opPresence:  {Name: "presence"},
	opMigrate:   {Name: "migrate", SignIn: true},
	opIteration: {Name: "iteration"},
}
