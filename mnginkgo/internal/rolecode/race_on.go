//go:build race

package rolecode

import "runtime"

// Race says that this process looks for data races.
const Race = true

func races() int { return runtime.RaceErrors() }
