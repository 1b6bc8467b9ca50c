//go:build !linux

package process

import "os/exec"

// Attach does nothing where the system has no such thing. A host sees its connection end, and
// one that is stopped gets SIGHUP and SIGCONT, as its process group is an orphan then. A program
// outlives a process that is killed.
func Attach(*exec.Cmd) {}

// Watch learns how a process ended that this one has not started. Here nothing tells.
type Watch struct{}

// WatchID returns a Watch that learns nothing.
func WatchID(int) Watch { return Watch{} }

// State returns "".
func (Watch) State() string { return "" }

// Close does nothing.
func (Watch) Close() {}

func isZombie(int) bool { return false }
