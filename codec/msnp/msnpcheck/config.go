package msnpcheck

import (
	"context"
	"fmt"
	"net"
	"time"

	"nudge/codec/msnp"
)

// Config says what is checked and how. Addr, Accounts and Passport are required.
type Config struct {
	Addr     string         // host:port of a dispatch or notification server
	Dialect  msnp.Dialect   // offered in VER; 0: MSNP10
	Accounts []Account      // which the checks may use, best those that do not know each other
	Passport *msnp.Passport // where tickets come from

	Profile  Profile       // "": Strict
	Only     []string      // names, groups or patterns such as *.twice; nil: all
	Parallel int           // checks at once, each with AccountsPerCheck accounts; 0: 4
	Timeout  time.Duration // longest wait for what must come; 0: 5 s
	Quiet    time.Duration // how long what must not come is waited for, beside a PNG; 0: 100 ms

	// Migration is how long migration.* wait for OUT MIG; 0: they are skipped. Await
	// is called with the account that is to be migrated when one begins to wait.
	Migration time.Duration
	Await     func(email string)

	// DialContext opens all connections; nil: the network.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// Progress is called with each result as it comes, one at a time; nil: not.
	Progress func(Result)

	during func(check func()) // tests: makes the check, the accounts having been looked at
}

// Account is one that checks may use.
type Account struct {
	Email, Password string
	Ticket          string // instead of one from Passport; "": none
}

// AccountsPerCheck is how many accounts a check has for itself.
const AccountsPerCheck = 3

// MaxParallel is the most checks that run at once.
const MaxParallel = 64

// Profile says how known divergences of real servers count (§12).
type Profile string

const (
	Strict Profile = "strict" // as failures, like any other
	Real   Profile = "real"   // as warnings
)

// ParseProfile reads the name of a profile.
func ParseProfile(s string) (Profile, error) {
	switch p := Profile(s); p {
	case Strict, Real:
		return p, nil
	}
	return "", fmt.Errorf("%q: there are the profiles strict and real", s)
}

// checked returns the configuration with its defaults, or what is wrong with it.
func (cfg Config) checked() (Config, error) {
	if _, _, err := net.SplitHostPort(cfg.Addr); err != nil {
		return cfg, fmt.Errorf("address: %w", err)
	}
	switch {
	case cfg.Dialect == 0:
		cfg.Dialect = msnp.MSNP10
	case cfg.Dialect < msnp.MSNP8 || cfg.Dialect > msnp.MSNP10:
		return cfg, fmt.Errorf("dialect %v: there are checks for MSNP8, MSNP9 and MSNP10", cfg.Dialect)
	}
	if cfg.Profile == "" {
		cfg.Profile = Strict
	}
	if _, err := ParseProfile(string(cfg.Profile)); err != nil {
		return cfg, err
	}
	if cfg.Passport == nil {
		return cfg, fmt.Errorf("no source of tickets")
	}
	cfg.Parallel = min(orDefault(cfg.Parallel, 4), MaxParallel)
	cfg.Timeout = orDefault(cfg.Timeout, 5*time.Second)
	cfg.Quiet = orDefault(cfg.Quiet, 100*time.Millisecond)
	if cfg.DialContext == nil {
		cfg.DialContext = new(net.Dialer).DialContext
	}
	return cfg, nil
}

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
