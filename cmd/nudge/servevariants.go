package main

import (
	"github.com/spf13/pflag"

	"nudge/codec/msnp/msnptest"
)

// variantFlags are the settings of nudge serve about which the sources of the
// protocol disagree, for clients that cope with one answer alone.
type variantFlags struct {
	scheme       string
	redirect     bool
	noShortSYN   bool
	appendCVR0   bool
	listVersions bool
}

// schemes are the values of --dalogin-scheme.
var schemes = []string{"auto", "always", "never"}

func (v *variantFlags) declare(fs *pflag.FlagSet) {
	choiceVar(fs, &v.scheme, "dalogin-scheme", "", "auto", schemes, "scheme",
		"`WHEN` the nexus names the login server with http:// or https:// (auto: to who asks over HTTP); without, it is that of HTTPS, as old clients put https:// before it")
	fs.BoolVar(&v.redirect, "login-redirect", false, "the login server sends every request to another of its pages first (302, da-status=redir)")
	fs.BoolVar(&v.noShortSYN, "no-short-syn", false, "SYN is answered with all lists, also to a client that has them")
	fs.BoolVar(&v.appendCVR0, "append-cvr0", false, "VER is answered with the dialect and CVR0, as some old clients want it")
	fs.BoolVar(&v.listVersions, "m0-list-versions", false, "GTC, BLP, PRP and BPR have the list version also for MSNP10 clients of accounts that are not migrated")
}

// settle lays the settings into the server's.
func (v *variantFlags) settle(srv *msnptest.Server) {
	srv.DALoginScheme, srv.LoginRedirect = v.scheme, v.redirect
	srv.FullSync, srv.AppendCVR0, srv.ListVersionsInM0 = v.noShortSYN, v.appendCVR0, v.listVersions
}
