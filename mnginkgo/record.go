package mnginkgo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/recorder"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// records reports whether specs are recorded.
func records() bool { return config.Record != settings.RecordNever }

func newRecorder() *recorder.Recorder {
	if !records() {
		return nil
	}
	return recorder.New()
}

// remembered returns what others than the Recorder have noted, but for the timeline.
func (c *Cluster) remembered(ctx context.Context) recorder.Sources {
	s := recorder.Sources{Roles: c.roles, Turns: c.cast.Turns(), Faults: c.book.Pasts(ctx), View: c.glimpsed, Kind: c.kindOf}
	s.Stage, _ = stage.Record.Ask(ctx, c.stage, stage.Nothing{}) // a broker that is gone has taken it along
	s.Began = s.Stage.Began
	if first := c.noted.Began(); !first.IsZero() { // a stage may wait for processes before
		s.Began = first
	}
	return s
}

// FrameKinds has the page of a failed spec say what frames are: kind returns a word or two, such as "AppendEntries", or
// "" where it does not know. It is given the first 100 bytes of a frame, of one of Env.Network those of the
// data behind its header, and runs in the process of the spec when that has failed. Without it, or where it
// does not know, frames of actor systems and of Env.Network are described as such.
func FrameKinds(kind func(Frame) string) Option {
	return option{"FrameKinds", func(p *plan) {
		if kind == nil {
			p.refuse("FrameKinds: the function is nil")
			return
		}
		p.frameKinds = kind
	}}
}

// kindOf says what a frame is, of which a record has the beginning.
func (c *Cluster) kindOf(link transport.Link, prefix []byte) (described string) {
	if link.From == c.roles.NetAddress(c.roles.At(link.From)) {
		described, prefix = netconn.Describe(prefix)
	} else {
		described = actor.Describe(prefix)
	}
	if kind := specs.Plan(c.number).frameKinds; kind != nil {
		defer func() { _ = recover() }() // it does not know that one
		if own := kind(frameOf(c.roles, transport.Frame{Link: link, Payload: prefix})); own != "" {
			return own
		}
	}
	return described
}

// glimpsed decodes a sight of the stage's.
func (c *Cluster) glimpsed(seen []byte) (v record.View, ok bool) {
	g, err := codec.DecodeAs[glimpse](seen, nil)
	if err != nil {
		return v, false
	}
	v = record.View{Mute: !g.TellsMembers, Ended: g.Ended}
	if g.TellsLeader {
		if leader := slices.Index(c.roles.Names, g.Leader); leader >= 0 || g.Leader == "" { // the format has no name for others
			v.Leader = &leader
		}
	}
	for _, m := range g.Members {
		member := record.Member{Role: slices.Index(c.roles.Names, m.Role), Status: m.Status.String(), Unreachable: m.Unreachable}
		if member.Role < 0 {
			member.Name = m.Role
		}
		v.Members = append(v.Members, member)
	}
	return v, true
}

// record makes the record of a spec and its page, and has the account say what they say.
func (c *Cluster) record(ctx ginkgo.SpecContext, t *told) {
	if c.noted == nil || t.began().IsZero() {
		return
	}
	spec := ctx.SpecReport()
	r := c.recordOf(spec, t)
	var good *record.Record
	if spec.Failed() {
		if good = goodRun(r); good != nil {
			r.Summary = append(r.Summary, record.Compare(good, r).Sentence)
		}
	}
	for _, s := range r.Summary {
		t.account.Summary = append(t.account.Summary, s.Text)
	}
	if !spec.Failed() && config.Record != settings.RecordAlways {
		return
	}
	c.shown = shown{r, good, spec.StartTime}
	path, err := theShelf().Put(spec.StartTime, r, good)
	if t.account.Page = path; err != nil {
		t.account.Page = "there is none: " + err.Error()
		return
	}
	if spec.Failed() && good == nil {
		keepFailed(r, path)
	}
	attach(path, spec.LeafNodeLocation)
}

// shown is what the page of a spec shows.
type shown struct {
	record, good *record.Record
	began        time.Time
}

// showSchedule has the page of the spec show its smallest schedule, too, which is found when the page is there.
func (c *Cluster) showSchedule(text string) {
	if s := c.shown; s.record != nil {
		s.record.Schedule = text
		_, _ = theShelf().Put(s.began, s.record, s.good) // or it is as it was
	}
}

// recordOf returns the record of a spec.
func (c *Cluster) recordOf(spec ginkgo.SpecReport, t *told) *record.Record {
	r := &record.Record{
		Spec: spec.FullText(), Suite: suiteName(), Place: placeOf(spec.LeafNodeLocation), Labels: spec.Labels(), Variant: c.roles.Variant(),
		Seed: strconv.FormatUint(c.seed, 10), GinkgoSeed: ginkgo.GinkgoRandomSeed(), Again: t.account.Again,
		Process: ginkgo.GinkgoParallelProcess(), Attempt: spec.NumAttempts, State: spec.State.String(),
		Took: t.at.Sub(t.began()).Microseconds(),
	}
	if spec.Failed() {
		r.Failure = c.failure(spec, t)
	}
	c.noted.Into(r, t.sources)
	r.Summary = r.Summarize()
	return r
}

// PageEntry is the name of the entry in a spec's report, as in Ginkgo's JSON, whose value is the path of its page.
const PageEntry = "multinode page"

// attach has the reports of the run lead to a page. Jenkins and GitLab look for a line in what a test of JUnit's has
// written, GitLab for a path below its project.
func attach(page string, where types.CodeLocation) {
	ginkgo.AddReportEntry(PageEntry, where, ginkgo.ReportEntryVisibilityNever, page)
	if _, reporter := ginkgo.GinkgoConfiguration(); reporter.JUnitReport == "" {
		return
	}
	if project := os.Getenv("CI_PROJECT_DIR"); project != "" {
		if inside, err := filepath.Rel(project, page); err == nil && filepath.IsLocal(inside) {
			page = inside
		}
	}
	line := "[[ATTACHMENT|" + page + "]]"
	ginkgo.AddReportEntry("page", where, ginkgo.ReportEntryVisibilityFailureOrVerbose, line)
	if suite, _ := ginkgo.GinkgoConfiguration(); suite.ParallelTotal > 1 { // where what a spec prints is part of its report
		_, _ = fmt.Fprintln(os.Stdout, line)
	}
}

// failure returns what the spec has failed of.
func (c *Cluster) failure(spec ginkgo.SpecReport, t *told) *record.Failure {
	at := spec.Failure.TimelineLocation.Time
	if broken := c.invariants.brokenAt(spec.Failure.Message); !broken.IsZero() {
		at = broken
	} else if c.roles.Virtual || at.IsZero() { // which Ginkgo tells by the real clock
		at = t.at
		if asserted := c.failedAt.Load(); asserted != nil {
			at = *asserted
		}
	}
	f := &record.Failure{At: at.Sub(t.began()).Microseconds(), Message: spec.Failure.Message, Place: placeOf(spec.Failure.Location)}
	if panicked := spec.Failure.ForwardedPanic; panicked != "" {
		if _, user := rolecode.UsersPart(spec.Failure.Location.FullStackTrace); user.FileName != "" {
			f.Place = placeOf(user)
		}
		f.Message = "panic: " + panicked + ", at " + f.Place
	}
	for _, form := range []string{"Timed out after %fs.", "Failed after %fs.", "Told to stop trying after %fs."} {
		seconds := 0.0
		if n, _ := fmt.Sscanf(f.Message, form, &seconds); n == 1 {
			f.Waited = int64(seconds * 1e6)
		}
	}
	return f
}

// suiteName returns the path of the suite's folder from the one that has its go.mod, with slashes.
func suiteName() string {
	suite, err := origin.Dir()
	if err != nil {
		return ""
	}
	for dir := suite; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && dir != suite {
			return filepath.ToSlash(strings.TrimPrefix(suite, dir+string(filepath.Separator)))
		}
	}
	return filepath.Base(suite)
}

// placeOf returns the file, with its folder, and the line.
func placeOf(at types.CodeLocation) string {
	if at.FileName == "" {
		return ""
	}
	dir, file := filepath.Split(at.FileName)
	return fmt.Sprintf("%s:%d", filepath.Join(filepath.Base(dir), file), at.LineNumber)
}
