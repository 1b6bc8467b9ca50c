package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

// folder is what the folders of records are called, unless a suite has said record-dir.
const folder = "multinode-failures"

// passedOver are folders that have much in them, and no records.
var passedOver = []string{".git", "node_modules", "vendor"}

// stored is a record in the file system.
type stored struct {
	path    string // of the record, or of the page if there is none
	page    string // "" if there is none
	address string // of its page, where that is served, without a slash at its begin
	began   time.Time
	changed time.Time
	size    int64
}

// find returns the records among files and in folders, the latest first; without any, those below the present folder in
// folders of the usual name. It returns an error for a file that is no record, and for what is not there.
func find(where []string) ([]stored, error) {
	usual := len(where) == 0
	if usual {
		where = []string{"."}
	}
	all := map[string]stored{} // by path
	for i, root := range where {
		info, err := os.Stat(root)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if !isRecord(root) {
				return nil, fmt.Errorf("%s is neither a record nor a page of one", root)
			}
			add(all, i, filepath.Dir(root), root)
			continue
		}
		err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil && path == root:
				return err
			case err != nil:
				return fs.SkipDir // nobody may look into that one
			case entry.IsDir() && path != root && slices.Contains(passedOver, entry.Name()):
				return fs.SkipDir
			case entry.Type().IsRegular() && (!usual || isUsual(path)) && isRecord(path):
				add(all, i, root, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return latestFirst(all), nil
}

func latestFirst(all map[string]stored) []stored {
	var list []stored
	for path, s := range all {
		stem := strings.TrimSuffix(path, ".html")
		if _, both := all[stem+".json"]; both && stem != path {
			continue // it is the page of that
		}
		if page := strings.TrimSuffix(path, ".json") + ".html"; all[page].page != "" {
			s.page = all[page].page
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(x, y stored) int { return cmp.Or(y.began.Compare(x.began), cmp.Compare(x.path, y.path)) })
	return list
}

// isUsual reports whether a file is in or below a folder of the usual name.
func isUsual(path string) bool {
	path, err := filepath.Abs(path)
	return err == nil && slices.Contains(strings.Split(filepath.Dir(path), string(filepath.Separator)), folder)
}

// isRecord reports whether a file looks like a record or a page.
func isRecord(path string) bool {
	ending := filepath.Ext(path)
	if ending != ".json" && ending != ".html" {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // it was read only
	if ending == ".html" {
		_, err = page.ReadHead(file)
		return err == nil
	}
	begin := make([]byte, 60)
	n, err := io.ReadFull(file, begin)
	return (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) && beginning.Match(begin[:n])
}

// beginning is that of a record, with or without spaces.
var beginning = regexp.MustCompile(`^\s*{\s*"format"\s*:\s*"` + record.Format + `"`)

func add(all map[string]stored, root int, dir, path string) {
	info, err := os.Stat(path)
	absolute, absErr := filepath.Abs(path)
	inside, relErr := filepath.Rel(dir, path)
	if errors.Join(err, absErr, relErr) != nil {
		return // it is gone
	}
	s := stored{path: path, changed: info.ModTime(), size: info.Size(), began: beganAt(path, info.ModTime())}
	if strings.HasSuffix(path, ".html") {
		s.page = path
	}
	name := strings.TrimSuffix(filepath.ToSlash(inside), filepath.Ext(inside))
	s.address = fmt.Sprintf("%d/%s.html", root, name)
	all[absolute] = s
}

// beganAt returns when a spec began: its file says so, as its record may be of a virtual clock. Otherwise it is when the
// file was written.
func beganAt(path string, changed time.Time) time.Time {
	const layout = "20060102-150405.000"
	name := filepath.Base(path)
	if began, err := time.ParseInLocation(layout, name[:min(len(name), len(layout))], time.Local); err == nil {
		return began
	}
	return changed
}

// read reads the record.
func (s stored) read() (*record.Record, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	reader := record.Read
	if s.path == s.page {
		reader = page.Read
	}
	r, err := reader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	return r, nil
}
