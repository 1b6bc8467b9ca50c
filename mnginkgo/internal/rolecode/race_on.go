//go:build race

package rolecode

import "runtime"

// Race says that this process looks for data races.
const Race = true

// Races returns how many data races were found in this process.
func Races() int { return runtime.RaceErrors() }
