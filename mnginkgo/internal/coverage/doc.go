// Package coverage has go test's coverage count what runs in children.
//
// A program that counts writes its counters, when it exits, into the folder that GOCOVERDIR
// names. Package testing merges, at the end of a test binary, its own counters with all
// those of the same program in the folder of the flag -test.gocoverdir. So children write
// to that folder; where nobody gives the flag, as ginkgo does not, there is one for the run.
package coverage
