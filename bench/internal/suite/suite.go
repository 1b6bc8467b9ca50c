package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/figures"
)

// Wall is the measure that each Run has: the wall time of the whole command, in
// seconds.
const Wall = "wall"

// Suite is a compiled suite.
type Suite struct {
	workshop *Workshop
	name     string
	binary   string
	folder   string // with its source, where go test would run it
	environ  []string
}

// With returns the suite with variables added to its environment.
func (s *Suite) With(environ ...string) *Suite {
	with := *s
	with.environ = append(slices.Clip(s.environ), environ...)
	return &with
}

// Run runs the specs that the label filter lets through, in one process. It returns
// the median of each measure that the suite told, and Wall. A suite that fails, or
// tells nothing, is an error.
func (s *Suite) Run(ctx context.Context, filter string) (contest.Sample, error) {
	return s.measure(ctx, s.binary, "-ginkgo.no-color", "-ginkgo.label-filter="+filter)
}

// RunParallel is Run with Ginkgo's command and that many processes.
func (s *Suite) RunParallel(ctx context.Context, processes int, filter string) (contest.Sample, error) {
	return s.measure(ctx, s.workshop.path("ginkgo"), "-procs="+strconv.Itoa(processes), "--no-color", "--label-filter="+filter, s.binary)
}

func (s *Suite) measure(ctx context.Context, program string, args ...string) (contest.Sample, error) {
	out, err := s.outFile()
	if err != nil {
		return nil, err
	}
	cmd := s.command(ctx, program, args...)
	cmd.Env = append(append(cmd.Env, s.environ...), figures.Variable+"="+out)
	began := time.Now()
	text, err := Output(ctx, cmd)
	took := time.Since(began)
	var told map[string][]float64
	if err == nil {
		told, err = figures.Read(out)
	}
	if err == nil && len(told) == 0 {
		err = withOutput(errors.New("it told no figures"), text)
	}
	if err = errors.Join(err, os.Remove(out)); err != nil {
		return nil, fmt.Errorf("suite %s: %w", s.name, err)
	}
	sample := contest.Sample{Wall: took.Seconds()}
	for measure, values := range told {
		sample[measure] = contest.SpreadOf(values).Median
	}
	return sample, nil
}

// outFile returns the path of an empty file for the figures of one run.
func (s *Suite) outFile() (string, error) {
	file, err := os.CreateTemp(s.workshop.folder, s.name+"-*.jsonl")
	if err != nil {
		return "", fmt.Errorf("suite %s: %w", s.name, err)
	}
	if err := file.Close(); err != nil {
		return "", fmt.Errorf("suite %s: %w", s.name, err)
	}
	return file.Name(), nil
}

// command returns a command in the suite's folder, with the settings of multinode at
// their defaults. Its temporary files go with the Workshop.
func (s *Suite) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = s.folder
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "MN_") })
	cmd.Env = append(cmd.Env, "TMPDIR="+s.workshop.folder)
	return cmd
}
