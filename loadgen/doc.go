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
// A Load is the number of clients over time, in stages. In the closed model
// each client begins its next iteration when the last is over and the think
// time is up. In the open model (Config.Rate) so many iterations come due per
// second, whatever the server does, once all clients are ready or have failed;
// a free client takes the next one.
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
// beginning. A backlog is worked off at no more than twice the rate. What was
// due before the end of the load and has not begun is dropped, and counted.
//
// # End
//
// When the load is over, or the context done, no iteration begins. Those in
// progress may go on for Config.GracefulStop, or not at all after an interrupt;
// then every client is told to stop and has 5 s to sign out.
package loadgen
