//go:build !parsers

package fuzz

// sessionTargets need the client, the reference server and with them package net/http.
var sessionTargets = []Target{
	{"FuzzClient", FuzzClient, Session, ClientHeader},
	{"FuzzServer", FuzzServer, Session, ServerHeader},
}
