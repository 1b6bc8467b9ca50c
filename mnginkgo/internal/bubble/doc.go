// Package bubble runs what belongs to one spec on a clock of its own, in a bubble of testing/synctest.
//
// A Bubble lives from the first node of Ginkgo's that a spec consists of to the last. Each of those is a
// body that Run has it call. In between the clock stands still: what waits for the next body waits for a
// channel from outside, which no bubble takes for idleness. While a body runs, the clock jumps ahead
// whenever all goroutines of the bubble wait for each other or for the clock.
//
// Nothing outside may wake a goroutine of a bubble by a channel that was made in it, nor end such a
// context: Go ends the process then. So the context of a body is not a child of Ginkgo's. The Bubble
// looks at that ten times a second of its own time, and ends the body's when it has ended.
//
// What keeps a bubble from its end is told apart: a body that goes on for too long by the bubble's
// clock is a StuckError, a clock that stands still because something is busy, or waits for the
// real world, a StillError, and goroutines that are left when the last body has returned a LeftError.
package bubble
