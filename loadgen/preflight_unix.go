//go:build unix

package loadgen

import "syscall"

// raiseFiles raises the soft limit of open files to what is wanted, as far as
// the hard limit lets it, and returns what it is then.
func raiseFiles(want uint64) (has uint64, ok bool) {
	var lim syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim) != nil {
		return 0, false
	}
	soft, hard := uint64(lim.Cur), uint64(lim.Max)
	if soft >= want || hard <= soft {
		return soft, true
	}
	raised := lim
	raised.Cur = lim.Max
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) != nil {
		return soft, true
	}
	return hard, true
}
