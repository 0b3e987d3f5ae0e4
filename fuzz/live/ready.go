package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// errSetup says that a clean client could not be brought online.
var errSetup = errors.New("no clean session")

// unreadyError is errSetup, with what the server did wrong.
type unreadyError struct {
	email   string
	verdict Verdict
}

func (u *unreadyError) Error() string {
	return fmt.Sprintf("%v of %s: %v", errSetup, u.email, &u.verdict)
}
func (u *unreadyError) Is(target error) bool { return target == errSetup }

// ready brings the clean clients online, if they are not.
func (b *bench) ready(ctx context.Context) error {
	if !b.located {
		b.addrs[onDispatch], b.addrs[onNotification] = b.addr, b.addr
		if err := b.locate(ctx); err != nil {
			return err
		}
		b.located = true
	}
	for _, a := range []*actor{b.stranger, b.peer} {
		if l := a.link(onNotification); l != nil && l.stage == stageOnline && l.gone == nil {
			continue
		}
		if err := b.bringOnline(ctx, a); err != nil {
			return err
		}
	}
	b.served = true
	return nil
}

// locate finds the notification server: where the dispatch server sends a client.
func (b *bench) locate(ctx context.Context) error {
	a := b.stranger
	defer a.hangUp()
	a.forget()
	b.verdict = nil
	for _, st := range ns("VER {trid} "+b.f.offer(), cvr, "USR {trid} TWN I {email}") {
		st.on = onDispatch
		goes, err := a.send(ctx, &st, true, false)
		if err != nil {
			return err
		}
		if !goes {
			break
		}
	}
	l := a.link(onDispatch)
	switch {
	case a.sentTo != "":
		b.addrs[onNotification] = a.sentTo
		return nil
	case l.stage == stageNamed:
		return nil
	}
	return b.notReady(a, l)
}

// bringOnline signs a clean client in.
func (b *bench) bringOnline(ctx context.Context, a *actor) error {
	a.hangUp()
	a.forget()
	b.sessions++
	a.mark = newMark(a.Number, b.sessions)
	b.verdict = nil
	todo := arrive(b.f.offer())
	for i := range todo {
		if todo[i].act == actOpen {
			a.open(ctx, todo[i].on)
			continue
		}
		goes, err := a.send(ctx, &todo[i], true, false)
		if err != nil {
			return err
		}
		if !goes {
			return b.notReady(a, a.link(onNotification))
		}
		if todo[i].cmd.verb() == "SYN" {
			if err := a.prepare(ctx); err != nil {
				return err
			}
		}
	}
	if l := a.link(onNotification); l.stage != stageOnline {
		return b.notReady(a, l)
	}
	return nil
}

// notReady says why a clean client is not online.
func (b *bench) notReady(a *actor, l *link) error {
	switch {
	case !b.served && l.nonsense != "" && l.heard == 0:
		return fmt.Errorf("%w of %s: no MSNP server answers there: %s", errSetup, a.Email, l.nonsense)
	case b.verdict != nil:
		return &unreadyError{a.Email, *b.verdict}
	case l.code != 0:
		return fmt.Errorf("%w of %s: the server answers %d", errSetup, a.Email, l.code)
	case a.sentTo != "":
		return fmt.Errorf("%w of %s: the notification server sends it on to %s", errSetup, a.Email, shown([]byte(a.sentTo)))
	case l.gone != nil && (l.dialect != 0 || len(l.asked) == 0 || l.asked[0].answers == 0):
		return fmt.Errorf("%w of %s: %s", errSetup, a.Email, plain(l.gone))
	}
	return fmt.Errorf("%w of %s: the server speaks another dialect than %s", errSetup, a.Email, b.f.offer())
}

// plain is what an error of a connection says without the addresses.
func plain(err error) string {
	if i := strings.LastIndex(err.Error(), ": "); i >= 0 {
		return err.Error()[i+2:]
	}
	return err.Error()
}
