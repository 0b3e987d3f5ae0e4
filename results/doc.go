// Package results measures a run and says what came of it: recorders, histograms, thresholds, the run directory, summaries,
// formats, merging.
//
// # Terms
//
// An operation is a timed step with a name, such as chg or login. What an operation took goes into one of two
// histograms, for successes and for failures; a failure counts with the time that it took, a timeout at the timeout. A summary shows
// both together as latency, and successes alone as latency_ok.
//
// A phase is ramp or hold: the load changes, or it stays. All is recorded under the phase in which it ended. A summary shows operations of
// signing in over the whole run and all others over hold; a rate is that of successes, per second of the span shown. With several
// stages of hold the span is the sum of them.
//
// Response time is that of an iteration from when it was due, and what its latency is in the open model. It has three parts: wait is how
// long it was due with no client free, lag how long it then took the generator to send, service time the rest. Pulse is how late
// the loops were for times that they had set themselves. These four have a histogram each, successes and failures together. In the closed model
// an iteration's latency is its service time, there is no wait, and lag is no part of any latency.
//
// An error class is the short stable name that failures are counted under; a violation is something that the server may not do;
// an event is a line of text, or a whole conversation, that shows one such case.
//
// # Recording
//
// A [Collector] has a [Recorder] for each loop. A recorder is used by one goroutine, takes no lock and does not allocate. Each whole second
// it hands what it has over to the collector's goroutine and goes on with an empty set. While the collector is
// behind, for instance because the disk is slow, the recorder goes on with the same set, so that a line
// of the log may cover more than a second, and nothing is lost.
//
//	c, err := results.New(results.Config{Ops: ops, Recorders: 1, Dir: "runs/first", Run: info})
//	c.Start(time.Now())
//	r := c.Recorder(0)
//	r.OK(chg, 12*time.Millisecond)
//	r.Fail(chg, "timeout", 10*time.Second)
//	r.Tick(time.Second) // at least once a second
//	s, err := c.Finish(results.End{At: time.Second})
//
// Histograms go from 0 to 1 h in ns with three significant digits: a value is told within 0.1 %, as the upper end of the range in which it lies.
// What is outside is counted as the nearest value inside, and the run is invalid. Percentiles go by the nearest rank, p/100·n rounded
// to the nearest whole number, at least 1.
//
// A histogram is 264 KiB of address space, made when first needed. There are at most three for each operation, loop and phase
// and as many again for failures, and one more of each for the total: 20 operations on 2 loops without failures take at
// most 37 MB.
//
// # The run directory
//
// It is written while the run goes on; a process that is killed loses at most the second under way. From these files alone,
// without summary.json, [Load] makes the summary again. A file that cannot be written is given up, the others and the run go on, and Finish says so.
//
//	run.json          what was run: version, arguments, scenario, seed, target, operations, thresholds, machine, limits
//	latency.hlog      HdrHistogram log, V2, compressed: a line for each second, operation and phase in which something ended.
//	                  Tag is operation.phase, with .failed behind it for failures. Values are ns, Interval_Max is ms,
//	                  times are s since the start, which stands in StartTime and BaseTime
//	counters.ndjson   a line for each second, all counted since the start: values and error classes by operation and phase, dropped,
//	                  and why (dropped_by), clamped, clients online, violations, events; hold_ns has from and to of each stretch of hold.
//	                  The line with "end" is the last one of a run that came to its end
//	events.ndjson     the first 1,000 events of each class, then a line with left_out for each class that had more
//	generator.ndjson  a line at the start and for each second: CPU, memory, lag, and where the system tells them, time spent waiting for a core,
//	                  steal, throttling, pressure. All but lag and memory are totals
//	summary.json      the summary, written at the end as a whole
//
// Keys that end in _ns are ns, in _bytes bytes, in _per_s per second; t_ns is the time since the run's start. All that is not a time is a count.
//
// # Capacity
//
// A [Capacity] is the account of a search for the highest load: a table of its steps, each a run with a run directory, the capacity
// with an interval, and who gave out. It is capacity.json in the directory of the search, written anew after each step.
//
// # Sessions beside the load
//
// Something may be played to the target beside the load, see Fuzz of [Config]. The run is then cut in two: a stretch at full load
// without it, and the one with it; counters.ndjson has their limits. Clients noticed it ([Noticed]) if
//
//	errors   an operation failed, a connection was lost or there was a violation with it, of a class that there was none of without; or
//	         of a class that there was, as many more as chance brings in one of 100 runs (binomial test)
//	latency  the p99s of service time of the seconds with it rank above those without as chance brings them to in one of 100 runs (Mann and
//	         Whitney), and the median second has twice the p99 of the one without, at least 2 ms more, and at least 4 times what
//	         the generator itself was later: of a second the greater of the p99s of lag and pulse
//	stall    there was a second with a p99 of 1 s or more, twice that of the slowest without, and four times what the generator was late in it
//
// Latency and stall are judged in a valid measurement alone, see below.
// Failures are counted to the end of the run, or of the stage: an answer that does not come shows when its time is out.
//
// # Verdict
//
// Interrupted: nothing is judged. Fail: a violation, a finding or errors noticed beside it, a failure that the caller names, a broken threshold, see
// [ParseThreshold], or latency noticed.
// Invalid: the generator did not keep up, ran out of something, or values were clamped; it goes before a broken threshold, and a violation
// before it.
//
// # Validity
//
// A measurement is invalid for these causes, each an [Invalidity] with its figure, its limit and what to do. A tick that was asked for adds
// to the limits of time. A server that is slow or stands still is none of them:
// what it holds up is wait and service time.
//
//	lag      p99 of lag in the median second of hold, against a quarter of the service time's; at least 2 ms, at most 50 ms
//	stall    p99 of lag over all of hold, against a quarter of the service time's, at least 10 ms
//	late     share of the iterations that began later than the service time's median, at least 2 ms: 5 %; open model
//	loop     p99 of pulse in the median second, against a quarter of that of the step on the wire that was taken most; as for lag
//	rate     share of the iterations due that were dropped for lag: 1 %
//	clamped  values outside the histograms: none
//	files    operations that failed since there were no more open files: none
//	ports    the same for ports of the source addresses: none
//
// What the machine says of itself, [Evidence], is shown beside them and is none.
package results
