package mnginkgo

import (
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/chaos"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Chaos says what a Nemesis does to the cluster while the spec's body works.
type Chaos struct {
	// Mix has the verbs, and how often each is chosen compared with the others:
	//
	//	partition one-way isolate split bridge ring overlapping-majorities  cuts
	//	delay lose lose-in-bursts duplicate reorder corrupt limit mtu       faults of a pair of links
	//	                                                                    (in a schedule also "limit a b 65536,100ms", with a queue)
	//	reset                                                               of the connections of a pair
	//	crash kill                                                          and start again
	//	pause                                                               and resume; needs Parallel(Isolated())
	//	skew-clock                                                          and set right
	Mix map[string]int
	// Every is the time between the beginnings of two faults. The default is
	// fault.Exponential(300*time.Millisecond).
	Every fault.Delay
	// Lasting is how long each lasts. Several may overlap. The default is
	// fault.Uniform(500*time.Millisecond, 400*time.Millisecond).
	Lasting fault.Delay
	// MaxDown bounds how many roles are crashed, killed or paused at a time. The default is
	// the largest minority.
	MaxDown int
	// Schedule, if it is not empty, is done in place of all that, line by line. It has the
	// form in which the spec's report has it.
	Schedule string
}

// Nemesis does harm to a cluster. See Cluster.Unleash.
type Nemesis struct {
	cluster *Cluster
	title   string // the first line of its schedule
	where   types.CodeLocation
	does    *chaos.Nemesis
	ended   func(error) error // tells the record
	faults  int               // so far
	stop    chan struct{}
	done    chan struct{}
}

func (n *Nemesis) owner() *Cluster {
	if n == nil {
		return nil
	}
	return n.cluster
}

// Unleash starts a Nemesis, which draws faults from the spec's seed until Stop, or the
// end of the spec. Its schedule is in the spec's report; as a file it is done again,
// exactly, with
//
//	MN_REPLAY=schedule.txt go test ./mysuite
//
// where a relative path starts at the suite's folder. The file's first line says which spec
// it is for; all others draw theirs. Roles that the Nemesis crashes or kills, and starts, must be left
// alone by the body, which has to bear that they do not run for a while.
func (c *Cluster) Unleash(chaos Chaos) *Nemesis {
	c.use("Unleash")
	n := &Nemesis{cluster: c, where: types.NewCodeLocation(outside()), stop: make(chan struct{}), done: make(chan struct{})}
	steps, replays, err := n.prepare(chaos)
	c.must(stage.Wrap(err, "unleash"))
	verb, entry := "unleash", nemesisEntry
	if replays {
		verb, entry = fmt.Sprintf("unleash(replay of %s)", os.Getenv(settings.Replay)), replayEntry
	}
	n.ended = c.note(c.context(), verb)
	c.mu.Lock()
	c.harmedBy = append(c.harmedBy, n)
	c.mu.Unlock()
	c.unleashed.Add(1)
	go n.run(steps)
	ginkgo.DeferCleanup(func() {
		n.Stop()
		ginkgo.AddReportEntry(entry, n.where, ginkgo.ReportEntryVisibilityFailureOrVerbose, n.Schedule())
	}, n.where)
	return n
}

// prepare returns what the Nemesis is to do, and whether MN_REPLAY says so.
func (n *Nemesis) prepare(c Chaos) (steps iter.Seq[chaos.Step], replays bool, err error) {
	roles, config := n.cluster.roles, chaos.Config(c)
	if err := config.Complete(roles); err != nil {
		return nil, false, err
	}
	n.does = &chaos.Nemesis{Harm: n.harm, Failed: n.fail}
	n.title = chaos.Title(ginkgo.CurrentSpecReport().FullText(), int(n.cluster.nemeses.Add(1)))
	schedule := config.Schedule
	if file := os.Getenv(settings.Replay); file != "" {
		again, err := chaos.Replay(file, n.title)
		if err != nil {
			return nil, false, fmt.Errorf("MN_REPLAY: %w", err)
		}
		if replays = again != ""; replays {
			schedule = again
		}
	}
	if schedule == "" {
		return chaos.Draw(config, roles.Names, n.cluster.book.SeedOf(n.title)), false, nil
	}
	given, err := chaos.Parse(schedule, roles)
	return slices.Values(given), replays, err
}

// What the entry with the schedule is called.
const (
	nemesisEntry = "nemesis: save this and set MN_REPLAY to the file to do it again"
	replayEntry  = "nemesis: what MN_REPLAY says was done again"
)

// checkReplay fails the suite if each Nemesis drew its own faults although MN_REPLAY is set.
func checkReplay(report ginkgo.Report) {
	var drew []string
	for _, spec := range report.SpecReports {
		for _, entry := range spec.ReportEntries {
			switch entry.Name {
			case replayEntry:
				return
			case nemesisEntry:
				drew = append(drew, spec.FullText())
			}
		}
	}
	slices.Sort(drew) // not as they came to an end
	if len(drew) > 0 {
		ginkgo.Fail(fmt.Sprintf("MN_REPLAY: nothing was replayed: the first line of %s is for none of\n  %s",
			os.Getenv(settings.Replay), strings.Join(slices.Compact(drew), "\n  ")))
	}
}

// Schedule returns what the Nemesis has done so far, a line for each fault: when, for how
// long, the verb and its arguments. It must only be called after Stop.
func (n *Nemesis) Schedule() string {
	n.owner().own("Schedule")
	return n.does.Schedule(n.title)
}

// Stop ends the Nemesis: it undoes what it did and starts whom it crashed or killed, and returns
// when that is done. Stopping twice does nothing.
func (n *Nemesis) Stop() {
	n.owner().use("Stop")
	select {
	case <-n.stop:
	default:
		close(n.stop)
	}
	<-n.done
}

func (n *Nemesis) run(steps iter.Seq[chaos.Step]) {
	defer close(n.done)
	defer func() { _ = n.ended(nil) }()
	defer bar.Clear()
	defer n.cluster.unleashed.Add(-1)
	defer ginkgo.GinkgoRecover()
	n.does.Run(steps, n.stop)
}

// cuts are the verbs that cut links.
var cuts = map[string]func(c *Cluster, a []string) *Fault{
	"partition": func(c *Cluster, a []string) *Fault { return c.Pair(a[0], a[1]).cut("partition") },
	"one-way":   func(c *Cluster, a []string) *Fault { return c.Link(a[0], a[1]).cut("cut") },
	"isolate":   func(c *Cluster, a []string) *Fault { return c.isolate(a[0]) },
	"split": func(c *Cluster, a []string) *Fault {
		return c.Across(chaos.Group(a[0]), chaos.Group(a[1])).cut("split")
	},
	"bridge": func(c *Cluster, a []string) *Fault {
		return c.Across(chaos.Group(a[0]), chaos.Group(a[2])).cut("split")
	},
	"ring": func(c *Cluster, _ []string) *Fault { return c.Beyond(1).cut("cut") },
	"overlapping-majorities": func(c *Cluster, _ []string) *Fault {
		return c.Beyond((len(c.roles.Names)/2 + 1) / 2).cut("cut")
	},
}

// harm is a chaos.Harm. It does what the Cluster's verbs do, but returns what goes wrong.
func (n *Nemesis) harm(s chaos.Step) (chaos.Undo, error) {
	c, a := n.cluster, s.Args
	if n.faults++; !c.roles.Virtual { // where the clock is another one
		bar.Show(time.Now(), 0, 0, fmt.Sprintf("nemesis: %d faults, the last is %s", n.faults, s))
	}
	if name, f, is := s.Fault(); is {
		return n.begin(c.Pair(a[0], a[1]).ruled(name, f))
	}
	switch s.Verb {
	case "reset":
		_, err := c.Pair(a[0], a[1]).reset()
		return func() error { return nil }, err
	case "crash":
		return func() error { return c.actWithBoot(c.context(), c.cast.Start, a[0]) }, c.act(c.cast.Crash, a[0])
	case "kill":
		return func() error { return c.actWithBoot(c.context(), c.cast.Start, a[0]) }, c.act(c.cast.Kill, a[0])
	case "pause":
		return func() error { return c.cast.Resume(c.context(), c.setSkew, a[0]) }, c.cast.Pause(c.context(), a[0])
	case "skew-clock":
		by, _ := time.ParseDuration(a[1]) // it was checked
		skew := func(by time.Duration) error { return c.cast.SkewClock(c.context(), c.setSkew, a[0], by) }
		return func() error {
			if c.cast.Skew(a[0]) != by { // a later one lasts
				return nil
			}
			return skew(0)
		}, skew(by)
	}
	return n.begin(cuts[s.Verb](c, a))
}

func (n *Nemesis) begin(f *Fault) (chaos.Undo, error) {
	return f.undo, f.begin(n.where)
}

// fail fails the spec, at the line of Unleash, because of what the Nemesis could not do.
func (n *Nemesis) fail(doing string, err error) {
	defer ginkgo.GinkgoRecover()
	if lost := n.cluster.cast.Lost(); lost != nil {
		failAt(types.SpecStateFailed, lost.Error(), n.where)
	}
	failAt(stateOf(err), fmt.Sprintf("nemesis: %s: %v", doing, err), n.where)
}
