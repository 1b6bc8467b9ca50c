// Package timing sets timers.
package timing
