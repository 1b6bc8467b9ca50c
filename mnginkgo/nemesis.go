package mnginkgo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
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
	steps   *planner
	stop    chan struct{}
	done    chan struct{}
	log     []step // what it did
	doing   string // for what fails
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
	ginkgo.GinkgoHelper()
	c.use("Unleash")
	c.must(wrap(chaos.complete(c.plan), "unleash"))
	title := c.nextSchedule()
	planner := newPlanner(chaos, c.plan.roles, rand.New(rand.NewPCG(c.seedOf(title), nemesisStream)))
	verb, entry := "unleash", nemesisEntry
	schedule, err := replayFor(title)
	if schedule != "" {
		verb, entry = fmt.Sprintf("unleash(replay of %s)", os.Getenv(settings.Replay)), replayEntry
	} else {
		schedule = chaos.Schedule
	}
	if err == nil && schedule != "" {
		planner.given, err = parseSchedule(schedule, c.plan)
		planner.replays = true
	}
	c.must(wrap(err, "unleash"))
	n := &Nemesis{cluster: c, title: title, where: types.NewCodeLocation(0), steps: planner, stop: make(chan struct{}), done: make(chan struct{})}
	c.note(c.context(), "%s", verb)
	c.count(1)
	go n.run()
	ginkgo.DeferCleanup(func() {
		n.Stop()
		ginkgo.AddReportEntry(entry, n.where, ginkgo.ReportEntryVisibilityFailureOrVerbose, n.Schedule())
	})
	return n
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

// nemesisStream keeps the numbers of a Nemesis apart from those of the faults.
const nemesisStream = 0x6e656d65736973

// complete fills the defaults in, and returns an error for what makes no sense.
func (chaos *Chaos) complete(p *plan) error {
	if chaos.Every == (fault.Delay{}) {
		chaos.Every = fault.Exponential(300 * time.Millisecond)
	}
	if chaos.Lasting == (fault.Delay{}) {
		chaos.Lasting = fault.Uniform(500*time.Millisecond, 400*time.Millisecond)
	}
	if chaos.MaxDown == 0 {
		chaos.MaxDown = (len(p.roles) - 1) / 2
	}
	if err := errors.Join(chaos.Every.Check(), chaos.Lasting.Check()); err != nil {
		return err
	}
	if chaos.MaxDown < 1 && chaos.Mix["crash"]+chaos.Mix["kill"]+chaos.Mix["pause"] > 0 {
		return fmt.Errorf("MaxDown is %d, so that nobody can be crashed, killed or paused: set it to 1 or more", chaos.MaxDown)
	}
	total := 0
	for verb, weight := range chaos.Mix {
		if err := checkDeed(verb, p); err != nil {
			return err
		}
		if weight < 0 {
			return fmt.Errorf("the weight of %q is %d, which is negative", verb, weight)
		}
		total += weight
	}
	if total == 0 && chaos.Schedule == "" {
		return fmt.Errorf("the Mix chooses no verb: the verbs are %s", strings.Join(deedNames(), ", "))
	}
	return nil
}

// count notes that a Nemesis begins or ends.
func (c *Cluster) count(more int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unleashed += more
}

// nextSchedule returns the first line of the schedule of the spec's next Nemesis.
func (c *Cluster) nextSchedule() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nemeses++
	which := ""
	if c.nemeses > 1 {
		which = fmt.Sprintf(", number %d", c.nemeses)
	}
	return scheduleOf + ginkgo.CurrentSpecReport().FullText() + which
}

// replayFor returns the schedule that MN_REPLAY has under a title, or "".
func replayFor(title string) (string, error) {
	path := os.Getenv(settings.Replay)
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("MN_REPLAY: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	switch first = strings.TrimSpace(first); {
	case !strings.HasPrefix(first, scheduleOf):
		return "", fmt.Errorf("MN_REPLAY: the first line of %s does not begin with %q", path, scheduleOf)
	case first != title:
		return "", nil
	}
	return string(text), nil
}

// Schedule returns what the Nemesis has done so far, a line for each fault: when, for how
// long, the verb and its arguments. It must only be called after Stop.
func (n *Nemesis) Schedule() string {
	ginkgo.GinkgoHelper()
	n.owner().own("Schedule")
	lines := []string{n.title}
	for _, s := range n.log {
		lines = append(lines, s.String())
	}
	return strings.Join(lines, "\n") + "\n"
}

// scheduleOf is what the first line of a schedule begins with.
const scheduleOf = "# schedule of: "

// Stop ends the Nemesis: it undoes what it did and starts whom it crashed or killed, and returns
// when that is done. Stopping twice does nothing.
func (n *Nemesis) Stop() {
	ginkgo.GinkgoHelper()
	n.owner().use("Stop")
	select {
	case <-n.stop:
	default:
		close(n.stop)
	}
	<-n.done
}

// ending is a fault that lasts, until some time after the start.
type ending struct {
	at   time.Duration
	of   step
	undo func()
}

func (n *Nemesis) end(e ending) {
	n.doing = "end of " + e.of.String()
	e.undo()
}

// fail fails the spec because of an error in what the Nemesis is doing.
func (n *Nemesis) fail(err error) {
	failAt(stateOf(err), fmt.Sprintf("nemesis: %s: %v", n.doing, err), n.where)
}

// run does the steps in the order of their times, and so the same in each replay.
func (n *Nemesis) run() {
	defer close(n.done)
	defer n.cluster.count(-1)
	defer ginkgo.GinkgoRecover()
	goroutine := rolecode.GoroutineID()
	n.cluster.working.Store(goroutine, n)
	defer n.cluster.working.Delete(goroutine)
	start := time.Now()
	var endings []ending // by time
	defer func() {
		for _, e := range endings {
			func() {
				defer ginkgo.GinkgoRecover() // the others are undone all the same
				n.end(e)
			}()
		}
	}()
	next, more := n.steps.next()
	for more || len(endings) > 0 {
		ends := len(endings) > 0 && (!more || endings[0].at <= next.at)
		at := next.at
		if ends {
			at = endings[0].at
		}
		select {
		case <-time.After(time.Until(start.Add(at))):
		case <-n.stop:
			return
		}
		if ends {
			e := endings[0]
			endings = endings[1:]
			n.end(e)
			continue
		}
		n.log = append(n.log, next)
		n.doing = next.String()
		e := ending{next.at + next.lasting, next, deeds[next.verb].do(n.cluster, next.args)}
		i, _ := slices.BinarySearchFunc(endings, e.at, func(e ending, at time.Duration) int { return int(e.at - at) })
		endings = slices.Insert(endings, i, e)
		next, more = n.steps.next()
	}
	<-n.stop
}
