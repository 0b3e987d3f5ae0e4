package msnptest

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// profile adds the initial profile message (§3.6).
func (t *turn) profile(a *account, value string) {
	p := a.set.profile
	if p == nil {
		p = &Profile{MemberIDHigh: "98304", MemberIDLow: strconv.Itoa(int(a.number))}
	}
	mspAuth, _, _ := strings.Cut(strings.TrimPrefix(value, "t="), "&p=")
	ip, port := t.remote()
	b := header(t.body[:0], "MIME-Version", "1.0")
	b = header(b, "Content-Type", "text/x-msmsgsprofile; charset=UTF-8")
	b = header(b, "LoginTime", strconv.FormatInt(time.Now().Unix(), 10))
	b = header(b, "EmailEnabled", zeroOne(p.EmailEnabled))
	b = header(b, "MemberIdHigh", or(p.MemberIDHigh, "0"))
	b = header(b, "MemberIdLow", or(p.MemberIDLow, "0"))
	b = header(b, "lang_preference", "1033")
	b = header(b, "PreferredEmail", or(p.PreferredEmail, a.email))
	b = header(b, "country", p.Country)
	b = header(b, "PostalCode", "")
	b = header(b, "Gender", "")
	b = header(b, "Kid", "0")
	b = header(b, "Age", "")
	b = header(b, "BDayPre", "")
	b = header(b, "Birthday", "")
	b = header(b, "Wallet", "")
	b = header(b, "Flags", or(p.Flags, "1027"))
	b = header(b, "sid", "507")
	b = header(b, "kv", or(p.KV, "5"))
	b = header(b, "MSPAuth", mspAuth)
	b = header(b, "ClientIP", ip)
	b = header(b, "ClientPort", strconv.Itoa(int(port>>8|port<<8)))
	b = header(b, "ABCHMigrated", zeroOne(a.migrated))
	if p.TOUNeeded {
		b = header(b, "TOUNeeded", "1")
	}
	t.message(append(b, "\r\n"...))
}

func header(b []byte, name, value string) []byte {
	return append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
}

// remote is where the client is. The port is told with its bytes swapped (§3.6).
func (t *turn) remote() (ip string, port uint16) {
	a, ok := t.c.nc.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return "127.0.0.1", 1863
	}
	addr, _ := netip.AddrFromSlice(a.IP)
	return addr.Unmap().String(), uint16(a.Port)
}

func zeroOne(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
