package rolecode

import (
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

// House is a process that hosts roles of other processes' specs, one at a time. While it does,
// what Ginkgo's functions do and what is printed is the role's.
type House struct {
	suite  *innards.Suite // nil if Ginkgo is not known
	output *os.File       // takes what is printed meanwhile; nil if somebody reads that always

	mu    sync.Mutex
	undo  []func()
	races int // found before
	last  *Owner
	waits int // of a process with specs of its own, which does nothing meanwhile

	said atomic.Pointer[process.Output] // takes what is written to GinkgoWriter
}

// NewHouse returns a House. What is printed while it hosts a role goes to output, if that is
// not nil.
func NewHouse(suite *innards.Suite, output *os.File) *House {
	h := &House{suite: suite, output: output}
	if suite != nil {
		HearSteps(suite)
	}
	ginkgo.GinkgoWriter.TeeTo(h)
	return h
}

// Write takes what is written to GinkgoWriter.
func (h *House) Write(p []byte) (int, error) {
	if to := h.said.Load(); to != nil {
		return to.Write(p)
	}
	return len(p), nil
}

// Begin begins to host a role of the spec with that report.
func (h *House) Begin(o *Owner, backstage stage.Backstage, report types.SpecReport) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late()
	h.last = o
	h.races = races()
	SetResident(o)
	h.undo = append(h.undo, keepWritten())
	say := func(text string) { backstage.Log(stage.Entry{Time: time.Now(), Role: o.Role, Text: text}) }
	if h.suite != nil {
		h.undo = append(h.undo, h.suite.Act(report))
		ownReporter.say.Store(&say)
		h.undo = append(h.undo, func() { ownReporter.say.Store(nil) })
	}
	h.said.Store(process.NewOutput(func(line string) { say(stage.Printed + line) }, nil))
	if h.output != nil {
		h.undo = append(h.undo, redirect(h.output))
	}
}

// End ends what Begin has begun.
func (h *House) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end()
}

func (h *House) end() {
	if len(h.undo) == 0 {
		return
	}
	for _, undo := range h.undo {
		undo()
	}
	h.undo = nil
	if to := h.said.Swap(nil); to != nil {
		to.End()
	}
	SetResident(nil)
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

// Late tells of what Fail has noted in what the last role has left running. It does nothing while
// the process is at specs of its own, whose failure it may be.
func (h *House) Late() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late()
}

func (h *House) late() {
	if h.last == nil || h.output != nil && h.waits == 0 {
		return
	}
	if f := h.last.Noted(); f != nil {
		h.last.tell(f)
	}
}

// LastFailure returns what Late would tell, or nil, when there is nobody to tell any more.
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

// NewRaces returns how many data races were found since Begin or the last call.
func (h *House) NewRaces() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.races
	h.races = races()
	return h.races - before
}

// Races returns how many data races were found in this process.
func Races() int { return races() }

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
