//go:build !race

package rolecode

// Race says that this process looks for data races.
const Race = false

func races() int { return 0 }
