package contests

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/suite"
)

const (
	ownSuites = "the project's own suites, compiled, ginkgo -p"
	project   = ".." // its folder, beside that of the benchmarks
)

// Suites is no contest but the time that the project's own suites take beside all
// others: what is made faster must not make these slower.
func Suites() contest.Contest {
	return contest.Contest{
		Name:       "suites",
		Once:       true,
		Contenders: []contest.Contender{{Name: ours, Run: runSuites}},
		Measures:   []contest.Measure{{Name: ownSuites, Unit: contest.Seconds}},
	}
}

// runSuites compiles all suites, each in its folder, which some read files of, and
// returns how long Ginkgo's command then takes to run them.
func runSuites(ctx context.Context) (sample contest.Sample, err error) {
	files, err := fs.Glob(os.DirFS(project), "suites/*/*_suite_test.go")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, errors.New("the project has no suites"))
	}
	var folders, compiled []string
	for _, file := range files {
		folder := path.Dir(file)
		folders = append(folders, "./"+folder)
		compiled = append(compiled, path.Join(folder, path.Base(folder)+".test"))
	}
	defer func() {
		for _, binary := range compiled {
			if err2 := os.Remove(path.Join(project, binary)); !errors.Is(err2, fs.ErrNotExist) {
				err = errors.Join(err, err2)
			}
		}
	}()
	if err := ginkgo(ctx, append([]string{"build"}, folders...)...); err != nil {
		return nil, err
	}
	began := time.Now()
	err = ginkgo(ctx, append([]string{"-p", "--no-color"}, compiled...)...)
	return contest.Sample{ownSuites: time.Since(began).Seconds()}, err
}

// ginkgo runs Ginkgo's command in the project's folder. What it wrote is in its error.
func ginkgo(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"tool", "ginkgo"}, args...)...)
	cmd.Dir = project
	_, err := suite.Output(ctx, cmd)
	return err
}
