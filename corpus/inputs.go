package corpus

import (
	"iter"
	"slices"
	"strings"
)

// Targets returns the fuzz targets that have inputs, in lower case and without
// "Fuzz", in alphabetical order.
func Targets() []string {
	var names []string
	for _, name := range list(".") {
		switch {
		case strings.Contains(name, "."): // a file
		case name == "session", name == "transcript", name == "regress":
		default:
			names = append(names, name)
		}
	}
	return names
}

// Inputs iterates over the inputs of a target, those of regress behind the
// others, each by its path in Files: "stream/rules-client-most". The bytes are
// the caller's. A target without inputs has none.
func Inputs(target string) iter.Seq2[string, []byte] {
	return func(yield func(name string, data []byte) bool) {
		for _, dir := range []string{target, "regress/" + target} {
			if !slices.Contains(list(dir[:len(dir)-len(target)]+"."), target) {
				continue
			}
			for _, name := range list(dir) {
				name = dir + "/" + name
				if !yield(name, []byte(read(name))) {
					return
				}
			}
		}
	}
}

// list returns the names in a folder of Files, in order.
func list(dir string) (names []string) {
	entries, err := Files.ReadDir(strings.TrimSuffix(dir, "/."))
	if err != nil {
		panic("corpus: " + err.Error())
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Tokens returns the words of msnp.tokens.
func Tokens() []string {
	var all []string
	for line := range strings.Lines(read("msnp.tokens")) {
		all = append(all, unescape(strings.TrimSuffix(line, "\n")))
	}
	return all
}
