//go:build !unix

package loadgen

// raiseFiles: there is no such limit here.
func raiseFiles(uint64) (uint64, bool) { return 0, false }
