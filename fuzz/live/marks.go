package live

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"

	"nudge/codec"
)

// A mark is text that one account writes and nobody else: its number and that of the session stand between two
// ends that nothing else has. All marks are of one length: what is cut at an offset is cut at the same place again.
const (
	markBegin = "zq7"
	markEnd   = "q7z"
)

// newMark makes the mark of an account in a session.
func newMark(account int, session uint32) string {
	return fmt.Sprintf("%s%03dx%08x%s", markBegin, account, session, markEnd)
}

// mark is the number of the session in its marks. It rests on nothing but where the case comes from, so that the same
// bytes are sent whenever it is played.
func (p Path) mark() uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, p.String()) // a hash takes everything
	return h.Sum32()
}

// ownerOf reads whose a mark is; -1: it is none, or only a part is left.
func ownerOf(mark []byte) int {
	number, _, ok := bytes.Cut(mark[len(markBegin):], []byte("x"))
	if !ok {
		return -1
	}
	n, err := strconv.ParseUint(string(number), 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// checkMarks finds what another account wrote in what an account is told, unless it is told who wrote it. A BPR in
// the answer to SYN names nobody: it belongs to the LST before it (§4.9).
func (b *bench) checkMarks(a *actor, l *link, c *codec.Command) {
	raw := c.Raw()
	if c.Verb == codec.BPR && !bytes.Contains(c.Arg(0), []byte("@")) {
		return
	}
	told := -1 // whose name is there, too: a payload may have thousands of marks
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
		if owner >= 0 && owner != a.Number && owner != told && owner < len(b.f.Accounts) {
			if !containsFold(raw, b.f.Accounts[owner].Email) {
				b.find(a, l, Leak, l.lastVerb(), "%s is told what %s wrote: %s", a.Email, b.f.Accounts[owner].Email, shown(raw))
				return
			}
			told = owner
		}
		rest = rest[end:]
	}
}

func containsFold(b []byte, s string) bool {
	return bytes.Contains(bytes.ToLower(b), bytes.ToLower([]byte(s)))
}
