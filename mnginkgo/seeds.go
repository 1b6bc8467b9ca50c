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

	"github.com/7aca83c2/multinode/mnginkgo/internal/replay"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rerun"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// Seeds has each spec that is Virtual run with that many seeds, one after another, until one fails; the report has the
// command that runs that one again. MN_SEEDS, or seeds in ginkgo.yml, does the same for all of a suite. The
// default is one. Specs of an Ordered container, which share their nodes, have one in any case. Every ten seconds a
// line on standard error says how many are done, how many of them had frames of their own, and how fast that goes.
//
// MN_SAME=2, or same in ginkgo.yml, has each that has one seed run that often with it, every other time on all processors, and fails it with the first
// frame in which a run differs from the one before: the spec, or what it tests, depends on more than its seed.
//
// MN_FLAKES=1000, or flakes in ginkgo.yml, has each run with a thousand more seeds, whatever fails, on all processors. The report has a
// table of the share that passes, by kind of fault and by the last verb; the spec fails unless all do.
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
func (p *plan) attempts() int { return max(p.seedRuns(), p.sameRuns()) }

// seedRuns returns how many seeds each spec is to run with.
func (p *plan) seedRuns() int { return max(p.seedCount, config.Seeds) }

// sameRuns returns how often each spec is to run with its seed.
func (p *plan) sameRuns() int {
	if p.seedRuns() > 1 {
		return 1
	}
	return config.Same
}

// seedOf returns the seed of a spec: MN_SEED, or one drawn from Ginkgo's --seed and its text, so that one that runs alone draws the same.
// One that runs with many seeds draws all but the first from the number of the attempt, too.
func seedOf(p *plan, spec ginkgo.SpecReport) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s", ginkgo.GinkgoRandomSeed(), spec.FullText())
	first := spec.NumAttempts <= 1 || !p.Virtual || p.sameRuns() > 1
	if config.Seed != 0 && first {
		return config.Seed
	}
	if !first {
		_, _ = fmt.Fprintf(h, " %d of %d", spec.NumAttempts, config.Seed)
	}
	return h.Sum64()
}

// runs is what is known of the runs of one spec, with as many seeds.
type runs struct {
	spec  string
	tally replay.Tally
	last  *replay.Record
}

// processors is how many the suite began with.
var processors = runtime.GOMAXPROCS(0)

// latest are those of the spec that runs in virtual time, or ran last.
var latest runs

// begun returns the record of a run that begins. That has one processor: to have goroutines that take turns wake each other on
// several costs a third more, and each may find another order of those that do not.
func begun(p *plan, spec ginkgo.SpecReport) *replay.Record {
	if text := spec.FullText(); spec.NumAttempts <= 1 || latest.spec != text {
		latest = runs{spec: text}
	}
	if spec.NumAttempts > 1 && p.attempts() > 1 {
		runningSuite.Load().ForgetAttempts()
	}
	latest.tally.Begin(time.Now())
	if p.sameRuns() > 1 && spec.NumAttempts%2 == 1 {
		runtime.GOMAXPROCS(processors)
	} else {
		runtime.GOMAXPROCS(1)
	}
	collectLess(p.seedRuns() > 1)
	return &replay.Record{Whole: p.sameRuns() > 1}
}

// ran counts a run that is over, with as many faults. It returns an error if it was to be the same as the one before, and was not.
func ran(p *plan, spec ginkgo.SpecReport, record *replay.Record, faults int) error {
	runtime.GOMAXPROCS(processors)
	before := latest.last
	latest.last = record
	latest.tally.Add(record, faults)
	n := p.seedRuns()
	if news := latest.tally.News(time.Now()); news != "" && n > 1 {
		fmt.Fprintf(os.Stderr, "multinode: %s: %s, of %d\n", spec.FullText(), news, n)
	}
	if p.sameRuns() > 1 && before != nil {
		if differ := replay.Differ(before, record); differ != "" {
			return fmt.Errorf("run again with seed %d, it was not the same: %s", seedOf(p, spec), differ)
		}
	}
	if spec.NumAttempts == n || spec.Failed() {
		collectLess(false)
	}
	if n > 1 && spec.NumAttempts == n && spec.State == types.SpecStatePassed {
		ginkgo.AddReportEntry("multinode: "+latest.tally.Line(time.Now()), ginkgo.ReportEntryVisibilityAlways)
	}
	return nil
}

// collectsLess says that the garbage collector runs less often than with GOGC, and that is gcPercent.
var (
	collectsLess bool
	gcPercent    int
)

// collectLess has it run less often while a spec runs with many seeds: of what each of them leaves nothing is needed any more.
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
