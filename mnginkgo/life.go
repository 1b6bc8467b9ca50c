package mnginkgo

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Start boots the nodes of roles that have none, all at once, and returns when they
// have booted. The roles must not run yet; after Crash, Kill or Leave too, Start gives a
// new incarnation.
func (c *Cluster) Start(roles ...string) {
	c.use("Start")
	c.must(c.actWithBoot(c.context(), c.cast.Start, roles...))
}

// Leave has the nodes leave the cluster in good order, one after another, and
// returns when the others have let them go and they have stopped. Their machines stay on
// the network, as after Kill.
func (c *Cluster) Leave(roles ...string) {
	c.use("Leave")
	c.must(c.act(func(ctx context.Context, roles ...string) error {
		return c.cast.Leave(ctx, func(ctx context.Context, role string) error {
			return order(ctx, c, role, seat.Leave, seat.Nothing{})
		}, roles...)
	}, roles...))
}

// Crash ends the nodes at once, all at the same time and without a word to anyone, and
// their machines with them. After it returns, nothing that they ever sent is delivered.
// Isolated roles' processes are killed with SIGKILL, and have ended when it returns. On the
// network there is silence: connections with the node stall and new ones are not refused, as
// nobody is there to say so, until they time out or the role is started again. Kill leaves
// the machines.
func (c *Cluster) Crash(roles ...string) {
	c.use("Crash")
	c.must(c.act(c.cast.Crash, roles...))
}

// Kill ends the nodes as Crash does, but not their machines, which go on as those of
// processes that have died: they reset all connections with the node, also those whose
// other end only waits for data, and refuse new ones with ECONNREFUSED, and datagrams, until
// the role is started again. What a cut or another fault keeps from a peer it learns
// when it sends. A process that ends by itself, or by Exit, leaves its machine like that,
// too. Frames that a node sends by itself, as actors do, just find nobody.
func (c *Cluster) Kill(roles ...string) {
	c.use("Kill")
	c.must(c.act(c.cast.Kill, roles...))
}

// Restart crashes the node of a role, if it runs, and boots a new incarnation of it
// at the same address.
func (c *Cluster) Restart(roles ...string) {
	c.use("Restart")
	c.must(c.actWithBoot(c.context(), c.cast.Restart, roles...))
}

// Pause stops the processes of isolated roles, and all that they have started, with SIGSTOP
// and returns when none of them runs any more. That includes daemons, unless one was started
// with an environment of its own. A paused node keeps its memory and its connections and does nothing. It has
// no say in what a matcher finds of the Cluster. A crash or cut does not take back what
// a paused process has read already: it may handle that once it goes on. It does not
// answer a dial, either.
func (c *Cluster) Pause(roles ...string) {
	c.use("Pause")
	c.must(c.cast.Pause(c.context(), roles...))
}

// Resume lets paused processes go on, with SIGCONT.
func (c *Cluster) Resume(roles ...string) {
	c.use("Resume")
	c.must(c.cast.Resume(c.context(), c.setSkew, roles...))
}

// Exit has the processes of isolated roles exit with the code, as os.Exit does, and
// returns when they have ended. After it returns, nothing that they ever sent is
// delivered, and for others it is like Kill. The code is 0 to 255.
func (c *Cluster) Exit(code int, roles ...string) {
	c.use("Exit")
	c.must(c.cast.Exit(c.context(), code, roles...))
}

// MayExit says that the processes of isolated roles may end by themselves until the
// roles are started again, whatever ends them. Such an end is no failure; HaveExited and
// HaveBeenKilled tell about it. A body with a *Node that its process's end ended is over.
func (c *Cluster) MayExit(roles ...string) {
	c.use("MayExit")
	c.must(c.cast.MayExit(c.context(), roles...))
}

// SkewClock sets the clock of a role ahead, or behind if by is negative. It replaces an
// earlier skew, outlives Restart, and may be set while the role does not run.
func (c *Cluster) SkewClock(role string, by time.Duration) {
	c.use("SkewClock")
	c.must(c.cast.SkewClock(c.context(), c.setSkew, role, by))
}

// act does a verb of the cast in the context of the Ginkgo node that runs, which waits for it.
func (c *Cluster) act(verb func(ctx context.Context, roles ...string) error, roles ...string) error {
	ctx, end := c.awaited(c.context())
	defer end()
	return verb(ctx, roles...)
}

// actWithBoot is act for a verb that boots nodes.
func (c *Cluster) actWithBoot(ctx context.Context, verb func(ctx context.Context, boot cast.Boot, roles ...string) error, roles ...string) error {
	boot := c.boot(ctx)
	ctx, end := c.awaited(ctx)
	defer end()
	return verb(ctx, boot, roles...)
}

// boot returns what boots nodes, for which it tells them of the spec that a context is of.
func (c *Cluster) boot(ctx context.Context) cast.Boot {
	report := c.reportFor(ctx)
	return func(ctx context.Context, life cast.Life) (answered bool, err error) {
		request := seat.BootRequest{
			Plan: c.number, Role: life.Role, Spec: c.spec, Report: report, Incarnation: life.Incarnation,
			Seed: c.seed, DataDir: c.data.Of(life.Role), Skew: life.Skew, Waits: durations.Lend(),
		}
		a, err := call(ctx, c, life.Role, seat.Boot, request)
		if err != nil {
			return false, err
		}
		if a.Defaulted {
			c.defaulted.Store(true)
		}
		return true, a.Err()
	}
}

// reportFor returns the report of the spec for the processes of its roles.
func (c *Cluster) reportFor(ctx context.Context) []byte {
	if spec, ok := ctx.(ginkgo.SpecContext); ok && c.roles.Parallel {
		return reportJSON(spec.SpecReport())
	}
	return nil
}

func (c *Cluster) setSkew(ctx context.Context, role string, by time.Duration) error {
	_, err := call(ctx, c, role, seat.Skew, by)
	return err
}

// stopAll ends the nodes of roles when the spec is over.
func (c *Cluster) stopAll(ctx context.Context, roles []string, how seat.StopRequest) error {
	ctx, end := c.awaited(ctx)
	defer end()
	return c.cast.Stop(ctx, func(ctx context.Context, role string) error {
		return order(ctx, c, role, seat.Stop, how)
	}, roles...)
}

// runBody runs a body that takes a *Node on every role whose node runs. The first
// failure ends the others and fails the spec.
func (c *Cluster) runBody(ctx ginkgo.SpecContext, ordinal int, where types.CodeLocation) {
	if err := stage.BodiesBegin.Tell(ctx, c.stage, stage.Nothing{}); err != nil {
		failAt(types.SpecStateFailed, err.Error(), where)
	}
	request := seat.BodyRequest{Number: ordinal, Report: reportJSON(ctx.SpecReport()), Waits: durations.Lend()}
	awaited, end := c.awaited(ctx)
	defer end()
	awaited, over := c.mindLimit(awaited, "the body")
	defer over()
	group, groupCtx := errgroup.WithContext(awaited)
	for _, role := range c.cast.Running() {
		group.Go(func() error {
			a, err := call(groupCtx, c, role, seat.Body, request)
			switch {
			case c.cast.Loss(role) != nil:
				return c.cast.Loss(role)
			case err != nil && c.cast.State(role) == cast.Exited:
				return nil // it might
			case err != nil:
				return fmt.Errorf("on role %s: %w", role, err)
			case a.Failed:
				return &a.Fail
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		_ = stage.Flush.Tell(ctx, c.stage, stage.Nothing{}) // a loss that this is a consequence of may not have been told yet
		failWith(c.cast.Cause(err), where)
	}
}
