package main

import (
	"io"
	"testing"

	"nudge/fuzz/live"
)

const pythonReport = `Traceback (most recent call last):
  File "/srv/chat/front/msnp.py", line 41, in data_received
    f(*m[1:])
  File "/srv/chat/front/msnp_ns.py", line 1688, in _m_prp
    n = int(value)
        ^^^^^^^^^^
  File "/usr/lib/python3.11/codecs.py", line 7, in decode
    raise
ValueError: invalid literal for int() with base 10: 'x'
`

func TestTroubleOfReports(t *testing.T) {
	for _, tt := range []struct {
		report string
		want   live.Trouble
		whole  bool
	}{
		{pythonReport + "served\n", live.Trouble{What: "ValueError: invalid literal for int() with base 10: 'x'", Where: "msnp_ns.py:1688 in _m_prp"}, true},
		{pythonReport[:260], live.Trouble{What: "Traceback (most recent call last):", Where: "msnp_ns.py:1688 in _m_prp"}, false},
		{"Traceback (most recent call last):\n  File \"/usr/lib/python3.11/codecs.py\", line 7, in decode\nValueError\n", live.Trouble{What: "ValueError", Where: "codecs.py:7 in decode"}, true},
		{"panic: oh\n\ngoroutine 1 [running]:\n", live.Trouble{What: "panic: oh"}, true},
		{"panic: o", live.Trouble{What: "panic: o"}, false},
	} {
		if got, whole := troubleOf(tt.report); got != tt.want || whole != tt.whole {
			t.Errorf("%q: %+v, %v, want %+v, %v", tt.report, got, whole, tt.want, tt.whole)
		}
	}
}

// TestReportsOfAServerThatGoesOn are each told once, when their end has come.
func TestReportsOfAServerThatGoesOn(t *testing.T) {
	var log crashLog
	for range 2 {
		io.WriteString(&log, "serving\n"+pythonReport[:120])
		if got, ok := log.take(); ok {
			t.Errorf("half a report is told: %+v", got)
		}
		io.WriteString(&log, pythonReport[120:])
		if got, ok := log.take(); !ok || got.Where != "msnp_ns.py:1688 in _m_prp" || got.Ended {
			t.Errorf("%+v, %v", got, ok)
		}
		if got, ok := log.take(); ok {
			t.Errorf("told again: %+v", got)
		}
	}
}
