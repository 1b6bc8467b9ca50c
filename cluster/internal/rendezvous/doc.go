// Package rendezvous implements highest-random-weight hashing: it says which of several
// candidates has a key, so that all who know the same candidates agree without talking.
//
// It is that of Thaler and Ravishankar ("Using Name-Based Mappings to Increase Hit
// Rates", 1998). Each candidate has a weight for a key, a hash of both; the highest has
// the key. A candidate that goes gives up its own keys only, and one that comes takes an
// equal part of all others': of n, about one key in n moves. The price is a hash for each
// candidate and call, which is little for the tens of candidates that a cluster has.
//
// The order of the candidates does not matter. The weights are the same in every process,
// on every machine.
package rendezvous
