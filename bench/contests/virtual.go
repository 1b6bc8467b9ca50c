package contests

import (
	"context"
	"fmt"
	"slices"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/suite"
)

// The names of the contests about virtual time.
const (
	seedsName   = "virtual time: seeds of three nodes and a cut, in one process"
	virtualName = "virtual time"
)

var virtualNames = []string{seedsName, virtualName}

// Virtual returns the contests about virtual time, and a function that the caller calls after them.
func Virtual(ctx context.Context) (all []contest.Contest, done func() error, err error) {
	s, done, err := compiled(ctx, "virtual")
	if err != nil {
		return nil, nil, err
	}
	return []contest.Contest{Seeds(s["virtual"]), Hours(s["virtual"])}, done, nil
}

// Seeds is no contest but what a process does of the seeds of a spec.
func Seeds(s *suite.Suite) contest.Contest {
	return contest.Contest{
		Name:       seedsName,
		Contenders: []contest.Contender{told(ours, seedsName, "seeds", serial(s, "seeds"))},
		Measures:   []contest.Measure{{Name: seedsName, Unit: contest.PerMinute, Goals: []contest.Goal{contest.Above(ours, 20_000./60)}}},
	}
}

// Hours returns the contest of small clusters and large ones about how much virtual time passes in a second, while they are
// idle, in steps or without, or suffer. Four times the nodes may cost eight times as much, n to the power of 1.5.
func Hours(s *suite.Suite) contest.Contest {
	kinds := []struct {
		label, name string
		goals       map[int]float64 // in hours
	}{
		{"plain", "idle, no steps", nil},
		{"idle", "idle", map[int]float64{5: 3 * 0.83, 50: 3 * 0.07, 200: 3 * 0.006}},
		{"chaos", "under chaos", map[int]float64{5: 3 * 0.13, 50: 3 * 0.006, 200: 3 * 0.0006}},
	}
	c := contest.Contest{Name: virtualName}
	var real, cpu []contest.Goal
	for _, kind := range kinds {
		of := func(nodes int) string { return fmt.Sprintf("%d nodes, %s", nodes, kind.name) }
		for _, nodes := range []int{5, 50, 200} {
			run := hours(s, kind.label, nodes)
			c.Contenders = append(c.Contenders, contest.Contender{Name: of(nodes), Yardstick: of(slices.Min([]int{nodes, 50})), Run: run})
			if hours, some := kind.goals[nodes]; some {
				real = append(real, contest.Above(of(nodes), hours*3600))
			}
		}
		cpu = append(cpu, contest.AtLeast(of(200), 1./8))
	}
	c.Measures = []contest.Measure{
		{Name: perSecond, Unit: contest.Times, Yardstick: c.Contenders[0].Name, Goals: real},
		{Name: perCPU, Unit: contest.Times, Yardstick: c.Contenders[0].Name, Goals: cpu},
	}
	return c
}

// The measures of Hours.
const (
	perSecond = "virtual time that passes in a second"
	perCPU    = "the same, in a second on a CPU"
)

func hours(s *suite.Suite, label string, nodes int) run {
	return func(ctx context.Context) (contest.Sample, error) {
		told, err := s.Run(ctx, fmt.Sprintf("%s && of-%d", label, nodes))
		return contest.Sample{perSecond: told[label], perCPU: told[label+", on a CPU"]}, err
	}
}
