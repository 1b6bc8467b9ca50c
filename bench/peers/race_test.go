//go:build race

package peers_test

// raced is whether the race detector is on.
const raced = true
