// Package loadgen moves the bytes of many simulated clients and keeps time. It
// knows no protocol: what a client says is a Handler's affair.
//
// # Loops
//
// A run has a few loops, each one thread with its own clients, timers, read
// buffer and recorder; nothing is shared and nothing locked while it runs. A
// Handler is called by its client's loop alone and must not block. What takes
// long, such as a login over HTTPS, goes through Client.Background and comes
// back as one more call on the loop.
//
// On Linux a loop waits in epoll until the next due time and reads and writes
// non-blocking sockets. The portable driver gives the same calls in the same
// order for each client over net.Conn: on other systems, with Config.Portable,
// and over whatever Config.DialContext returns, such as pipes in a bubble of
// package synctest.
//
// # Loads
//
// A Load is the number of clients over time, in stages: where it falls the
// highest numbers sign out, and where it rises again they come back. In the
// closed model each client begins its next iteration when the last is over and
// the think time is up. In the open model (Config.Rate) so many iterations come
// due per second, whatever the server does, once all clients of the first stage
// are ready or have failed; the client that has been free for longest takes the
// next one. Clients that do neither for 5 minutes are not waited for.
//
// Due times are a pure function of the stages, of the seed and of the client's
// number. Each client draws from a stream of its own.
//
// # Times of an iteration
//
//	due · wait · free · lag · sent · service time · answered
//
// Wait lasts from when an iteration is due until a client is free for it: the
// server's doing, or too few clients. Lag lasts from then until the iteration
// begins: the generator's own. In the open model an iteration's latency is its
// response time, from due to answered; in the closed model it counts from its
// beginning. A backlog is worked off at no more than twice the rate, and what it
// makes late goes to its cause: each iteration is reckoned to have begun when a
// generator that is never late would have begun it, and until then is wait. What
// was due before the end of the load and has not begun is dropped, and counted
// by the same reckoning. An iteration that must wait for a connect rate that was
// given does so within its service time.
//
// In the closed model lag counts from when the reply that ended the last iteration
// could be read, and the think time behind it, until the next one begins.
//
// # Accuracy
//
// A loop sleeps until the next due time to the nanosecond, and is woken some tens of
// microseconds behind it. At each it wakes for what is due alone; with Config.Tick
// due times are rounded up, so that it wakes at most once in that time for all of
// them, and lag is up to that much. A reply wakes it in any case.
//
// About a hundred times a second each loop wakes for its pulse, and records how
// late it was. So the lateness of a loop is known that has nothing but replies to
// wait for: none of them says how long it lay there.
//
// # End
//
// When the load is over, or the context done, no iteration begins. Those in
// progress may go on for Config.GracefulStop, or not at all after an interrupt;
// then every client is told to stop and has 5 s to sign out. The same goes for a
// client whose stage is over. A load whose clients have all exited is over, too.
//
// # Limits
//
// A connection keeps 256 KiB that the peer has not read, and 128 KiB of a
// command that is not complete; beyond, it is closed. 256 workers run beside the
// loops. Dials wait for the connect rate, of which nothing is saved up; as long
// as none is given, those of Client.DialAtOnce do not. In one turn of a loop 64 of
// them begin. What the machine limits is for Preflight to say, before a run.
//
// From one address to another there are about 28,000 connections, and beyond half
// of that Linux searches ever longer for a port. Config.LocalAddrs spreads them:
// each loop goes round those addresses that can reach the target, and goes on to
// the next, 15 times at most, when one has no ports left.
package loadgen
