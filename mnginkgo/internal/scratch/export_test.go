package scratch

import "testing"

// Sweep is what a process does before it makes its first folder.
var Sweep = sweep

// SetTemporary has a test make its folders elsewhere.
func SetTemporary(t *testing.T, dir string) {
	before := temporary
	temporary = dir
	t.Cleanup(func() { temporary = before })
}
