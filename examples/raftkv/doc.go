// Package raftkv is a key-value store that replicates its log with hashicorp/raft, and an
// example of how such a store is tested: the node starts the way that it would in
// production, with a listener and a dialer. In a spec these are those of the simulated
// network, and nothing else is different.
//
// node.go is the store. The specs are:
//
//	leader_test.go   a leader that is cut off, and a log that is repaired; nothing that was
//	                 acknowledged is lost when all crash
//	linear_test.go   under chaos, every history is linearizable
//	found_test.go    what a read lease that is too long does is found, and made small
//
// linear_test.go asks porcupine whether the answers that the clients got can be those of one
// store that does one thing after another. It also runs the store with a ReadLease that is
// too long, and expects to be told of the reads that a deposed leader has answered. To see what a report of
// that looks like:
//
//	RAFTKV_LEASE=1s MN_SEEDS=1000 MN_SHRINK=1m go test . -ginkgo.focus='virtual time does one thing'
//
// In virtual time the suite seeds what raft draws its timeouts from, and its goroutines run on one processor. Two
// runs with one seed are then nearly the same, though not quite: where a select of raft's may go on in several ways, it is
// the Go runtime that draws. found_test.go has the stale reads found, and with -v says how often a schedule finds them again.
package raftkv
