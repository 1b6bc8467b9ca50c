//go:build !race

package rolecode

// Race says that this process looks for data races.
const Race = false

// Races returns how many data races were found in this process.
func Races() int { return 0 }
