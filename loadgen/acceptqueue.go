package loadgen

import (
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// perSignIn is how many connections a client opens to sign in through a redirect.
const perSignIn = 2

// noteAccepts: a server that is held up for a second, as any is on a busy machine,
// finds in its queue what the ramp has opened meanwhile. What the queue does not
// take is dropped, and comes again a second later at the earliest.
func (p Preflight) noteAccepts() string {
	holds, ok := p.number("proc/sys/net/core/somaxconn")
	comes := perSignIn * float64(p.Clients)
	if len(p.Load.Stages) > 0 {
		comes = min(comes, perSignIn*p.Load.steepest())
	}
	if p.ConnectRate > 0 {
		comes = min(comes, p.ConnectRate)
	}
	if !p.Here || !ok || comes <= float64(holds) {
		return ""
	}
	return fmt.Sprintf("up to %.0f connections are opened in a second, and a server's accept queue holds %d here: what overflows it comes a second late or more; give a longer ramp or --connect-rate %d, or raise net.core.somaxconn",
		comes, holds, holds)
}

// AcceptQueues counts what the accept queues of this machine have turned away
// since it was started. Where the system does not tell it is zero.
type AcceptQueues struct {
	Overflows int64 // since a queue was full
	Drops     int64 // for any reason, overflows among them
}

// ReadAcceptQueues reads what has been counted so far.
func ReadAcceptQueues() AcceptQueues { return readAcceptQueues(os.DirFS("/")) }

// readAcceptQueues: each line of numbers stands behind one of names.
func readAcceptQueues(root fs.FS) (q AcceptQueues) {
	text, err := fs.ReadFile(root, "proc/net/netstat")
	if err != nil {
		return q
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] != "TcpExt:" {
			continue
		}
		if names == nil {
			names = f
			continue
		}
		for i, name := range names[:min(len(names), len(f))] {
			switch n, _ := strconv.ParseInt(f[i], 10, 64); name {
			case "ListenOverflows":
				q.Overflows = n
			case "ListenDrops":
				q.Drops = n
			}
		}
	}
	return q
}

// Note says in a sentence what has been turned away since before; "": nothing.
func (q AcceptQueues) Note(before AcceptQueues) string {
	over, dropped := q.Overflows-before.Overflows, q.Drops-before.Drops
	switch {
	case over > 0:
		return fmt.Sprintf("%d times a connection came to a full accept queue of this machine during the run (ListenOverflows), and had to be tried again a second later or more: lower --connect-rate, or raise net.core.somaxconn and the server's backlog", over)
	case dropped > 0:
		return fmt.Sprintf("%d times a connection was dropped by this machine before a server could accept it (ListenDrops), and had to be tried again a second later or more: lower --connect-rate", dropped)
	}
	return ""
}
