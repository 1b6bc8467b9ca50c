// Package flakes counts how often a spec passes, by what was done in it.
//
// Each process that runs the spec with some seeds writes a line for each, and the one that had
// them run makes a table of all.
package flakes
