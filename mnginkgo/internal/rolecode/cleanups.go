package rolecode

import (
	"context"
	"slices"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Cleanups are what code on roles has deferred with DeferCleanup, and so with TempDir, Setenv,
// Chdir and Cleanup of GinkgoT().
type Cleanups struct {
	mu   sync.Mutex
	list []deferred
}

// deferred is a clean-up, and whose code has deferred it.
type deferred struct {
	owner *Owner
	undo  func(ginkgo.SpecContext)
}

// During lets code of the owner's that runs in this process defer what it undoes, and takes that
// from Ginkgo, which would do it too early, when end is called.
func (c *Cleanups) During(o *Owner) (end func()) {
	suite := o.suite
	if suite == nil {
		return func() {}
	}
	forbid, last := suite.Permit(), suite.LastCleanup()
	return func() {
		taken := suite.TakeCleanups(last)
		forbid()
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, undo := range taken {
			c.list = append(c.list, deferred{o, undo})
		}
	}
}

// Run runs what was deferred, the latest first, and returns what has failed.
func (c *Cleanups) Run(ctx context.Context) (failures []*stage.Failure) {
	c.mu.Lock()
	list := c.list
	c.list = nil
	c.mu.Unlock()
	for _, d := range slices.Backward(list) {
		f := d.owner.Do(ctx, "cleaning up", func(ctx context.Context) { d.undo(NewContext(ctx, nil)) })
		if f != nil {
			failures = append(failures, f)
		}
	}
	return failures
}
