package mnginkgo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/chaos"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rerun"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// parallelInstead is the value of settings.Instead that has Virtual be Parallel.
const parallelInstead = "parallel"

// shrinking looks for the smallest schedules with which a spec fails as it did.
type shrinking struct {
	ctx       context.Context
	spec      rerun.Spec
	seed      uint64
	want      rerun.Outcome
	nemeses   []*Nemesis
	schedules [][]chaos.Step // of the nemeses
	file      string         // where they are when they are tried
	tries     int
	patience  int // how often the spec may pass with a schedule that it fails with
}

var errShrinkLimit = errors.New("the time for it was over")

// shrink reports the smallest schedules of its nemeses that a spec in virtual time fails with, if it has failed. It tries them in
// processes of their own. The spec has taken that long in virtual time.
// It returns what it has reported.
func (p *plan) shrink(ctx context.Context, spec ginkgo.SpecReport, nemeses []*Nemesis, long time.Duration) (told string) {
	suite, _ := ginkgo.GinkgoConfiguration()
	if !spec.Failed() || len(nemeses) == 0 || config.Shrink == 0 || suite.FailFast || spec.IsInOrderedContainer || os.Getenv(settings.Replay) != "" || ctx.Err() != nil {
		return ""
	}
	s := &shrinking{
		spec: p.rerunOf(spec),
		seed: seedOf(p, spec), want: rerun.Outcome{State: spec.State, Failure: spec.Failure}, nemeses: nemeses,
	}
	for _, n := range nemeses {
		s.schedules = append(s.schedules, n.does.Done())
	}
	whole, cancel := context.WithTimeoutCause(ctx, config.Shrink, errShrinkLimit)
	defer cancel()
	defer bar.Clear()
	told, err := s.run(whole, p.Names)
	if errors.Is(err, context.Canceled) { // the run is to end
		_ = os.Remove(s.file)
		return ""
	}
	if err == nil {
		told += s.inParallel(ctx, long)
	} else {
		_ = os.Remove(s.file) // no report names it
		told = fmt.Sprintf("the schedule was not made smaller: %v\n", err)
	}
	ginkgo.AddReportEntry("multinode: the smallest schedule", p.where, ginkgo.ReportEntryVisibilityFailureOrVerbose, told)
	return told
}

// rerunOf returns a spec of the plan that can be run again.
func (p *plan) rerunOf(spec ginkgo.SpecReport) rerun.Spec {
	return rerun.Spec{Test: suiteTest.Load().Name(), Text: spec.FullText(), Seed: ginkgo.GinkgoRandomSeed()}
}

// run returns what it found, for people.
func (s *shrinking) run(ctx context.Context, roles []string) (told string, err error) {
	began := time.Now()
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithTimeoutCause(ctx, config.Shrink*4/5, errShrinkLimit) // the rest is for the smallest one
	defer cancel()
	file, err := os.CreateTemp("", "schedule-*.txt")
	if err != nil {
		return "", err
	}
	s.file = file.Name()
	if err := file.Close(); err != nil {
		return "", err
	}
	before := s.count()
	for {
		outcome, err := s.try()
		if err != nil {
			return "", err
		}
		s.patience = s.tries
		if outcome.SameAs(s.want) {
			break
		}
		if s.tries == 5 {
			return "", fmt.Errorf("with the same seed and the same faults, the spec %s, %d times; it depends on something that is not drawn from the seed, and MN_SAME=2 may show on what", how(outcome), s.tries)
		}
	}
	var over error
	for i := range s.schedules {
		s.schedules[i] = chaos.Shrink(s.schedules[i], roles, func(steps []chaos.Step) (bool, error) {
			best := s.schedules[i]
			s.schedules[i] = steps
			fails, err := s.fails()
			s.schedules[i] = best
			over = cmp.Or(over, err)
			return fails, err
		})
	}
	told = s.tell(before, time.Since(began), over)
	s.ctx = ctx
	return told + s.confirm(), s.write()
}

// fails reports whether the spec fails with the schedules as it did, perhaps not each time.
func (s *shrinking) fails() (fails bool, err error) {
	for range s.patience {
		outcome, err := s.try()
		if err != nil || outcome.SameAs(s.want) {
			return err == nil, err
		}
	}
	return false, nil
}

// confirm says how often the spec fails with the schedules, of ten times or as often as there is time for.
func (s *shrinking) confirm() string {
	failed, runs := 0, 0
	for ; runs < 10; runs++ {
		outcome, err := s.try()
		if err != nil {
			break
		}
		if outcome.SameAs(s.want) {
			failed++
		}
	}
	if runs == 0 {
		return ""
	}
	return fmt.Sprintf("with these it has failed in %d of %d more runs\n", failed, runs)
}

func (s *shrinking) count() (faults int) {
	for _, steps := range s.schedules {
		faults += len(steps)
	}
	return faults
}

func (s *shrinking) text() string {
	var b strings.Builder
	for i, n := range s.nemeses {
		b.WriteString(chaos.Text(n.title, s.schedules[i]))
	}
	return b.String()
}

func (s *shrinking) write() error { return os.WriteFile(s.file, []byte(s.text()), 0o600) }

// try runs the spec with the schedules.
func (s *shrinking) try(environ ...string) (rerun.Outcome, error) {
	s.tries++
	bar.Show(time.Now(), 0, 0, fmt.Sprintf("%d tries of a smaller schedule, which has %d faults", s.tries, s.count()))
	if err := s.write(); err != nil {
		return rerun.Outcome{}, err
	}
	return s.spec.Run(s.ctx, append(environ, fmt.Sprintf("MN_SEED=%d", s.seed), settings.Replay+"="+s.file, "MN_SEEDS=1", "MN_FLAKES=0", "MN_SAME=1")...)
}

func (s *shrinking) tell(before int, took time.Duration, over error) string {
	var b strings.Builder
	if n := s.count(); n == 0 {
		b.WriteString("it fails without any fault, too")
	} else {
		fmt.Fprintf(&b, "%d of %d faults are enough", n, before)
	}
	fmt.Fprintf(&b, ": %d tries in %v", s.tries, took.Round(100*time.Millisecond))
	if over != nil {
		fmt.Fprintf(&b, ", the last one of which was not finished (%v; MN_SHRINK=1m is longer)", over)
	}
	b.WriteString("\n")
	for line := range strings.Lines(s.text()) {
		b.WriteString("  " + line)
	}
	return b.String() + "again: " + s.again("") + "\n"
}

func (s *shrinking) again(environ string) string {
	return again(s.seed, replayOf(s.file)+environ, s.spec.Text)
}

// inParallel tries the schedules once in the parallel variant, and says how it went. What takes longer than the tries may is not tried.
func (s *shrinking) inParallel(ctx context.Context, long time.Duration) string {
	instead := settings.Instead + "=" + parallelInstead
	if long > config.Shrink {
		return fmt.Sprintf("not tried in the parallel variant, where it takes %v or so: %s\n", long.Round(time.Second), s.again(instead+" "))
	}
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithTimeoutCause(ctx, config.Shrink, fmt.Errorf("had not ended after %v", config.Shrink))
	defer cancel()
	outcome, err := s.try(instead)
	result := "it fails there, too"
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case err != nil:
		result, _, _ = strings.Cut(err.Error(), "\n")
	case !outcome.SameAs(s.want):
		result = "it " + how(outcome) + " there"
	}
	return "once in the parallel variant: " + result + "\n"
}

// how says how a spec went that has not failed as it was to.
func how(o rerun.Outcome) string {
	if !o.State.Is(types.SpecStateFailureStates) {
		return o.State.String()
	}
	message, _, _ := strings.Cut(strings.TrimSpace(o.Failure.Message), "\n")
	return fmt.Sprintf("%s otherwise, at %s: %s", o.State, o.Failure.Location, message)
}
