package rolecode

import (
	"context"
	"slices"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Cleanups are what code on roles has deferred with DeferCleanup, and so with TempDir, Setenv,
// Chdir and Cleanup of GinkgoT().
type Cleanups struct {
	mu   sync.Mutex
	list []func(ginkgo.SpecContext)
}

// During lets code that runs in the suite's process defer what it undoes, and takes that from
// Ginkgo, which would do it too early, when end is called.
func (c *Cleanups) During(suite *innards.Suite) (end func()) {
	if suite == nil {
		return func() {}
	}
	forbid, last := suite.Permit(), suite.LastCleanup()
	return func() {
		taken := suite.TakeCleanups(last)
		forbid()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.list = append(c.list, taken...)
	}
}

// Run runs what was deferred, the latest first, as code of the owner, and returns what has
// failed.
func (c *Cleanups) Run(ctx context.Context, o *Owner) (failures []*stage.Failure) {
	c.mu.Lock()
	list := c.list
	c.list = nil
	c.mu.Unlock()
	for _, cleanup := range slices.Backward(list) {
		f := o.Do(ctx, "cleaning up", func(ctx context.Context) { cleanup(NewContext(ctx, nil)) })
		if f != nil {
			failures = append(failures, f)
		}
	}
	return failures
}
