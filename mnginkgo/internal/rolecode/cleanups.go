package rolecode

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Cleanups are what code on roles has deferred with DeferCleanup, and so with TempDir, Setenv,
// Chdir and Cleanup of GinkgoT(), and with DeferOnFailure.
type Cleanups struct {
	mu     sync.Mutex
	list   []deferred
	before uint       // what was deferred by others, up to that number
	failed []deferred // of DeferOnFailure, in a process that hosts one role
	atWork []*deferring
}

// deferred is a clean-up, and whose code has deferred it.
type deferred struct {
	*deferring
	undo func(ginkgo.SpecContext)
}

// deferring is code of an owner that may defer something. Ginkgo does not tell who does: it may
// be that of any other owner that was at work at the same time.
type deferring struct {
	owner  *Owner
	others map[string]bool // their roles
}

// During lets code of the owner's that runs in this process defer what it undoes, and takes that
// from Ginkgo, which would do it too early, when end is called, or when the wait of ctx is over.
//
// Where somebody else may defer something meanwhile, only the permission is given: what is deferred
// may be the spec's own, and Ginkgo does it.
func (c *Cleanups) During(ctx context.Context, o *Owner) (end func()) {
	if o.suite == nil {
		return func() {}
	}
	forbid := o.suite.Permit()
	if o.alone {
		take := c.collect(o)
		return func() { take(); forbid() }
	}
	w, _ := ctx.Value(waitKey{}).(*wait)
	if w == nil {
		return forbid
	}
	take := w.during(func() (take func()) { return c.collect(o) })
	return func() { take(); forbid() }
}

// collect has take keep what is deferred between now and then.
func (c *Cleanups) collect(o *Owner) (take func()) {
	d, suite := c.begin(o), o.suite
	last := suite.LastDeferred()
	return func() {
		taken := suite.TakeCleanups(last)
		var failed []func(ginkgo.SpecContext)
		if o.alone { // elsewhere Ginkgo does it for the spec
			failed = suite.TakeOnFailure(last)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.atWork = slices.DeleteFunc(c.atWork, func(other *deferring) bool { return other == d })
		for _, undo := range taken {
			c.list = append(c.list, deferred{d, undo})
		}
		for _, do := range failed {
			c.failed = append(c.failed, deferred{d, do})
		}
	}
}

func (c *Cleanups) begin(o *Owner) *deferring {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := &deferring{o, map[string]bool{}}
	for _, other := range c.atWork {
		other.others[o.Role], d.others[other.owner.Role] = true, true
	}
	c.atWork = append(c.atWork, d)
	return d
}

// who returns the role, or those of which it is one.
func (d *deferring) who() string {
	delete(d.others, d.owner.Role)
	return strings.Join(append([]string{d.owner.Role}, slices.Sorted(maps.Keys(d.others))...), " or ")
}

// Begin notes what was deferred before, in a process that hosts a role.
func (c *Cleanups) Begin(o *Owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.suite != nil {
		c.before = o.suite.LastDeferred()
	}
}

// Sweep takes what was deferred since Begin by goroutines, between two calls.
func (c *Cleanups) Sweep(o *Owner) {
	if o.suite == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, undo := range o.suite.TakeCleanups(c.before) {
		c.list = append(c.list, deferred{&deferring{owner: o}, undo})
	}
	_ = o.suite.TakeOnFailure(c.before) // it is too late for that
}

// Failed runs what is to be done when the spec has failed, before its nodes are stopped, and
// returns what has failed.
func (c *Cleanups) Failed(ctx context.Context) []*stage.Failure {
	c.mu.Lock()
	list := c.failed
	c.failed = nil
	c.mu.Unlock()
	return run(ctx, list)
}

// Run runs what was deferred, the latest first, and returns what has failed. What is to be done
// when the spec fails is forgotten.
func (c *Cleanups) Run(ctx context.Context) []*stage.Failure {
	c.mu.Lock()
	list := c.list
	c.list, c.failed = nil, nil
	c.mu.Unlock()
	return run(ctx, list)
}

func run(ctx context.Context, list []deferred) (failures []*stage.Failure) {
	for _, d := range slices.Backward(list) {
		f := d.owner.Do(ctx, "cleaning up", func(ctx context.Context) { d.undo(NewContext(ctx, nil)) })
		if f != nil {
			f.Role = d.who()
			failures = append(failures, f)
		}
	}
	return failures
}
