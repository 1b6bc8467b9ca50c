// Package floors has lower bounds of what multinode does: what a benchmark
// divides by, so that its figures say something on any machine.
package floors
