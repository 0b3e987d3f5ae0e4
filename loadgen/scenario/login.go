package scenario

import (
	"slices"
	"time"
)

// login is connection churn: nothing lasts from one iteration to the next.
var login = behaviour{
	name:      "login",
	about:     "per iteration: connect, full handshake with redirect, SYN, first CHG, OUT",
	mainOp:    opLogin,
	conns:     2, // one may still be closing while the next is opened
	iteration: slices.Concat(signIn, []step{{send: signOut}}),
}

// signOut leaves without waiting for an answer, as there may be none (§12.14).
// The server has a moment to close the connection.
func signOut(c *client, now time.Duration, out []byte) ([]byte, error) {
	c.signOff(now, out)
	return nil, errOver
}
