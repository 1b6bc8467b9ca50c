package mnginkgo

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/account"
	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/recorder"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// report attaches to a spec what its nodes see and did, while they still run, and makes its page.
func (c *Cluster) report(ctx ginkgo.SpecContext) {
	t := c.kept
	if t == nil {
		t = c.learn(ctx)
	}
	c.record(ctx, t)
	ginkgo.AddReportEntry("multinode", ctx.SpecReport().LeafNodeLocation, ginkgo.ReportEntryVisibilityFailureOrVerbose, t.account.String())
}

// reportPassed is report for a spec that has not failed, if anybody wants to know.
func (c *Cluster) reportPassed(ctx ginkgo.SpecContext) {
	_, reporter := ginkgo.GinkgoConfiguration()
	spec := ctx.SpecReport()
	if !spec.Failed() && !spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) && (config.Record == settings.RecordAlways || reporter.Verbosity().GTE(types.VerbosityLevelVerbose)) {
		c.report(ctx)
	}
}

// told is what is known of a spec when it ends.
type told struct {
	account account.Account
	sources recorder.Sources
	at      time.Time
}

// began returns from when on times count.
func (t *told) began() time.Time { return t.sources.Began }

// learn asks the nodes and the stage, in the order of telling.
func (c *Cluster) learn(ctx context.Context) *told {
	t := &told{at: time.Now()}
	failed := failureOf(ctx)
	ctx, cancel := c.accounting(ctx)
	defer cancel()
	a := account.Account{Title: c.describe(), Variant: c.roles.Variant(), Seed: c.seed, GinkgoSeed: ginkgo.GinkgoRandomSeed(), Again: c.again()}
	for _, lost := range c.cast.Losses() {
		if !lost.IsIn(failed) {
			a.Losses = append(a.Losses, lost.Full())
		}
	}
	for i, seen := range c.ofEach(func(role string) string { return c.seenBy(ctx, role) }) {
		a.Views = append(a.Views, sight.Row{Role: c.roles.Names[i], Text: seen})
	}
	a.Data = c.data.Kept()
	stats, _ := stage.Stats.Ask(ctx, c.stage, stage.Nothing{}) // if they cannot be had, nor can the timeline, which says why
	a.Links = account.ByRole(stats, c.roles.At)
	if c.noted != nil {
		t.sources = c.remembered(ctx)
		a.Stalls = stallsOf(t)
	}
	for _, f := range c.idle() {
		a.Idle = append(a.Idle, f.Verb)
	}
	_ = stage.Flush.Tell(ctx, c.stage, stage.Nothing{}) // what cannot be had is not there
	a.Timeline, a.NoTimeline = stage.Timeline.Ask(ctx, c.stage, stage.Nothing{})
	t.sources.Timeline = a.Timeline
	a.Timeline = c.failed.Into(a.Timeline)
	t.account = a
	return t
}

// stallsOf returns the stalls that have to do with a spec's failure, as far as times tell. The page has all.
func stallsOf(t *told) (stalls []stage.Stall) {
	const before = time.Second
	for _, s := range t.sources.Stage.Stalls {
		if t.at.Sub(s.Time) < before {
			stalls = append(stalls, s)
		}
	}
	return stalls
}

// accounting returns the context in which a spec is described, which may have ended by then.
func (c *Cluster) accounting(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := viewTimeout
	if spec, ok := ctx.(ginkgo.SpecContext); ok && isCutOff(spec) {
		limit = hurry
	}
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}

// failureOf returns the message of the spec's failure, which is printed below the
// account and need not be in it too.
func failureOf(ctx context.Context) string {
	if spec, ok := ctx.(ginkgo.SpecContext); ok {
		return spec.SpecReport().FailureMessage()
	}
	return ""
}

// ofEach asks for something of each role, all at once, and returns it in the order of the roles.
func (c *Cluster) ofEach(ask func(role string) string) []string {
	told := make([]string, len(c.roles.Names))
	var all sync.WaitGroup
	for i, role := range c.roles.Names {
		all.Go(func() { told[i] = ask(role) })
	}
	all.Wait()
	return told
}

// seenBy says what the node of a role sees, or why it does not tell.
func (c *Cluster) seenBy(ctx context.Context, role string) string {
	if state := c.cast.State(role); state != cast.Running {
		return string(state)
	}
	view, err := c.observe(ctx, role)
	if lost := c.cast.Loss(role); lost != nil {
		err = lost
	}
	if err != nil {
		return err.Error()
	}
	return view.seen().Line()
}

// progress answers ^T and --poll-progress-after: what each role does, and who waits
// at which barrier.
func (c *Cluster) progress() string {
	ctx, cancel := context.WithTimeout(context.Background(), hurry) // Ginkgo may be about to end the run
	defer cancel()
	states := c.ofEach(func(role string) string { return fmt.Sprintf("  %s: %s", role, c.statusOf(ctx, role)) })
	lines := append([]string{"multinode: " + c.describe()}, states...)
	waiting, err := stage.Waiting.Ask(ctx, c.stage, stage.Nothing{})
	if err != nil {
		lines = append(lines, "  "+err.Error())
	}
	for _, line := range waiting {
		lines = append(lines, "  "+line)
	}
	return strings.Join(lines, "\n")
}

func (c *Cluster) statusOf(ctx context.Context, role string) string {
	state := c.cast.State(role)
	if state != cast.Running && state != cast.Booting {
		return string(state)
	}
	status, err := call(ctx, c, role, seat.Status, seat.Nothing{})
	if err != nil {
		return err.Error()
	}
	if state == cast.Booting {
		return status
	}
	view, err := c.observe(ctx, role)
	if err != nil {
		return status + "; " + err.Error()
	}
	if seen := view.seen(); !seen.Tells[sight.Members] {
		return status + "; " + seen.Line()
	}
	return status + "; sees " + view.String()
}

// idle returns the faults that had no effect.
func (c *Cluster) idle() []*faults.Fault {
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout) // a failing spec is looked at, too
	defer cancel()
	return c.book.Idle(ctx)
}

const hurry = company.Hurry
