package live

import (
	"bytes"
	"strconv"

	"nudge/codec"
)

// A mark is text that one account writes and nobody else: its number and that of the session stand between two
// ends that nothing else has.
const (
	markBegin = "zq7"
	markEnd   = "q7z"
)

// newMark makes the mark of an account's session.
func newMark(account int, session uint64) string {
	return markBegin + strconv.FormatInt(int64(account), 36) + "x" + strconv.FormatUint(session, 36) + markEnd
}

// ownerOf reads whose a mark is; -1: it is none, or only a part is left.
func ownerOf(mark []byte) int {
	number, _, ok := bytes.Cut(mark[len(markBegin):], []byte("x"))
	if !ok {
		return -1
	}
	n, err := strconv.ParseInt(string(number), 36, 32)
	if err != nil {
		return -1
	}
	return int(n)
}

// checkMarks finds what another account wrote in what an account is told, unless it is told who wrote it.
func (b *bench) checkMarks(a *actor, l *link, c *codec.Command) {
	raw := c.Raw()
	for rest := raw; ; {
		at := bytes.Index(rest, []byte(markBegin))
		if at < 0 {
			return
		}
		rest = rest[at:]
		end := bytes.Index(rest[len(markBegin):], []byte(markEnd))
		if end < 0 {
			return
		}
		end += len(markBegin)
		owner := ownerOf(rest[:end])
		if owner >= 0 && owner != a.Number && owner < len(b.f.Accounts) && !containsFold(raw, b.f.Accounts[owner].Email) {
			b.find(a, l, Leak, l.lastVerb(), "%s is told what %s wrote: %s", a.Email, b.f.Accounts[owner].Email, shown(raw))
			return
		}
		rest = rest[end:]
	}
}

func containsFold(b []byte, s string) bool {
	return bytes.Contains(bytes.ToLower(b), bytes.ToLower([]byte(s)))
}
