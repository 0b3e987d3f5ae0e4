package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestEscapesOfATranscript(t *testing.T) {
	for text, want := range map[string]string{
		``:               "",
		`a\r\n`:          "a\r\n",
		`\x09\x00\xfF`:   "\t\x00\xff",
		`C:\\dir`:        `C:\dir`,
		`\q \x4 \xzz \`:  `\q \x4 \xzz \`, // no escapes: they stand for themselves
		`Hello é\\r\x5c`: "Hello é" + `\r\`,
	} {
		if got := string(appendUnescaped([]byte("> "), text)); got != "> "+want {
			t.Errorf("%s is %q, want %q", text, got, "> "+want)
		}
	}
}

func TestTranscriptsKeepStreamsApart(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		code       int
		want       string // "connection offset verb" of each command, or the error
	}{
		{"two connections interleaved", "# t\n== A\nS: QNG 50\nS: NOT 3\n== B\nS: QNG 51\n== A\nS| a\\r\\n\n", 0, "A 0 QNG, B 0 QNG, A 8 NOT"},
		{"a connection that begins anew", "# t\n== A\n## TCP connect 127.0.0.1:1\nC: PNG\n## client closes the socket\n## TCP connect 127.0.0.1:2\nC: OUT\n", 0, "A 0 PNG, A 0 OUT"},
		{"bytes in pieces", "# t\n== A\nC~ PN\nC~ G\\r\nC~ \\nOUT\\r\\n\n", 0, "A 0 PNG, A 5 OUT"},
		{"HTTP by name and by connection", "# t\n== HTTP.login\nC: GET / HTTP/1.1\n== A\n## HTTPS connect 127.0.0.1:3\nS: HTTP/1.1 200 OK\n", 0, ""},
		{"cut off where the connection begins anew", "# t\n== A\nS: NOT 9\n## client connected\n", 4, "line 4, server of connection A, offset 7"},
		{"bytes left out", "# t\n== A\nS: QNG 1\nS~ NOT xxx ...(2000 bytes in all)\n", 4, "line 4, server of connection A, offset 7: the transcript leaves bytes out"},
		{"a line of another kind", "# t\nVER 1 MSNP10\n", 4, "line 2: not a line of a transcript"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), []string{"decode"}, nil, strings.NewReader(tt.text), &stdout, &stderr); code != tt.code {
				t.Fatalf("exit status %d, want %d: %s", code, tt.code, stderr.String())
			}
			if tt.code != 0 {
				if !strings.Contains(stderr.String(), tt.want) {
					t.Errorf("stderr %q lacks %q", stderr.String(), tt.want)
				}
				return
			}
			if got := strings.Join(told(t, stdout.String()), ", "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
