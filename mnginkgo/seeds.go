package mnginkgo

import (
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/progress"
	"github.com/7aca83c2/multinode/mnginkgo/internal/replay"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rerun"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// Seeds has each spec run with that many seeds, one after another, until one fails; the report has the command that
// runs that one again. It is for Virtual. The default is one, or seeds in ginkgo.yml; MN_SEEDS takes the place of
// both, and MN_SEED alone is one run. Every ten seconds a line on standard error says how many are done, how many of
// them had frames of their own, and how fast that goes. A spec in an Ordered container, which shares its nodes, or one
// that has FlakeAttempts or MustPassRepeatedly, has one seed in any case; its report says so.
//
// With MN_SAME=2, or same in ginkgo.yml, a spec that has one seed runs twice with that, the first time on all
// processors. It fails with the first frame that is not the same: what it tests depends on more than its seed.
//
// With MN_FLAKES=1000, or flakes in ginkgo.yml, a spec runs with a thousand more seeds, whatever fails, on all
// processors. The report has a table of the share that passes, by kind of fault and by the last verb; the spec
// fails unless all do.
func Seeds(n int) Option {
	return option{"Seeds", func(p *plan) {
		if n < 1 {
			p.refuse("Seeds(%d): it must be more than 0", n)
			return
		}
		p.seedCount = n
	}}
}

// attempts returns how often Ginkgo is to run each spec.
func (p *plan) attempts() int {
	if config.Flakes > 0 {
		return 1
	}
	return max(p.seedRuns(), p.sameRuns())
}

// seedRuns returns how many seeds each spec is to run with.
func (p *plan) seedRuns() int {
	switch {
	case config.InEnvironment.Has("seeds"):
		return config.Seeds
	case config.Seed != 0:
		return 1
	}
	return max(p.seedCount, config.Seeds)
}

// sameRuns returns how often each spec is to run with its seed.
func (p *plan) sameRuns() int {
	if p.seedRuns() > 1 {
		return 1
	}
	return config.Same
}

// repeats reports whether Ginkgo runs the spec more than once because of the plan, and was not told so itself.
func (p *plan) repeats(spec ginkgo.SpecReport) bool {
	return p.Virtual && p.attempts() > 1 && spec.MaxMustPassRepeatedly == p.attempts() && !spec.IsInOrderedContainer
}

// seedOf returns the seed of a spec: MN_SEED, or one drawn from Ginkgo's --seed and its text, so that one that runs
// alone draws the same. One that runs with many seeds draws all but the first from the number of the attempt, too.
func seedOf(p *plan, spec ginkgo.SpecReport) uint64 {
	if !p.Virtual || p.sameRuns() > 1 && p.repeats(spec) {
		return drawSeed(config.Seed, spec.FullText(), 1)
	}
	return drawSeed(config.Seed, spec.FullText(), spec.NumAttempts)
}

func drawSeed(first uint64, spec string, attempt int) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s", ginkgo.GinkgoRandomSeed(), spec)
	switch {
	case attempt > 1:
		_, _ = fmt.Fprintf(h, " %d of %d", attempt, first)
	case first != 0:
		return first
	}
	return h.Sum64()
}

// runs is what is known of the runs of one spec, with as many seeds.
type runs struct {
	spec  string
	tally replay.Tally
	last  *replay.Record
}

// bar shows on the terminal of this process, if it has one, how far long work has come.
var bar = progress.On(os.Stderr)

// processors is how many the suite began with.
var processors = runtime.GOMAXPROCS(0)

// latest are those of the spec that runs in virtual time, or ran last.
var latest runs

// begun returns the record of a run that begins. That has one processor: goroutines that take turns gain nothing by
// more, and waking each other across them costs time.
func begun(p *plan, spec ginkgo.SpecReport) *replay.Record {
	if text := spec.FullText(); spec.NumAttempts <= 1 || latest.spec != text {
		latest = runs{spec: text}
	}
	latest.tally.Begin(time.Now())
	repeats := p.repeats(spec)
	if repeats && spec.NumAttempts > 1 {
		runningSuite.Load().ForgetAttempts()
	}
	same := repeats && p.sameRuns() > 1
	runtime.GOMAXPROCS(1)
	if same && spec.NumAttempts%2 == 1 {
		runtime.GOMAXPROCS(processors)
	}
	collectLess(repeats && !same)
	return &replay.Record{Whole: same}
}

// ran counts a run that is over, with as many faults. It returns an error if it was to be the same as the one before,
// and was not.
func ran(p *plan, spec ginkgo.SpecReport, record *replay.Record, faults int) error {
	before, n := latest.last, p.seedRuns()
	if spec.NumAttempts == n || spec.Failed() {
		bar.Clear()
	}
	latest.last = record
	latest.tally.Add(record, faults)
	switch {
	case !p.repeats(spec):
		if n > 1 && spec.NumAttempts <= 1 {
			ginkgo.AddReportEntry(fmt.Sprintf("multinode: one seed, not %d: it is in an Ordered container, or Ginkgo was told how often to run it", n),
				ginkgo.ReportEntryVisibilityAlways)
		}
	case n == 1 && before != nil:
		if differ := replay.Differ(before, record); differ != "" {
			return fmt.Errorf("run again with seed %d, it was not the same: %s", seedOf(p, spec), differ)
		}
	case n > 1 && spec.NumAttempts == n && spec.State == types.SpecStatePassed:
		ginkgo.AddReportEntry("multinode: "+latest.tally.Line(time.Now()), ginkgo.ReportEntryVisibilityAlways)
	case n > 1 && bar != nil:
		bar.Show(time.Now(), spec.NumAttempts, n, latest.tally.Line(time.Now()))
	case n > 1:
		if news := latest.tally.News(time.Now()); news != "" {
			fmt.Fprintf(os.Stderr, "multinode: %s: %s, of %d\n", spec.FullText(), news, n)
		}
	}
	return nil
}

// collectsLess says that the garbage collector runs less often than with GOGC, and that is gcPercent.
var (
	collectsLess bool
	gcPercent    int
)

// collectLess has it run less often while a spec runs with many seeds: of what each of them leaves nothing is needed
// any more.
func collectLess(less bool) {
	switch {
	case less == collectsLess || os.Getenv("GOGC") != "":
		return
	case less:
		gcPercent = debug.SetGCPercent(400)
	default:
		debug.SetGCPercent(gcPercent)
	}
	collectsLess = less
}

// again returns the command that runs a spec in virtual time again with the same seed.
func (c *Cluster) again() string {
	if !c.roles.Virtual {
		return ""
	}
	return again(c.seed, replayOf(os.Getenv(settings.Replay)), c.spec)
}

func replayOf(file string) string {
	if file == "" {
		return ""
	}
	return settings.Replay + "=" + file + " "
}

// again returns the command that runs a spec with a seed, and with what else is in the environment.
func again(seed uint64, environ, spec string) string {
	focus := strings.ReplaceAll(rerun.Spec{Text: spec}.Focus(), "'", ".")
	return fmt.Sprintf("MN_SEED=%d %sgo test . -run='^%s$' -ginkgo.focus='%s'", seed, environ, suiteTest.Load().Name(), focus)
}
