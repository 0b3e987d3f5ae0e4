package main

import (
	"bufio"
	"os/exec"
	"testing"
)

// TestExecServerDiesWithItsParent kills the program that has started the server.
func TestExecServerDiesWithItsParent(t *testing.T) {
	parent := exec.Command("standin", "runs")
	stdout, err := parent.StdoutPipe()
	if err == nil {
		err = parent.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		parent.Process.Kill()
		parent.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	nc := says(t, listens(t, line), "x")
	parent.Process.Kill()
	if _, err := nc.Read(make([]byte, 1)); err == nil {
		t.Error("the server answers")
	}
}
