package shelf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/7aca83c2/multinode/record/page"
)

// IndexFile is the name of the index of a folder.
const IndexFile = "index.html"

// PutIndex has the index of the folder list the specs of a suite, in place of those of an earlier run of it. Those of other
// suites that have the same folder stay. It returns the path of the index.
func (s Shelf) PutIndex(suite string, specs []page.Listed) (string, error) {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return "", err
	}
	unlock, err := lock(dir)
	if err != nil {
		return "", err
	}
	defer unlock()
	file := filepath.Join(dir, IndexFile)
	all, err := readIndex(file)
	if err != nil {
		return "", err
	}
	all.Specs = slices.DeleteFunc(all.Specs, func(l page.Listed) bool {
		return l.Suite == suite || l.Page != "" && !exists(filepath.Join(dir, filepath.FromSlash(l.Page)))
	})
	all = all.Merge(page.Index{Specs: specs})
	all.Title = "multinode specs"
	return file, write(file, func(w io.Writer) error { return page.WriteIndex(w, all) })
}

// readIndex returns an empty index if there is none, and an error for a file that is another one.
func readIndex(file string) (all page.Index, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, fmt.Errorf("record-dir: %w", err)
	}
	defer func() { _ = f.Close() }() // it was read
	if all, err = page.ReadIndex(f); err != nil {
		err = fmt.Errorf("%s is not one of ours: %w", file, err)
	}
	return all, err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
