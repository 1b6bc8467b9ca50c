// Package shelf is the folder where the records of specs stand, each with its page, the latest ones only. The folder
// ignores itself in git.
package shelf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

// Shelf is a folder, which need not be there yet.
type Shelf struct {
	Dir  string
	Keep int       // how many records stay there
	Run  time.Time // when the run began, whose own records stay in any case, but for those of specs that have passed
}

// ours is what the files of a record are called.
var ours = regexp.MustCompile(`^\d{8}-\d{6}\.\d{3}-p\d+(-a\d+)?(\+passed)?-[a-z0-9-]*\.(html|json)$`)

// What is in their names: when their spec began, and that it has passed.
const (
	stamp  = "20060102-150405.000"
	passed = "+passed"
)

// Put puts a record on the shelf, under the time when its spec began, and takes away the earliest ones beyond what is to
// be kept. Those of specs that have passed go first. The page shows good as well, a run that has passed, unless it is nil. It returns the path of the page.
func (s Shelf) Put(began time.Time, r, good *record.Record) (string, error) {
	dir, err := filepath.Abs(s.Dir)
	if err == nil {
		err = prepare(dir)
	}
	if err != nil {
		return "", fmt.Errorf("record-dir: %w", err)
	}
	attempt := ""
	if r.Attempt > 1 {
		attempt = fmt.Sprintf("-a%d", r.Attempt)
	}
	if r.State == "passed" {
		attempt += passed
	}
	name := filepath.Join(dir, fmt.Sprintf("%s-p%d%s-%s", began.Format(stamp), max(r.Process, 1), attempt, slug(r.Spec)))
	err = errors.Join(write(name+".json", r.Write), WriteBeside(name+".html", r, good))
	s.tidy(dir)
	return name + ".html", err
}

// WriteBeside writes a page, which shows good as well, a run that has passed, unless it is nil.
func WriteBeside(file string, r, good *record.Record) error {
	return write(file, func(w io.Writer) error { return page.WriteBeside(w, r, good) })
}

// Passed returns the latest record of a spec that has passed, in that variant, or nil if there is none.
func (s Shelf) Passed(spec, variant string) *record.Record {
	files, _ := filepath.Glob(filepath.Join(s.Dir, "*.html")) // a folder that is not there has none
	for _, file := range slices.Backward(files) {
		if !ours.MatchString(filepath.Base(file)) {
			continue
		}
		if head, err := read(file, page.ReadHead); err != nil || head.State != "passed" || head.Variant != variant || !begins(spec, head.Spec) {
			continue
		}
		if r, err := read(file, page.Read); err == nil && r.Spec == spec {
			return r
		}
	}
	return nil
}

// begins reports whether a text is that which a head has, which may be cut there.
func begins(text, head string) bool { return strings.HasPrefix(text, strings.TrimSuffix(head, "…")) }

func read[R any](file string, how func(io.Reader) (R, error)) (r R, err error) {
	f, err := os.Open(file)
	if err != nil {
		return r, err
	}
	defer func() { _ = f.Close() }() // it was read
	return how(f)
}

// prepare makes the folder, if it is not there, and then has git ignore it.
func prepare(dir string) error {
	if exists(dir) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o644)
}

// write writes a file as a whole: whoever finds it can read it.
func write(file string, content func(io.Writer) error) error {
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return err
	}
	if err := os.WriteFile(file+".part", b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}

var others = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a part of a file's name of a text.
func slug(text string) string {
	s := strings.Trim(others.ReplaceAllString(strings.ToLower(text), "-"), "-")
	const most = 48
	return strings.Trim(s[:min(len(s), most)], "-")
}

// tidy removes records as long as there are too many. Other processes may do the same; what cannot be removed stays.
func (s Shelf) tidy(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var names []string // without their endings, in order of time
	for _, e := range entries {
		if name := e.Name(); ours.MatchString(name) {
			names = append(names, strings.TrimSuffix(strings.TrimSuffix(name, ".html"), ".json"))
		}
	}
	names = slices.Compact(names)
	may := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name >= s.Run.Format(stamp) && !strings.Contains(name, passed) })
	slices.SortStableFunc(may, func(x, y string) int { // those that have passed first
		return cmp.Compare(strings.Count(y, passed), strings.Count(x, passed))
	})
	for _, name := range may[:min(len(may), max(0, len(names)-s.Keep))] {
		for _, ending := range []string{".html", ".json"} {
			_ = os.Remove(filepath.Join(dir, name+ending))
		}
	}
}
