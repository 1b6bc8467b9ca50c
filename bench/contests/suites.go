package contests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/bench/internal/contest"
)

const ownSuites = "the project's own suites, make suites"

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

// runSuites returns the time that Ginkgo has spent in all suites together.
func runSuites(ctx context.Context) (sample contest.Sample, err error) {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const file = "suites.json"
	cmd := exec.CommandContext(ctx, "go", "tool", "ginkgo", "-p", "--json-report="+file, "--output-dir="+dir, "./suites/...")
	cmd.Dir = ".."
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, output[max(0, len(output)-4000):])
	}
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return nil, err
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil {
		return nil, err
	}
	sample = contest.Sample{}
	for _, r := range reports {
		sample[ownSuites] += r.RunTime.Seconds()
	}
	return sample, nil
}
