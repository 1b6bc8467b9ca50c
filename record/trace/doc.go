// Package trace writes a spec's record in the Trace Event Format, for chrome://tracing and https://ui.perfetto.dev.
//
// The spec is a process there, with threads for its verbs, its clients' operations, and its log. Each role is another, with
// threads for
//
//   - its state, and whom it takes for the leader,
//   - what it takes each role for: up, unreachable, gone...,
//   - the faults on links from or to it,
//   - the barriers that it was at, its log,
//   - the frames that it has sent, and those that have arrived or were lost on their way to it.
//
// An arrow goes from each frame that was sent to where it has arrived. Where things of one thread overlap, some are
// on another, "faults 2" for instance. What has not ended goes on until the record ends. Times are microseconds
// since the spec began.
//
// The format is that of "Trace Event Format" by the Chromium project. What is written keeps to what both viewers
// demand: the slices of a thread contain each other or do not overlap, and arrows begin and end within slices.
package trace
