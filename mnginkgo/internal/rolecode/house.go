package rolecode

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// House is where code of roles runs, and what it has deferred with DeferCleanup is kept: a process that
// hosts roles of other processes' specs, one at a time, or, made by Beside, that of a spec and of all its
// roles. While a process hosts a role, what Ginkgo's functions do and what is printed is the role's.
type House struct {
	suite    *innards.Suite // nil if Ginkgo is not known
	hosts    bool           // and nothing else, as long as it hosts
	output   *os.File       // takes what is printed meanwhile; nil if somebody reads that always
	cleanups Cleanups

	mu    sync.Mutex
	undo  []func()
	races int // found before
	last  *Owner
	waits int // of a process with specs of its own, which does nothing meanwhile

	said atomic.Pointer[process.Output] // takes what is written to GinkgoWriter
}

// NewHouse returns that of a process that hosts. What is printed while it hosts a role goes to output, if
// that is not nil.
func NewHouse(suite *innards.Suite, output *os.File) *House {
	h := &House{suite: suite, hosts: true, output: output}
	if suite != nil {
		HearSteps(suite)
	}
	ginkgo.GinkgoWriter.TeeTo(h)
	return h
}

// Hosts reports whether the process hosts roles of other processes' specs.
func (h *House) Hosts() bool { return h.hosts }

// Write takes what is written to GinkgoWriter.
func (h *House) Write(p []byte) (int, error) {
	if to := h.said.Load(); to != nil {
		return to.Write(p)
	}
	return len(p), nil
}

// Begin begins the work for a role of a spec, with Ginkgo's report of that in JSON.
func (h *House) Begin(role, spec string, report []byte, backstage stage.Backstage) *Owner {
	o := NewOwner(role, spec, h.suite, h.hosts, backstage.Failed)
	if h.hosts {
		h.cleanups.Begin(o)
		h.host(o, report, backstage)
	}
	return o
}

func (h *House) host(o *Owner, report []byte, backstage stage.Backstage) {
	var spec types.SpecReport
	_ = json.Unmarshal(report, &spec) // an incomplete one is no reason not to boot
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late()
	h.last = o
	h.races = Races()
	resident.Store(o)
	h.undo = append(h.undo, keepWritten())
	say := func(text string) { backstage.Log(stage.Entry{Time: time.Now(), Role: o.Role, Text: text}) }
	if h.suite != nil {
		h.undo = append(h.undo, h.suite.Act(spec))
		ownReporter.say.Store(&say)
		h.undo = append(h.undo, func() { ownReporter.say.Store(nil) })
	}
	h.said.Store(process.NewOutput(func(line string) { say(stage.Printed + line) }, nil))
	if h.output != nil {
		h.undo = append(h.undo, redirect(h.output))
	}
	h.undo = append(h.undo, func() { resident.Store(nil) }) // last: until then, what fails here is the role's
}

// Do is Do of the Owner. What the code defers is kept for CleanUp where that is certain to be the
// role's, and is Ginkgo's to do otherwise.
func (h *House) Do(ctx context.Context, o *Owner, what string, tell func(stage.Failure), code func(context.Context)) *stage.Failure {
	defer h.cleanups.During(ctx, o)()
	return o.Do(ctx, what, tell, code)
}

// CleanUp undoes what code on roles has deferred.
func (h *House) CleanUp(ctx context.Context) error { return stage.JoinFailures(h.cleanups.Run(ctx)) }

// CleanUpFailed does what code on roles wants done when the spec has failed.
func (h *House) CleanUpFailed(ctx context.Context) error {
	return stage.JoinFailures(h.cleanups.Failed(ctx))
}

// CleanUpAfter undoes what code of the role has deferred when a node of it has ended, in a process that
// hosts it: elsewhere others may have deferred it.
func (h *House) CleanUpAfter(ctx context.Context, o *Owner) error {
	if !h.hosts {
		return nil
	}
	h.cleanups.Sweep(o)
	return h.CleanUp(ctx)
}

// Settle tells what has gone wrong on the role and was told to nobody yet, in a process that hosts it.
func (h *House) Settle(o *Owner) {
	if !h.hosts {
		return
	}
	o.tellNoted()
	if races := h.newRaces(); races > 0 {
		o.tell(&stage.Failure{Role: o.Role, PID: os.Getpid(), Kind: stage.Race, Message: RacesFound(races)})
	}
}

// leftPatience is how long goroutines of a role may take to end when it has stopped.
const leftPatience = 50 * time.Millisecond

// Leave ends the work for the role, and returns how many goroutines of that go on in a process that hosts it.
func (h *House) Leave(ctx context.Context, o *Owner) (left int) {
	if h.hosts {
		left = o.waitLeft(ctx, leftPatience)
	}
	h.Settle(o)
	o.Close()
	if h.hosts {
		h.End()
	}
	return left
}

// Clean waits until nothing is left of the last role, and tells of what Fail has noted in that. It does not tell
// while the process is at specs of its own, whose failure it may be.
func (h *House) Clean(ctx context.Context) {
	h.mu.Lock()
	o := h.last
	h.mu.Unlock()
	if o != nil {
		const forEver = 1 << 62
		o.waitLeft(ctx, forEver)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late()
}

// End ends what Begin has begun, or Beside.
func (h *House) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end()
}

func (h *House) end() {
	for _, undo := range h.undo {
		undo()
	}
	h.undo = nil
	if to := h.said.Swap(nil); to != nil {
		to.End()
	}
}

// Mark writes a mark behind all that was printed. Whoever reads that has read all of it once it
// sees the mark.
func (h *House) Mark(mark string) {
	if h.output == nil {
		printMark(mark)
		return
	}
	_, _ = h.output.WriteString(mark) // without a reader nobody waits for it
}

// Wait says that the process does nothing of its own until done is called.
func (h *House) Wait() (done func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waits++
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.end() // if it was interrupted: what goes on here from now on is its own
		h.late()
		h.waits--
	}
}

func (h *House) late() {
	if h.last != nil && (h.output == nil || h.waits > 0) {
		h.last.tellNoted()
	}
}

// LastFailure returns what Clean would tell, or nil, when there is nobody to tell any more.
func (h *House) LastFailure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last == nil || h.output != nil {
		return nil
	}
	if f := h.last.Noted(); f != nil {
		return f
	}
	return nil
}

// newRaces returns how many data races were found since Begin or the last call.
func (h *House) newRaces() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.races
	h.races = Races()
	return h.races - before
}

// RacesFound says that there were so many.
func RacesFound(n int) string {
	if n == 1 {
		return "the race detector has found a data race"
	}
	return fmt.Sprintf("the race detector has found %d data races", n)
}

// keepWritten returns what puts GinkgoWriter back as it is: what comes into it is the role's.
func keepWritten() (undo func()) {
	w, ok := ginkgo.GinkgoWriter.(interface {
		Truncate()
		Bytes() []byte
	})
	if !ok {
		return func() {}
	}
	before := w.Bytes()
	return func() {
		w.Truncate()
		if len(before) > 0 {
			_, _ = ginkgo.GinkgoWriter.Write(before) // it takes everything
		}
	}
}
