package corpus

import (
	"regexp"
	"strconv"
	"strings"
)

// Said is one command of a text in which the protocol is written down, or an
// event between commands.
type Said struct {
	Line    int    // of the text, from 1
	Conn    string // which connection; "" where the text names none
	Who     byte   // 'C' or 'S'; '#': an event, which Text tells
	Text    string // without line end
	Payload string // with its line ends; raw bytes of a recording are a command without Text
}

// Read takes a text apart: a recording, a script of a test, or an example of the
// protocol page. These lines are known, all others are left out:
//
//	== A            what follows is of connection A
//	## closed       an event
//	C: OUT          the client's command, and S: the server's
//	B C: OUT        the same of connection B
//	C| a\r\n        a piece of a recorded payload, with \r \n \xHH, and S|
//	C~ a\r\n        recorded bytes that may be anything, and S~
//	| a             a line of payload, which ends in CR LF
//	| a¬            and one that does not
func Read(text string) (all []Said) {
	conn := ""
	line := 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimRight(l, "\r\n")
		switch {
		case strings.HasPrefix(l, "== "):
			conn = l[3:]
			continue
		case strings.HasPrefix(l, "## "):
			all = append(all, Said{line, conn, '#', l[3:], ""})
			continue
		case strings.HasPrefix(l, "|") && len(all) > 0:
			l = strings.TrimPrefix(l[1:], " ")
			piece, open := strings.CutSuffix(l, "¬")
			if !open {
				piece += "\r\n"
			}
			all[len(all)-1].Payload += piece
			continue
		}
		m := said.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		at := conn
		if m[1] != "" {
			at = m[1]
		}
		switch m[3] {
		case ":":
			all = append(all, Said{line, at, m[2][0], m[4], ""})
		case "~":
			all = append(all, Said{line, at, m[2][0], "", unescape(m[4])})
		case "|":
			if len(all) > 0 {
				all[len(all)-1].Payload += unescape(m[4])
			}
		}
	}
	return all
}

var (
	said    = regexp.MustCompile(`^(?:(\w+) )?([CS])([:|~]) ?(.*)$`)
	escaped = regexp.MustCompile(`\\(r|n|\\|x[0-9a-fA-F]{2})`)
)

// unescape reads the escapes of recordings.
func unescape(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		switch e[1] {
		case 'r':
			return "\r"
		case 'n':
			return "\n"
		case '\\':
			return `\`
		}
		n, _ := strconv.ParseUint(e[2:], 16, 8)
		return string([]byte{byte(n)})
	})
}
