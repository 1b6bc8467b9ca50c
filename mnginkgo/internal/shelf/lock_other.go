//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package shelf

// lock does nothing: of several suites that have one folder and end at a time, the index may miss some.
func lock(string) (unlock func(), err error) { return func() {}, nil }
