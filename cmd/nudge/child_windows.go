package main

import (
	"os"
	"syscall"
)

// ownGroup puts a process into a process group of its own.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// endGroup cannot ask here: that the input of a process ends has to do.
func endGroup(*os.Process) {}

// killGroup kills a process; nothing happens if it is gone.
func killGroup(p *os.Process) { p.Kill() }
