package rolecode

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
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
	innards.Deferred
}

// deferring is code of an owner that may defer something. Ginkgo does not tell who does: it may
// be that of any other owner that was at work at the same time.
type deferring struct {
	owner  *Owner
	others map[string]bool // their roles
	depth  int             // how many clean-ups are around it
}

// deepest bounds how deep clean-ups may defer clean-ups: one that defers itself would go on for ever.
const deepest = 100

// During lets code of the owner's that runs in this process defer what it undoes, and takes that
// from Ginkgo, which would do it too early, when end is called, or when the wait of ctx is over.
//
// Where somebody else may defer something meanwhile, only the permission is given: what is deferred
// may be the spec's own, and Ginkgo does it.
func (c *Cleanups) During(ctx context.Context, o *Owner) (end func()) {
	return c.during(ctx, &deferring{owner: o, others: map[string]bool{}})
}

func (c *Cleanups) during(ctx context.Context, d *deferring) (end func()) {
	o := d.owner
	if o.suite == nil {
		return func() {}
	}
	forbid := o.suite.Permit()
	if o.alone {
		take := c.collect(d)
		return func() { take(); forbid() }
	}
	w, _ := ctx.Value(waitKey{}).(*wait)
	if w == nil {
		return forbid
	}
	take := w.during(func() (take func()) { return c.collect(d) })
	return func() { take(); forbid() }
}

// collect has take keep what is deferred between now and then.
func (c *Cleanups) collect(d *deferring) (take func()) {
	c.begin(d)
	suite := d.owner.suite
	last := suite.LastDeferred()
	return func() {
		taken := suite.TakeCleanups(last)
		var failed []innards.Deferred
		if d.owner.alone { // elsewhere Ginkgo does it for the spec
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

func (c *Cleanups) begin(d *deferring) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.atWork {
		other.others[d.owner.Role], d.others[other.owner.Role] = true, true
	}
	c.atWork = append(c.atWork, d)
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
		c.list = append(c.list, deferred{&deferring{owner: o, others: map[string]bool{}}, undo})
	}
	_ = o.suite.TakeOnFailure(c.before) // it is too late for that
}

// Failed runs what is to be done when the spec has failed, before its nodes are stopped, and
// returns what has failed.
func (c *Cleanups) Failed(ctx context.Context) []*stage.Failure { return c.run(ctx, &c.failed) }

// Run runs what was deferred, the latest first, and returns what has failed. What that defers comes
// right after it. What is to be done when the spec fails is forgotten.
func (c *Cleanups) Run(ctx context.Context) []*stage.Failure {
	failures := c.run(ctx, &c.list)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = nil
	return failures
}

func (c *Cleanups) run(ctx context.Context, list *[]deferred) (failures []*stage.Failure) {
	for {
		d, is := c.pop(list)
		if !is {
			return failures
		}
		if f := c.undo(ctx, d); f != nil {
			f.Role = d.who()
			failures = append(failures, f)
		}
	}
}

func (c *Cleanups) pop(list *[]deferred) (latest deferred, is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(*list) == 0 {
		return deferred{}, false
	}
	last := 0
	for i, d := range *list {
		if d.Number > (*list)[last].Number {
			last = i
		}
	}
	latest = (*list)[last]
	*list = slices.Delete(*list, last, last+1)
	return latest, true
}

func (c *Cleanups) undo(ctx context.Context, d deferred) *stage.Failure {
	if d.depth > deepest {
		return d.owner.at(d.At, "clean-ups defer clean-ups without an end")
	}
	defer c.during(ctx, &deferring{d.owner, maps.Clone(d.others), d.depth + 1})()
	overdue := fmt.Errorf("the clean-up was not done after %v, its NodeTimeout", d.NodeTimeout)
	if d.NodeTimeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, d.NodeTimeout, overdue)
		defer cancel()
		ctx = limited
	}
	f := d.owner.Do(ctx, "cleaning up", nil, func(ctx context.Context) { d.Body(NewContext(ctx, nil)) })
	if noted := d.owner.notedAt(d.At); f == nil {
		f = noted
	}
	if errors.Is(context.Cause(ctx), overdue) {
		switch {
		case f == nil:
			f = d.owner.at(d.At, overdue.Error())
		case f.Kind != stage.Stuck: // which says why its context has ended
			f.Message = overdue.Error() + "\nand then: " + f.Message
		}
	}
	if f != nil && (f.File == "" || isGo(f.File)) {
		f.File, f.Line = d.At.FileName, d.At.LineNumber
	}
	return f
}
