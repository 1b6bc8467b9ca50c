package mnginkgo

import (
	"context"
	"slices"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// Traffic counts the frames that pass some links from one moment on; see Links.Traffic.
type Traffic struct {
	links *Links
	since traffic
}

// traffic is what links have carried.
type traffic struct {
	passed  uint64
	dropped map[string]uint64 // frames, by reason
}

// Traffic begins to count the frames that pass the links: those that are let through to
// the receiver's queue. Frames that are dropped do not count, and those that are held or
// delayed do once they are let go. A frame that its receiver then drops, as one whose reader is
// behind, has passed and was dropped.
//
//	traffic := cluster.Link("a", "b").Traffic()
//	...
//	Expect(traffic).To(HaveFrames(0))
func (l *Links) Traffic() *Traffic {
	l.owner().use("Traffic")
	since, err := l.carried()
	l.cluster.must(stage.Wrap(err, "traffic of %s", l.text))
	return &Traffic{l, since}
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
	now, err := t.links.carried()
	return now.passed - t.since.passed, err
}

// Dropped returns how many frames were dropped since, by the reason that the report of a failed
// spec has for it; none is not there:
//
//	"loss", "cut", "mtu"...                    by a fault of the links
//	"reader behind at :9, buffer 256 KiB"      datagrams that a role did not read in time
//	"no reader at :9"                          datagrams for a port that it does not listen at
//	"no reader at a picked port (49152+)"      the same, as of answers to a socket that was closed
//	"listener behind at :80, 1024 wait"        connections that a role did not accept in time
//
// What a role itself drops is counted soon after, from its process as well:
//
//	Eventually(traffic.Dropped).Should(HaveKeyWithValue(HavePrefix("reader behind"), BeNumerically(">", 0)))
func (t *Traffic) Dropped() (map[string]uint64, error) {
	if err := t.owner().usableBy("Dropped"); err != nil {
		return nil, err
	}
	now, err := t.links.carried()
	if err != nil {
		return nil, err
	}
	for reason, before := range t.since.dropped {
		if now.dropped[reason] -= before; now.dropped[reason] == 0 {
			delete(now.dropped, reason)
		}
	}
	return now.dropped, nil
}

// actual implements what matchers ask of what belongs to a spec.
func (t *Traffic) actual() sight.Actual { return sight.Actual{Frames: t.Frames} }

// actual counts the frames since the spec began.
func (l *Links) actual() sight.Actual { return (&Traffic{links: l}).actual() }

// String names the links.
func (t *Traffic) String() string {
	if t == nil {
		return "traffic of nil"
	}
	return "traffic of " + t.links.text
}

func (l *Links) carried() (traffic, error) {
	sum := traffic{dropped: map[string]uint64{}}
	if l.err != nil {
		return sum, gomega.StopTrying(l.err.Error()) // it does not change
	}
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout)
	defer cancel()
	stats, err := stage.Stats.Ask(ctx, l.cluster.stage, stage.Nothing{})
	links := l.links()
	for _, s := range stats {
		if !slices.Contains(links, transport.Link{From: s.From, To: s.To}) {
			continue
		}
		sum.passed += s.Passed
		for reason, d := range s.Dropped {
			sum.dropped[reason] += d.Frames
		}
	}
	return sum, err
}
