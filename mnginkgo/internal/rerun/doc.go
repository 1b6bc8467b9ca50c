// Package rerun runs one spec of a test binary again, in a process of its own, and says how it went.
//
// Nothing of a run that has failed can be in the way of the next one: that is a new process, in
// which BeforeSuite runs as well. What is to be different about it is in its environment.
package rerun
