package mnginkgo

import (
	"context"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/7aca83c2/multinode/transport"
)

// Traffic counts the frames that pass some links from one moment on; see Links.Traffic.
type Traffic struct {
	links *Links
	since uint64
}

// Traffic begins to count the frames that pass the links: those that are let through to
// the receiver's queue. Frames that are dropped do not count, and those that are held or
// delayed do once they are let go.
//
//	traffic := cluster.Link("a", "b").Traffic()
//	...
//	Expect(traffic).To(HaveFrames(0))
func (l *Links) Traffic() *Traffic {
	ginkgo.GinkgoHelper()
	l.owner().use("Traffic")
	passed, err := l.passed()
	l.cluster.must(wrap(err, "traffic of %s", l.text))
	return &Traffic{l, passed}
}

func (t *Traffic) owner() *Cluster {
	if t == nil {
		return nil
	}
	return t.links.owner()
}

// Frames returns how many frames have passed since.
func (t *Traffic) Frames() (uint64, error) {
	if err := t.owner().usableBy("Frames"); err != nil {
		return 0, err
	}
	passed, err := t.links.passed()
	return passed - t.since, err
}

// String names the links.
func (t *Traffic) String() string {
	if t == nil {
		return "traffic of nil"
	}
	return "traffic of " + t.links.text
}

func (l *Links) passed() (uint64, error) {
	if l.err != nil {
		return 0, gomega.StopTrying(l.err.Error()) // it does not change
	}
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout)
	defer cancel()
	stats, err := l.cluster.stage.Stats(ctx)
	passed := uint64(0)
	for _, s := range stats {
		if slices.Contains(l.links, transport.Link{From: s.From, To: s.To}) {
			passed += s.Passed
		}
	}
	return passed, err
}

// HaveFrames holds when that many frames have passed. Its actual value is a *Traffic, or a
// *Links for all since the spec began. A matcher in place of the number is given a uint64:
// HaveFrames(BeNumerically("<", 100)).
func HaveFrames(n any) types.GomegaMatcher {
	inner, wrong := numberOrMatcher(n)
	return &framesMatcher{inner: inner, wrong: wrong}
}

type framesMatcher struct {
	inner types.GomegaMatcher
	wrong string // with its argument
	seen  uint64
}

// Match does what types.GomegaMatcher says.
func (m *framesMatcher) Match(actual any) (bool, error) {
	if err := misused("HaveFrames", actual); err != nil {
		return false, err
	}
	if err := refuse("HaveFrames", m.wrong); err != nil {
		return false, err
	}
	if l, ok := actual.(*Links); ok {
		actual = &Traffic{links: l}
	}
	t, ok := actual.(*Traffic)
	if !ok {
		return false, fmt.Errorf("HaveFrames needs a *Traffic or *Links, as of cluster.AllLinks(); got %T", actual)
	}
	var err error
	if m.seen, err = t.Frames(); err != nil {
		return false, err
	}
	return m.inner.Match(m.seen)
}

// FailureMessage does what types.GomegaMatcher says.
func (m *framesMatcher) FailureMessage(any) string {
	return "The number of frames that passed:\n" + m.inner.FailureMessage(m.seen)
}

// NegatedFailureMessage does what types.GomegaMatcher says.
func (m *framesMatcher) NegatedFailureMessage(any) string {
	return "The number of frames that passed:\n" + m.inner.NegatedFailureMessage(m.seen)
}
