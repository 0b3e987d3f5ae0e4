package main

import (
	"io"
	"strings"
	"testing"
)

// TestCrashReports: each is found behind other lines, and from where it begins, however it was written.
func TestCrashReports(t *testing.T) {
	for _, report := range []string{
		"panic: runtime error: index out of range [1] with length 1\n\ngoroutine 7 [running]:\n",
		"fatal error: all goroutines are asleep - deadlock!\n",
		"2026/01/02 03:04:05 http: panic serving 127.0.0.1:1: oh\n",
		"[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]\n",
		"Traceback (most recent call last):\n  File \"x.py\", line 1\n",
		"thread 'main' panicked at src/main.rs:1:5:\noh\n",
		"==1==ERROR: AddressSanitizer: heap-use-after-free\n",
		"terminate called after throwing an instance of 'std::bad_alloc'\n",
		"Exception in thread \"main\" java.lang.NullPointerException\n",
		"Uncaught Error: oh\n",
	} {
		for _, step := range []int{1, 7, 1000} {
			var log crashLog
			text := "starts\nwhat panic: is no start of a line\n" + report
			for rest := text; rest != ""; rest = rest[min(step, len(rest)):] {
				io.WriteString(&log, rest[:min(step, len(rest))])
			}
			if got, ok := log.crash(); !ok || got != report || log.String() != text {
				t.Errorf("in steps of %d: %v, %q, want %q", step, ok, got, report)
			}
		}
	}
}

func TestCrashLogIsBounded(t *testing.T) {
	var log crashLog
	io.WriteString(&log, strings.Repeat("x", 10*maxCrashLine)+" panicked at\n")
	io.WriteString(&log, "level=WARN msg=defect\n")
	if got, ok := log.crash(); ok || len(log.String()) != maxChildErr {
		t.Errorf("%d bytes of report, %d in all", len(got), len(log.String()))
	}
	for range 100 {
		io.WriteString(&log, "panic: "+strings.Repeat("y", 4000)+"\n")
	}
	if got, ok := log.crash(); !ok || len(got) != maxCrash {
		t.Errorf("%d bytes of report", len(got))
	}
}
