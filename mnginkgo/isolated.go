package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Pause stops the processes of isolated roles, and all that they have started, with SIGSTOP
// and returns when none of them runs any more. That includes daemons, unless one was started
// with an environment of its own. A paused node keeps its memory and its connections and does nothing. It has
// no say in what a matcher finds of the Cluster. A crash or cut does not take back what
// a paused process has read already: it may handle that once it goes on. It does not
// answer a dial, either.
func (c *Cluster) Pause(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Pause")
	c.must(c.each("pause", roles, []lifeState{runningNow}, paused, stage.Deed{Kind: stage.Pause}))
}

// Resume lets paused processes go on, with SIGCONT.
func (c *Cluster) Resume(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Resume")
	err := c.each("resume", roles, []lifeState{paused}, runningNow, stage.Deed{Kind: stage.Resume})
	for _, role := range roles {
		if err == nil {
			_, err = call(c.context(), c, role, seat.Skew, c.skewOf(role)) // it may have been set meanwhile
		}
	}
	c.must(err)
}

// Exit has the processes of isolated roles exit with the code, as os.Exit does, and
// returns when they have ended. After it returns, nothing that they ever sent is
// delivered, and for others it is like Kill. The code is 0 to 255.
func (c *Cluster) Exit(code int, roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Exit")
	if code < 0 || code > 255 {
		failHere(fmt.Sprintf("exit(%d, %s): an exit code is 0 to 255", code, strings.Join(roles, ", ")), 1)
	}
	c.must(c.each("exit", roles, []lifeState{runningNow}, exited, stage.Deed{Kind: stage.Exit, Code: code}))
}

// MayExit says that the processes of isolated roles may end by themselves until the
// roles are started again, whatever ends them. Such an end is no failure; HaveExited and
// HaveBeenKilled tell about it. A body with a *Node that its process's end ended is over.
func (c *Cluster) MayExit(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("MayExit")
	c.must(c.each("may-exit", roles, []lifeState{runningNow}, "", stage.Deed{Kind: stage.MayExit}))
}

// each does a deed to the processes of roles, all at once, which are then in the state
// next, if there is one.
func (c *Cluster) each(verb string, roles []string, from []lifeState, next lifeState, deed stage.Deed) error {
	if !c.plan.isolated {
		return fmt.Errorf("%s(%s): needs a process for each role alone: MultiNode(Roles(...), Parallel(Isolated()))",
			verb, strings.Join(roles, ", "))
	}
	if err := c.checkState(verb, roles, from...); err != nil {
		return err
	}
	ctx := c.context()
	arguments := roles
	if deed.Kind == stage.Exit {
		arguments = slices.Insert(slices.Clone(roles), 0, fmt.Sprint(deed.Code))
	}
	c.note(ctx, "%s(%s)", verb, strings.Join(arguments, ", "))
	group, ctx := errgroup.WithContext(ctx)
	for _, role := range roles {
		// What is on its way to stop is not to be asked, and what goes on not before it does.
		if next != "" && next != runningNow {
			c.setState(role, next)
		}
		group.Go(func() error {
			err := c.process(ctx, role, deed)
			if next == runningNow && err == nil {
				c.setState(role, next)
			}
			return wrap(err, "%s(%s)", verb, role)
		})
	}
	return group.Wait()
}

// process does a deed to the process of an isolated role.
func (c *Cluster) process(ctx context.Context, role string, deed stage.Deed) error {
	if !c.plan.isolated {
		return nil
	}
	err := c.stage.Process(ctx, role, deed)
	if lost := c.lossOf(role); lost != nil {
		return lost
	}
	return err
}

// renew gives an isolated role a process, if it has none.
func (c *Cluster) renew(ctx context.Context, role string) error {
	err := c.process(ctx, role, stage.Deed{Kind: stage.Renew})
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.roles[role].end = nil
	}
	return err
}

// resumeAll lets all go on that are paused.
func (c *Cluster) resumeAll(ctx context.Context) error {
	var errs []error
	for _, role := range c.plan.roles {
		if c.stateOf(role) == paused {
			errs = append(errs, wrap(c.process(ctx, role, stage.Deed{Kind: stage.Resume}), "resume(%s)", role))
			c.setState(role, runningNow)
		}
	}
	return errors.Join(errs...)
}

// ended notes how the process of an isolated role has ended.
func (c *Cluster) ended(end stage.End) {
	c.mu.Lock()
	defer c.mu.Unlock()
	role := c.roles[end.Role]
	role.end = &end
	if end.Planned && (role.state == runningNow || role.state == paused) {
		role.state = exited
	}
}
