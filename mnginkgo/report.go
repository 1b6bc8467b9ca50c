package mnginkgo

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/account"
	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// report attaches to a failed spec what its nodes see and did, while they still run.
func (c *Cluster) report(ctx ginkgo.SpecContext) {
	ginkgo.AddReportEntry("multinode", ctx.SpecReport().LeafNodeLocation, ginkgo.ReportEntryVisibilityFailureOrVerbose, c.account(ctx))
}

func (c *Cluster) reportIfVerbose(ctx ginkgo.SpecContext) {
	_, reporter := ginkgo.GinkgoConfiguration()
	if !ctx.SpecReport().Failed() && reporter.Verbosity().GTE(types.VerbosityLevelVerbose) {
		c.report(ctx)
	}
}

// account returns the account of the spec, whose nodes it asks in the order of telling.
func (c *Cluster) account(ctx context.Context) string {
	if c.kept != "" {
		return c.kept
	}
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
	for _, f := range c.idle() {
		a.Idle = append(a.Idle, f.Verb)
	}
	_ = stage.Flush.Tell(ctx, c.stage, stage.Nothing{}) // what cannot be had is not there
	a.Timeline, a.NoTimeline = stage.Timeline.Ask(ctx, c.stage, stage.Nothing{})
	a.Timeline = c.failed.Into(a.Timeline)
	return a.String()
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
