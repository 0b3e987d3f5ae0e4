package main

import (
	"errors"
	"fmt"
	"strings"
)

// commandWords splits a command as a shell would: at blanks, but for what stands in single or double quotes or
// behind a backslash. There is no shell: what only one could do is an error, unless it is quoted.
func commandWords(s string) (words []string, err error) {
	var word strings.Builder
	in := false // a word has begun, if only with quotes
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ' ', '\t', '\n':
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
			continue
		case '\'', '"':
			n := quoted(&word, s[i+1:], c)
			if n < 0 {
				return nil, fmt.Errorf("%c is not closed", c)
			}
			i += n + 1
		case '\\':
			if i++; i == len(s) {
				return nil, errors.New("nothing follows the last backslash")
			}
			word.WriteByte(s[i])
		case '|', '&', ';', '<', '>', '(', ')', '$', '`', '*', '?':
			return nil, fmt.Errorf("%c is for a shell, and there is none: quote it, or run sh -c", c)
		default:
			word.WriteByte(c)
		}
		in = true
	}
	if in {
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("give a command")
	}
	return words, nil
}

// quoted adds to a word what s has up to the quote that closes, and returns where that is; -1: nowhere. In double
// quotes a backslash quotes another one, a quote, $ and `.
func quoted(word *strings.Builder, s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i
		case quote == '"' && s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\\"$`", s[i+1]) >= 0:
			i++
		}
		word.WriteByte(s[i])
	}
	return -1
}
