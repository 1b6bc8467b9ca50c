// Package replay tells whether two runs of a spec in virtual time were the same, by the frames that its nodes were
// delivered: when, on which link, and each byte. A Record has those of a run; Differ compares two, and Tally counts
// how many different ones there were among many.
package replay
