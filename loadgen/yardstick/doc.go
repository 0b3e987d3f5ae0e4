// Package yardstick is what the load generator is measured against: the programs
// that an experienced hand would write for one purpose, with plain epoll, without
// protocol, timers, accounts of errors or recording. They are for benchmarks and
// for Linux alone.
//
//   - [Conns.PingPong] makes as many round trips as a thread can.
//   - [Conns.OpenLoop] sends at a rate, and knows how late it was.
//   - [Conns.Lines] reads what comes unasked, and counts it.
//   - [Visits] opens connections, says a few things and closes them.
//   - [Peer] is the other side of all of them, a process of its own.
//
// # How the figures of record are made
//
// Those are the benchmarks named BenchmarkFigure. One command makes them all:
//
//	go test -run '^$' -bench '^BenchmarkFigure' -benchtime 7x -timeout 1h ./loadgen/... ./results ./codec/msnp/msnptest ./cmd/nudge
//
// It takes some twenty minutes, and wants a quiet machine of two cores.
//
// Each runs what it measures and its yardstick in slices of a second or some, in
// turns, the other one first every second time ([Pairs]), against the same peer.
// A pair gives a ratio, and the figure is the median of those, of as many pairs as
// -benchtime says. So what else goes on in the machine falls on both, and other
// machines can be compared. What stands beside it, with the same unit and with
// plain- in front, are the medians of the two sides.
//
// The plain loops call package unix, as one does. Go's scheduler hears of each such
// call, which takes about a tenth of a round trip; the generator's loop does without
// ([Conns.Raw] does too), and raw-cpu-ratio says what is left of its advantage.
//
// CPU is that of the whole process, all its threads, the collector's and the
// garbage collector's as well. Rates on one core have the generator alone on core
// 0, all its threads, and the peer on core 1 ([Pin]); a peer that took all of its
// core would be what is measured, hence peer-% beside it. Latencies are medians:
// what lies behind p99 on a machine that others share is the others' doing.
//
// A test binary is also the peer, and whatever else has to be a process of its
// own: it starts itself again with [Start], and TestMain looks for a role first
// ([Roles]).
package yardstick
