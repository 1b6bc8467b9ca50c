package mnginkgo

import (
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
)

// Clock is a role's clock: the machine's, plus what SkewClock has set. Code that is to be
// tested with clocks that differ takes the time from Env.Clock.
type Clock struct{ skew atomic.Int64 }

// Now returns the time. It has no monotonic part, and so jumps when the skew changes.
func (c *Clock) Now() time.Time { return time.Now().Round(0).Add(time.Duration(c.skew.Load())) }

// Since returns how much time has passed since t, by this clock.
func (c *Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// SkewClock sets the clock of a role ahead, or behind if by is negative. It replaces an
// earlier skew, outlives Restart, and may be set while the role does not run.
func (c *Cluster) SkewClock(role string, by time.Duration) {
	ginkgo.GinkgoHelper()
	c.use("SkewClock")
	c.must(c.cast.SkewClock(c.context(), c.setSkew, role, by))
}
