package scratch

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// sweepOnce sweeps before this process makes its first folder.
var sweepOnce = sync.OnceFunc(func() { sweep(temporary) })

// sweep removes those folders in dir that belong to nobody any more. What it cannot remove
// is left to a later one.
func sweep(dir string) {
	entries, err := os.Open(dir)
	if err != nil {
		return
	}
	defer func() { _ = entries.Close() }()
	names, _ := entries.Readdirnames(-1) // in no order, which would take time
	for _, name := range names {
		if strings.HasPrefix(name, prefix) {
			removeDead(filepath.Join(dir, name))
		}
	}
}

// removeDead removes a folder if no process holds it. One that is only just being made may
// go, too: who makes it sees that once it has the lock, and makes it again.
func removeDead(path string) {
	lock, err := hold(path, false)
	if err != nil {
		return
	}
	defer func() { _ = lock.Close() }()
	if isMine(lock) {
		_ = os.RemoveAll(path)
	}
}
