//go:build !linux

package broker

// exitWatch learns how a process ended that is not a child of this one. Here nothing
// tells.
type exitWatch struct{}

func isZombie(int) bool { return false }

func watchExit(int) exitWatch { return exitWatch{} }

func (exitWatch) state() string { return "" }

func (exitWatch) close() {}
