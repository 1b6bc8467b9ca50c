// Package floors has the least that could do what multinode does: what a benchmark
// divides by, so that its figures say something on any machine.
package floors
