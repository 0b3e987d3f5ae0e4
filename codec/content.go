package codec

import (
	"bytes"
	"iter"
)

// MaxHeaders is the most header lines that ParseContent takes.
const MaxHeaders = 256

// Content is the MIME content of a MSG payload (§9.7): header lines, an empty
// line, a body. It holds views of the payload, valid as long as that is.
type Content struct {
	head []byte // header lines, the last perhaps without its end
	body []byte
}

// ParseContent finds the headers and the body of p, the payload of a MSG.
// Lines end in CR LF or LF; the empty line after the last header may be
// missing, the body is then nil. A line that is no header, or more than
// MaxHeaders lines, gives a *SyntaxError with an Offset into p. Nothing is
// allocated but that.
func ParseContent(p []byte) (Content, error) {
	at := 0
	for range MaxHeaders + 1 {
		line, next := cutLine(p, at)
		if len(line) == 0 {
			c := Content{head: p[:at:at]}
			if next > at {
				c.body = p[next:]
			}
			return c, nil
		}
		if name, _ := cutHeader(line); !isToken(name) {
			return Content{}, fail(at, CauseHeader)
		}
		at = next
	}
	return Content{}, fail(at, CauseHeaders)
}

// Header returns the value of the first header with the given name, compared
// without case, and nil if there is none. Spaces around the value are not
// part of it; a value that is there but empty is not nil. Nothing is allocated.
func (c Content) Header(name string) []byte {
	for n, v := range c.Headers() {
		if len(n) == len(name) && equalFold(n, name) {
			return v
		}
	}
	return nil
}

// Headers iterates over names and values in the order in which they stand.
func (c Content) Headers() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for at := 0; at < len(c.head); {
			line, next := cutLine(c.head, at)
			name, value := cutHeader(line)
			if !yield(name, value) {
				return
			}
			at = next
		}
	}
}

// Body returns what follows the headers.
func (c Content) Body() []byte { return c.body }

// Header is one header line to be written.
type Header struct{ Name, Value string }

// AppendContent writes headers, the empty line and body at the end of dst. The
// error is ErrHeader if a name is not a MIME token or a value has a CR, LF or
// NUL in it, and dst is then returned as it was.
func AppendContent(dst []byte, headers []Header, body []byte) ([]byte, error) {
	base := len(dst)
	for _, h := range headers {
		var err error
		if dst, err = AppendHeader(dst, h.Name, h.Value); err != nil {
			return dst[:base], err
		}
	}
	dst = append(dst, "\r\n"...)
	return append(dst, body...), nil
}

// AppendHeader writes one header line at the end of dst, for content that is
// built piece by piece without a Header for each. Errors as AppendContent has.
func AppendHeader[T ~string | ~[]byte](dst []byte, name string, value T) ([]byte, error) {
	if !isToken([]byte(name)) {
		return dst, ErrHeader
	}
	for i := range len(value) {
		if c := value[i]; c == '\r' || c == '\n' || c == 0 {
			return dst, ErrHeader
		}
	}
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...), nil
}

// cutLine returns the line at p[at:] without its end, and where the next begins.
func cutLine(p []byte, at int) (line []byte, next int) {
	line, next = p[at:], len(p)
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line, next = line[:i], at+i+1
		if i > 0 && line[i-1] == '\r' {
			line = line[:i-1]
		}
	}
	return line, next
}

// cutHeader splits a header line. Without a colon the name is nil.
func cutHeader(line []byte) (name, value []byte) {
	i := bytes.IndexByte(line, ':')
	if i < 0 {
		return nil, nil
	}
	name, value = line[:i:i], line[i+1:len(line):len(line)]
	for len(value) > 0 && isBlank(value[0]) {
		value = value[1:]
	}
	end := len(value)
	for end > 0 && isBlank(value[end-1]) {
		end--
	}
	return name, value[:end:end]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isToken reports whether b can be the name of a header: printable ASCII
// without space and colon, at least one.
func isToken(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7F || c == ':' {
			return false
		}
	}
	return len(b) > 0
}

// equalFold compares without the case of ASCII letters; a and b have the same length.
func equalFold(a []byte, b string) bool {
	for i, c := range a {
		if lower(c) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}
