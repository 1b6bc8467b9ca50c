//go:build race

package codec

// The race detector makes sync.Pool forget, and code allocate that otherwise does not.
const raceEnabled = true
