package coverage

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

const (
	variable   = "GOCOVERDIR"
	folderFlag = "test.gocoverdir"
)

// counters is the folder for the counters of children where nobody has given one.
var counters scratch.Folder

// ForChildren returns what is to be in the environment of children so that what they run is
// counted, and nothing if this program does not count. It is for process 1, before package
// testing merges, and after it has read its flags.
func ForChildren() ([]string, error) {
	given := flag.Lookup(folderFlag)
	if testing.CoverMode() == "" || given == nil {
		return nil, nil
	}
	dir := given.Value.String()
	var err error
	if dir == "" {
		dir, err = makeFolder()
	} else if !filepath.IsAbs(dir) {
		var start string
		start, err = origin.Dir()
		dir = filepath.Join(start, dir)
	}
	return []string{variable + "=" + dir, settings.ProgramsCoverage + "=" + os.Getenv(variable)}, err
}

// makeFolder makes a folder that goes when this process has ended: package testing reads it
// when all that could remove it here has run.
func makeFolder() (string, error) {
	dir, err := counters.Make()
	if err != nil {
		return "", err
	}
	if err := removeAtEnd(dir); err != nil {
		return "", err
	}
	return dir, flag.Set(folderFlag, dir)
}

// ForPrograms returns what is to be in the environment of other programs that a child
// starts: theirs are not the counters that this run merges.
func ForPrograms() []string {
	if dir, isChild := os.LookupEnv(settings.ProgramsCoverage); isChild {
		return []string{variable + "=" + dir}
	}
	return nil
}
