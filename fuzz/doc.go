// Package fuzz holds fuzz targets, each a plain function that any engine can drive.
//
// A target has the signature that go-fuzz asks for, func(data []byte) int, and no build tag:
//
//   - it panics, with both sides of the broken property in the message, when a property does not hold;
//   - it returns 1 for an input worth mutating further, 0 for any other, and -1 for one that is too
//     short to hold a case at all.
//
// The first bytes of an input choose how the rest is read, so that an engine reaches every combination
// by mutation; [Targets] says for each target how many these are. The same bytes always do the same
// thing: nothing is kept from one execution to the next.
//
// Every target begins with the inputs that package corpus has of it, whose manual says how they are
// made, come in from engines and go out to them (nudge corpus).
//
// # Targets
//
// Some take the rest as it is: [FuzzLine] as one command, [FuzzStream] as a connection's bytes,
// [FuzzMessage] as what a MSG carries, [FuzzContent] as what such a message says, [FuzzEscape] as a name.
// The others take it as choices in a grammar that is made from the codec's own table, so that what
// stands behind a correct length is reached at all: [FuzzCommands] writes a connection's bytes,
// [FuzzEncode] calls an encoder, [FuzzClient] is a server to a client, and [FuzzServer] three clients
// to the reference server, all in memory.
//
// What must hold is a function for each property, listed in oracles.go: round trips to the byte, two
// parsers that agree, every cut of a stream, exact consumption, bounded memory and work, encoders that
// inject nothing, views that are valid as long as is said, decoders that stay dead and share nothing,
// errors that repeat nothing.
//
// # Engines
//
// All of the following is typed at the root of the module. The build tag parsers leaves the session
// targets out, and with them net/http: engines that count coverage then run the others about three times
// as fast. For FuzzClient and FuzzServer leave it away.
//
// Native fuzzing; an input that breaks a property is written to fuzz/testdata/fuzz and replayed by go
// test from then on:
//
//	go test -tags parsers -run '^$' -fuzz '^FuzzCommands$' -fuzztime 300000x -fuzzminimizetime 10x ./fuzz
//	go test -run '^$' -fuzz '^FuzzServer$' -fuzztime 20000x -fuzzminimizetime 10x ./fuzz
//
// Go's engine looks at all coverage counters after each execution, most of which are those of the standard
// library. Without them it is about three times as fast; the first time takes a minute to compile:
//
//	go test -toolexec "$PWD/tools/lean" -run '^$' -fuzz '^FuzzCommands$' -fuzztime 300000x -fuzzminimizetime 10x ./fuzz
//
// The other two engines are built from what tools/go.mod pins. One archive of go-fuzz holds all targets;
// $D is a directory outside the tree, since engines write there:
//
//	D=$(mktemp -d)
//	go build -C tools -o $D/ tool
//	PATH=$D:$PATH go-fuzz-build -tags parsers -o $D/parsers.zip ./fuzz
//	go run ./cmd/nudge corpus export --to go-fuzz --target commands $D/FuzzCommands
//	$D/go-fuzz -bin $D/parsers.zip -func FuzzCommands -workdir $D/FuzzCommands -procs 8
//
// That is four times as many as there are cores: a worker and what it drives wait for each other.
//
// libFuzzer takes one archive for each target, and a linker that has it, such as Debian's clang
// (apt-get install clang):
//
//	PATH=$D:$PATH go-fuzz-build -tags parsers -libfuzzer -func FuzzCommands -o $D/commands.a ./fuzz
//	clang -fsanitize=fuzzer $D/commands.a -o $D/commands
//	mkdir -p $D/corpus && $D/commands -max_len=4096 -max_total_time=60 -dict=corpus/msnp.dict $D/corpus corpus/commands
//
// How many executions a second each engine makes of each target, beside those of an empty one, is a
// benchmark of twenty minutes:
//
//	go test -tags defects -run '^$' -bench Engines -benchtime 1x -timeout 1h ./fuzz
//
// # Nights
//
// On every change .ci/fuzz gives each target a fixed count. For a night,
//
//	.ci/nightly
//
// gives every parser target 100,000,000 executions on each of the three engines, and the session targets
// 1,000,000 on the native one. Other counts, and the directory that engines write to, are arguments
// (.ci/nightly 100000 1000 $D); what is done in a directory is not done again, so that a night can be
// broken off. A find makes the exit status 1, and is told with its file and the command that replays it.
//
// # Proof
//
// What the targets are worth is measured with planted defects: twelve mistakes that a codec could have,
// each a change of one place (defects_test.go), planted in a copy of the tree and never in the codec
// itself. Every one must be found by two engines at least, within 120 seconds on two cores. The following
// needs clang, builds the engines, takes a quarter of an hour, and goes on where it was broken off:
//
//	go test -tags defects -run TestEnginesFindTheDefects -timeout 0 ./fuzz -prove -log $D/defects.log
//
// Most defects are shown by some input of the corpus at once, which tells nothing about an engine. So the
// corpus is replayed first, and every input that shows the defect is taken away: what is then counted was
// found by mutation. What is left has neighbours of those inputs, as it would have when a defect comes in
// with a change. The other extreme is -empty, with which an engine begins with nothing but a header of
// zeros, and libFuzzer has the dictionary. An engine runs on the one or two targets that the table gives for a
// defect, half of the time each: that all others are not tried spares time and is no help within a target.
// Kept are testdata/defects.log and testdata/defects-empty.log. That the set can be planted and the log is
// about it is a test of seconds, which CI runs:
//
//	go test -tags defects -run '^TestDefects' ./fuzz
package fuzz
