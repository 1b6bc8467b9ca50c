package mnginkgo

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// report attaches to a failed spec what its nodes see and did, while they still run.
func (c *Cluster) report(ctx ginkgo.SpecContext) {
	ginkgo.AddReportEntry("multinode", ctx.SpecReport().LeafNodeLocation, ginkgo.ReportEntryVisibilityFailureOrVerbose, c.account(ctx))
}

// keepAccount has the report say what is known before the processes are given back, if the
// spec is about to fail.
func (c *Cluster) keepAccount(ctx ginkgo.SpecContext, err error) {
	if err != nil || c.cast.Troubled() {
		c.kept = c.account(ctx)
	}
}

func (c *Cluster) reportIfVerbose(ctx ginkgo.SpecContext) {
	_, reporter := ginkgo.GinkgoConfiguration()
	if !ctx.SpecReport().Failed() && reporter.Verbosity().GTE(types.VerbosityLevelVerbose) {
		c.report(ctx)
	}
}

// account describes the spec for people: seed, verbs, views, links, timeline.
func (c *Cluster) account(ctx context.Context) string {
	if c.kept != "" {
		return c.kept
	}
	failed := failureOf(ctx)
	ctx, cancel := c.accounting(ctx)
	defer cancel()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s variant; seed %d, of --seed=%d\n", c.describe(), c.plan.variant(), c.seed, ginkgo.GinkgoRandomSeed())
	for _, lost := range c.cast.Losses() {
		if !lost.IsIn(failed) {
			b.WriteString(lost.Full() + "\n")
		}
	}
	b.WriteString(c.viewTable(ctx))
	if kept := c.data.Kept(); kept != "" {
		b.WriteString("data that is kept\n" + kept)
	}
	stats, _ := c.stage.Stats(ctx) // if they cannot be had, nor can the timeline, which says why
	if lossy := c.plan.lossyLinks(stats); lossy != "" {
		b.WriteString("links that lost or delayed frames\n" + lossy)
	}
	b.WriteString(c.plan.behind(stats))
	if idle := c.toothless(); len(idle) > 0 {
		b.WriteString("faults without an effect\n")
		for _, f := range idle {
			b.WriteString("  " + f.verb + "\n")
		}
	}
	_ = c.stage.Flush(ctx) // what cannot be had is not there
	entries, err := c.stage.Timeline(ctx)
	entries = c.failed.into(entries)
	if err != nil {
		fmt.Fprintf(&b, "timeline\n  %v\n", err)
	} else {
		b.WriteString("timeline\n" + timelineText(entries))
	}
	return b.String()
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

// describe names the roles and what the spec did to them.
func (c *Cluster) describe() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := enumerate(c.plan.roles)
	verbs := c.done
	if len(verbs) == 0 {
		return text
	}
	// The latest say most; the timeline has them all.
	const latest = 3
	before := ""
	if len(verbs) > latest {
		verbs, before = verbs[len(verbs)-latest:], "..., "
	}
	return text + " after " + before + strings.Join(verbs, ", ")
}

func enumerate(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// viewTable has a line for each role, whether its node runs or not. It has one for all if
// nobody tells what it sees.
func (c *Cluster) viewTable(ctx context.Context) string {
	width, mute := 0, true
	for _, role := range c.plan.roles {
		width = max(width, len(role))
	}
	lines := make([]string, len(c.plan.roles))
	var all sync.WaitGroup
	for i, role := range c.plan.roles {
		all.Go(func() { lines[i] = c.seenBy(ctx, role) })
	}
	all.Wait()
	for i, role := range c.plan.roles {
		mute = mute && lines[i] == tellsNothing
		lines[i] = fmt.Sprintf("%-*s  %s", width, role, lines[i])
	}
	if mute {
		return "views: none, as no node has a method Members() []Member\n"
	}
	return "views\n" + indent(strings.Join(lines, "\n"), "  ") + "\n"
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
	return lineOf(view)
}

// tellsNothing is what is seen of a node without a view.
const tellsNothing = "does not tell what it sees"

func lineOf(v View) string {
	switch {
	case v.Ended != "":
		return v.String()
	case !v.tellsMembers() && v.TellsLeader:
		return "sees  " + leaderOf(v)
	case !v.tellsMembers():
		return tellsNothing
	case v.TellsLeader:
		return "sees  " + v.String() + "; " + leaderOf(v)
	}
	return "sees  " + v.String()
}

// timelineText has a line for each entry: when, who, what. The spec itself is "*".
func timelineText(entries []stage.Entry) string {
	if len(entries) == 0 {
		return "  (empty)\n"
	}
	width := 1
	for _, e := range entries {
		width = max(width, len(e.Role))
	}
	var b strings.Builder
	start := entries[0].Time
	for _, e := range entries {
		who := e.Role
		if who == "" {
			who = "*"
		}
		ms := float64(e.Time.Sub(start)) / float64(time.Millisecond)
		fmt.Fprintf(&b, "  %9.3fms  %-*s  %s\n", ms, width, who, process.Visible(e.Text))
	}
	return b.String()
}

// progress answers ^T and --poll-progress-after: what each role does, and who waits
// at which barrier.
func (c *Cluster) progress() string {
	ctx, cancel := context.WithTimeout(context.Background(), hurry) // Ginkgo may be about to end the run
	defer cancel()
	states := make([]string, len(c.plan.roles))
	var all sync.WaitGroup
	for i, role := range c.plan.roles {
		all.Go(func() { states[i] = fmt.Sprintf("  %s: %s", role, c.statusOf(ctx, role)) })
	}
	all.Wait()
	lines := append([]string{"multinode: " + c.describe()}, states...)
	waiting, err := c.stage.Barred(ctx)
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
	if !view.tellsMembers() {
		return status + "; " + lineOf(view)
	}
	return status + "; sees " + view.String()
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}
