package contests

import (
	"context"
	"errors"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/suite"
)

// processes is how many Ginkgo has where it has several.
const processes = 4

// The names of the contests that Harness returns.
const (
	formingName = "three nodes formed"
	commandName = "command round trip"
	costName    = "cost per spec"
	startName   = "suite start, -procs=4"
	childName   = "child ready"
	idleName    = "idle, of one core"
	recordName  = "a spec, recorded"
)

// harnessNames are all of them.
var harnessNames = []string{formingName, commandName, costName, startName, childName, idleName, recordName}

// Harness returns the contests about what specs of the harness cost, and a function
// that the caller calls after them, which removes what was compiled for them.
func Harness(ctx context.Context) (all []contest.Contest, done func() error, err error) {
	suites, done, err := compiled(ctx, "cost", "forming", "idle", "start", "startplain", "startsbs", "thousand")
	if err != nil {
		return nil, nil, err
	}
	return []contest.Contest{
		Forming(suites["forming"]),
		Command(suites["forming"]),
		Cost(suites["cost"]),
		Start(suites["startplain"], suites["startsbs"], suites["start"]),
		Child(suites["start"], suites["thousand"]),
		Idle(suites["idle"]),
		Recorded(suites["cost"]),
	}, done, nil
}

// compiled compiles suites. They can be run until done.
func compiled(ctx context.Context, names ...string) (suites map[string]*suite.Suite, done func() error, err error) {
	w, err := suite.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	suites = map[string]*suite.Suite{}
	for _, name := range names {
		if suites[name], err = w.Compile(ctx, name); err != nil {
			return nil, nil, errors.Join(err, w.Close())
		}
	}
	return suites, w.Close, nil
}

// Forming returns the contest of variants about the time from the lease of processes
// until three nodes agree.
func Forming(s *suite.Suite) contest.Contest {
	const what = formingName
	return timed(what, []contest.Contender{
		told("in-process", what, "forming", serial(s, "in-process && forming")),
		told("parallel", what, "forming", serial(s, "parallel && forming")),
		told("isolated", what, "forming", serial(s, "isolated && forming")),
	}, contest.Below("in-process", 15e-3), contest.Below("parallel", 40e-3))
}

// Command returns the contest about calling a command on a role and having its result.
func Command(s *suite.Suite) contest.Contest {
	const what = commandName
	return timed(what, []contest.Contender{
		told("in-process", what, "command", serial(s, "in-process && command")),
		told("parallel", what, "command", serial(s, "parallel && command")),
	}, contest.Below("parallel", 100e-6))
}

// Cost returns the contest about the time from the end of one spec to the end of the
// next, on average, with children as hosts and with Ginkgo's processes.
func Cost(s *suite.Suite) contest.Contest {
	const what = costName
	return timed(what, []contest.Contender{
		told("plain", what, "plain", serial(s, "plain")),
		told("in-process", what, "in-process", serial(s, "in-process")),
		told("parallel", what, "parallel", serial(s, "parallel")),
		told("isolated", what, "isolated", serial(s, "isolated")),
		told("plain, -procs=4", what, "plain", several(s, "plain")),
		beside("plain, -procs=4", told("parallel, -procs=4", what, "parallel", several(s, "parallel"))),
	}, contest.Below("in-process", 3e-3), contest.Below("parallel", 8e-3),
		contest.Below("parallel, -procs=4", 8e-3), contest.Below("isolated", 40e-3))
}

// Recorded returns the contest about what specs of three nodes that do nothing cost more because they are recorded.
func Recorded(s *suite.Suite) contest.Contest {
	const what, more = recordName, 1e-3
	not := s.With("MN_RECORD=never")
	return timed(what, []contest.Contender{
		told("in-process, not recorded", what, "in-process", serial(not, "in-process")),
		told("in-process", what, "in-process", serial(s, "in-process")),
		told("parallel, not recorded", what, "parallel", serial(not, "parallel")),
		beside("parallel, not recorded", told("parallel", what, "parallel", serial(s, "parallel"))),
	}, contest.AtMostMore("in-process", "in-process, not recorded", more), contest.AtMostMore("parallel", "parallel, not recorded", more))
}

// Start returns the contest of suites with one trivial spec about the wall time of
// Ginkgo's command with several processes.
func Start(plain, empty, broker *suite.Suite) contest.Contest {
	const what, emptyName, brokerName = startName, "empty SynchronizedBeforeSuite", "StartBroker, JoinBroker"
	return timed(what, []contest.Contender{
		{Name: "plain", Run: often(what, wall(plain))},
		{Name: emptyName, Run: often(what, wall(empty))},
		{Name: brokerName, Run: often(what, wall(broker))},
	}, contest.AtMostMore(brokerName, emptyName, 20e-3))
}

// Child returns the contest about the time from the start of a child until it is ready,
// and of the same binary without a test until it has exited.
func Child(few, thousand *suite.Suite) contest.Contest {
	const what = childName
	return timed(what, []contest.Contender{
		{Name: "no test to run", Run: often(what, few.Nothing)},
		{Name: "child", Run: often(what, ready(few, "TestStart"))},
		{Name: "no test to run, 1,000 specs", Run: often(what, thousand.Nothing)},
		{Name: "child, 1,000 specs", Yardstick: "no test to run, 1,000 specs", Run: often(what, ready(thousand, "TestThousand"))},
	}, contest.Below("child", 12e-3), contest.Below("child, 1,000 specs", 45e-3))
}

// Idle returns the contest about the share of a core that a formed cluster of three takes,
// beside processes that only wake as often.
func Idle(s *suite.Suite) contest.Contest {
	const what = idleName
	floor := ticking(what)
	return contest.Contest{
		Name:       what,
		Contenders: []contest.Contender{told("parallel", what, "idle", serial(s, "")), floor},
		Measures: []contest.Measure{{
			Name: what, Unit: contest.Share, Yardstick: floor.Name, Goals: []contest.Goal{contest.Below("parallel", 0.01)},
		}},
	}
}

// timed returns a contest with one measure, in seconds, whose yardstick is the first
// contender.
func timed(what string, contenders []contest.Contender, goals ...contest.Goal) contest.Contest {
	return contest.Contest{
		Name:       what,
		Contenders: contenders,
		Measures:   []contest.Measure{{Name: what, Unit: contest.Seconds, Yardstick: contenders[0].Name, Goals: goals}},
	}
}

// beside returns the contender with a yardstick of its own.
func beside(yardstick string, c contest.Contender) contest.Contender {
	c.Yardstick = yardstick
	return c
}

// run does something once.
type run = func(context.Context) (contest.Sample, error)

func serial(s *suite.Suite, filter string) run {
	return func(ctx context.Context) (contest.Sample, error) { return s.Run(ctx, filter) }
}

func several(s *suite.Suite, filter string) run {
	return func(ctx context.Context) (contest.Sample, error) { return s.RunParallel(ctx, processes, filter) }
}

// told returns a contender whose value of the measure what is that which the run has
// under the name figure.
func told(name, what, figure string, once run) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (contest.Sample, error) {
		sample, err := once(ctx)
		if err != nil {
			return nil, err
		}
		value, ok := sample[figure]
		if !ok {
			return nil, errors.New("the suite did not tell " + figure)
		}
		return contest.Sample{what: value}, nil
	}}
}

// wall returns what takes as long as Ginkgo's command with the suite's trivial spec.
func wall(s *suite.Suite) func(context.Context) (time.Duration, error) {
	return func(ctx context.Context) (time.Duration, error) {
		sample, err := s.RunParallel(ctx, processes, "trivial")
		return time.Duration(sample[suite.Wall] * float64(time.Second)), err
	}
}

// ready returns what takes as long as a child of the suite until it is ready.
func ready(s *suite.Suite, test string) func(context.Context) (time.Duration, error) {
	return func(ctx context.Context) (time.Duration, error) { return s.ChildReady(ctx, test) }
}

// starts is how often a start is done, one after another, in a run.
const starts = 10

// often returns a run that has the median of several times, in seconds.
func often(what string, once func(context.Context) (time.Duration, error)) run {
	return func(ctx context.Context) (contest.Sample, error) {
		var seconds []float64
		for range starts {
			took, err := once(ctx)
			if err != nil {
				return nil, err
			}
			seconds = append(seconds, took.Seconds())
		}
		return contest.Sample{what: contest.SpreadOf(seconds).Median}, nil
	}
}
