// Package durations reads and sets how long Gomega's Eventually and Consistently wait, and
// how often they look, where an assertion does not say. Gomega has no call to read it.
package durations
