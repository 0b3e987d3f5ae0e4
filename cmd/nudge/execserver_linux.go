package main

import "syscall"

// underGuard is ownGroup for a process that is to be killed when this one dies, however that happens.
func underGuard() *syscall.SysProcAttr {
	attr := ownGroup()
	attr.Pdeathsig = syscall.SIGKILL
	return attr
}
