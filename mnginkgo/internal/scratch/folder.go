package scratch

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// prefix begins the names of all folders that may be swept away.
const prefix = "multinode-run-"

// temporary is the folder for folders, whatever a spec does to the environment.
var temporary = func() string {
	dir, err := filepath.Abs(os.TempDir())
	if err != nil {
		return os.TempDir()
	}
	return dir
}()

// Folder is a folder of this process. It is there once Make has been called, and
// Path says where it will be before. The zero Folder is ready for use.
type Folder struct {
	mu   sync.Mutex
	path string
	made bool
	lock *os.File // while it is there, or nil if it cannot be locked
}

// Own is the folder of this process for all that its run needs until it has ended.
var Own Folder

// Path returns where the folder is, or would be. Nobody can guess it.
func (f *Folder) Path() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.name()
}

// name is Path for who holds the lock.
func (f *Folder) name() string {
	if f.path == "" {
		f.path = filepath.Join(temporary, prefix+rand.Text())
	}
	return f.path
}

// Make makes the folder, if it is not there, and returns its path. Only its owner may look
// inside.
func (f *Folder) Make() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.name(), f.make()
}

// MakeDir makes a folder and those above it. If it is to be inside this one, this one is
// made first, so that it is not taken for one that a dead process has left.
func (f *Folder) MakeDir(path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.HasPrefix(path, f.name()+string(filepath.Separator)) {
		if err := f.make(); err != nil {
			return err
		}
	}
	return os.MkdirAll(path, 0o700)
}

// attempts bounds how often a sweep of another process may come between the making of a
// folder and its lock, which takes microseconds. It is there to end what should never last.
const attempts = 10_000

func (f *Folder) make() error {
	if f.made {
		return nil
	}
	sweepOnce()
	for range attempts {
		if err := os.Mkdir(f.name(), 0o700); err != nil && !os.IsExist(err) {
			return err
		}
		lock, err := hold(f.name(), true)
		if !os.IsNotExist(err) {
			f.made, f.lock = err == nil, lock
			return err
		}
	}
	return fmt.Errorf("%s: others remove it as fast as it is made", f.name())
}

// Remove removes the folder with all that is in it, if it is there. It can be made again.
func (f *Folder) Remove() error { return f.remove(os.RemoveAll) }

// RemoveEmpty removes the folder if nothing is in it.
func (f *Folder) RemoveEmpty() {
	_ = f.remove(os.Remove) // something is in it
}

func (f *Folder) remove(how func(string) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.made {
		return nil
	}
	if err := how(f.name()); err != nil {
		return err
	}
	_ = f.lock.Close() // nothing was written to it
	f.made, f.lock = false, nil
	return nil
}

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
