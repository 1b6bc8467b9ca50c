// Package timing sets timers, and waits until something holds or a context ends.
package timing
