package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Start boots the nodes of roles that have none, all at once, and returns when they
// have booted. The roles must not run yet; after Crash, Kill or Leave too, Start gives a
// new incarnation.
func (c *Cluster) Start(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Start")
	c.must(c.start(c.context(), "start", roles))
}

// Leave has the nodes leave the cluster in good order, one after another, and
// returns when the others have let them go and they have stopped. Their machines stay on
// the network, as after Kill.
func (c *Cluster) Leave(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Leave")
	ctx := c.context()
	err := c.checkState("leave", roles, runningNow)
	if err == nil {
		c.note(ctx, "leave(%s)", strings.Join(roles, ", "))
	}
	for _, role := range roles {
		if err == nil {
			err = c.order(ctx, role, seat.Leave)
			if err == nil {
				c.setState(role, left)
				err = c.process(ctx, role, stage.Deed{Kind: stage.Retire})
			}
			if err == nil {
				err = c.stage.Desert(ctx, role)
			}
			err = wrap(err, "leave(%s)", role)
		}
	}
	c.must(err)
}

// Crash ends the nodes at once, all at the same time and without a word to anyone, and
// their machines with them. After it returns, nothing that they ever sent is delivered.
// Isolated roles' processes are killed with SIGKILL, and have ended when it returns. On the
// network there is silence: connections with the node stall and new ones are not refused, as
// nobody is there to say so, until they time out or the role is started again. Kill leaves
// the machines.
func (c *Cluster) Crash(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Crash")
	c.must(c.crash(c.context(), "crash", crashed, roles))
}

// Kill ends the nodes as Crash does, but not their machines, which go on as those of
// processes that have died: they reset all connections with the node, also those whose
// other end only waits for data, and refuse new ones with ECONNREFUSED, and datagrams, until
// the role is started again. What a cut or another fault keeps from a peer it learns
// when it sends. A process that ends by itself, or by Exit, leaves its machine like that,
// too. Frames that a node sends by itself, as actors do, just find nobody.
func (c *Cluster) Kill(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Kill")
	c.must(c.crash(c.context(), "kill", killed, roles))
}

// Restart crashes the node of a role, if it runs, and boots a new incarnation of it
// at the same address.
func (c *Cluster) Restart(roles ...string) {
	ginkgo.GinkgoHelper()
	c.use("Restart")
	ctx := c.context()
	err := c.checkState("restart", roles, runningNow, paused, crashed, killed, left, exited)
	if err == nil {
		running := slices.DeleteFunc(slices.Clone(roles), func(role string) bool {
			return !slices.Contains([]lifeState{runningNow, paused}, c.stateOf(role))
		})
		if len(running) > 0 {
			err = c.crash(ctx, "restart: crash", crashed, running)
		}
	}
	if err == nil {
		err = c.start(ctx, "restart: start", roles)
	}
	c.must(err)
}

func (c *Cluster) start(ctx context.Context, verb string, roles []string) error {
	if err := c.checkState(verb, roles, notStarted, crashed, killed, left, exited); err != nil {
		return err
	}
	c.note(ctx, "%s(%s)", verb, strings.Join(roles, ", "))
	report := c.reportFor(ctx)
	ctx, end := c.awaited(ctx)
	defer end()
	group, ctx := errgroup.WithContext(ctx)
	for _, role := range roles {
		request := seat.BootRequest{
			Plan: c.plan.ordinal, Role: role, Spec: c.spec, Report: report, Incarnation: c.nextIncarnation(role),
			Seed: c.seed, DataDir: c.data.Of(role), Skew: c.skewOf(role), Waits: durations.Lend(),
		}
		group.Go(func() error {
			if err := c.renew(ctx, role); err != nil {
				return wrap(err, "boot %s", role)
			}
			before := c.stateOf(role)
			if before != notStarted {
				if err := c.stage.Reclaim(ctx, role); err != nil {
					return wrap(err, "boot %s", role)
				}
			}
			c.setState(role, booting)
			c.setUnfinished(role, true)
			a, err := call(ctx, c, role, seat.Boot, request)
			if err == nil {
				c.setUnfinished(role, false)
				err = a.Err()
			}
			if err == nil {
				before = runningNow
			}
			c.setState(role, before)
			if a.Defaulted {
				c.defaulted.Store(true)
			}
			return wrap(err, "boot %s", role)
		})
	}
	return group.Wait()
}

// crash ends nodes, and their machines unless the next state is killed.
func (c *Cluster) crash(ctx context.Context, verb string, next lifeState, roles []string) error {
	if err := c.checkState(verb, roles, runningNow, paused); err != nil {
		return err
	}
	c.note(ctx, "%s(%s)", verb, strings.Join(roles, ", "))
	ctx, end := c.awaited(ctx)
	defer end()
	group, ctx := errgroup.WithContext(ctx)
	for _, role := range roles {
		c.setState(role, next)
		group.Go(func() error {
			c.setUnfinished(role, true)
			err := c.stage.Crash(ctx, role)
			if err == nil && next == killed {
				err = c.stage.Desert(ctx, role)
			}
			c.setUnfinished(role, ctx.Err() != nil)
			if lost := c.lossOf(role); lost != nil {
				err = lost
			}
			return wrap(err, "%s(%s)", verb, role)
		})
	}
	return group.Wait()
}

// unstopped returns the roles that have a node that runs, or a boot or a crash that was given up
// and may go on.
func (c *Cluster) unstopped() (roles []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, role := range c.plan.roles {
		if r := c.roles[role]; r.lost == nil && (r.state == runningNow || r.unfinished) {
			roles = append(roles, role)
		}
	}
	return roles
}

func (c *Cluster) setUnfinished(role string, is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roles[role].unfinished = is
}

// stopAll ends the nodes of roles when the spec is over.
func (c *Cluster) stopAll(ctx context.Context, roles []string, how seat.StopRequest) error {
	ctx, end := c.awaited(ctx)
	defer end()
	var group errgroup.Group
	errs := make([]error, len(roles))
	for i, role := range roles {
		group.Go(func() error {
			a, err := call(ctx, c, role, seat.Stop, how)
			if err == nil {
				err = a.Err()
			}
			c.setState(role, stopped)
			errs[i] = wrap(err, "stop %s", role)
			return nil
		})
	}
	return errors.Join(group.Wait(), errors.Join(errs...))
}

// order has a role's process do something that takes nothing and returns what went wrong.
func (c *Cluster) order(ctx context.Context, role string, method seat.Method[seat.Nothing, seat.Answer]) error {
	ctx, end := c.awaited(ctx)
	defer end()
	a, err := call(ctx, c, role, method, seat.Nothing{})
	if err != nil {
		return err
	}
	return a.Err()
}

// reportFor returns the report of the spec for the processes of its roles.
func (c *Cluster) reportFor(ctx context.Context) []byte {
	if spec, ok := ctx.(ginkgo.SpecContext); ok && c.plan.parallel {
		return reportJSON(spec.SpecReport())
	}
	return nil
}

// checkState returns an error unless the roles exist, are all different, and each in
// one of the allowed states.
func (c *Cluster) checkState(verb string, roles []string, allowed ...lifeState) error {
	if len(roles) == 0 {
		return fmt.Errorf("%s needs a role: the roles are %s", verb, strings.Join(c.plan.roles, ", "))
	}
	for i, role := range roles {
		if err := knownRole(c.plan.roles, role); err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
		if slices.Contains(roles[:i], role) {
			return fmt.Errorf("%s: role %q is named twice", verb, role)
		}
		if state := c.stateOf(role); !slices.Contains(allowed, state) {
			return fmt.Errorf("%s: role %q is %s; it must be %s", verb, role, state, c.joinStates(allowed))
		}
	}
	return nil
}

// joinStates names those of the states that a role of this cluster can be in.
func (c *Cluster) joinStates(states []lifeState) string {
	var names []string
	for _, s := range states {
		if c.plan.isolated || s != paused && s != exited {
			names = append(names, string(s))
		}
	}
	return strings.Join(names, " or ")
}

func (c *Cluster) nextIncarnation(role string) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roles[role].incarnation++
	return c.roles[role].incarnation
}

func (c *Cluster) stateOf(role string) lifeState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.roles[role].state
}

func (c *Cluster) setState(role string, state lifeState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.roles[role].lost == nil {
		c.roles[role].state = state
	}
}

// note remembers a verb, for messages and the timeline.
func (c *Cluster) note(ctx context.Context, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	c.mu.Lock()
	c.done = append(c.done, text)
	c.mu.Unlock()
	_ = c.stage.Note(ctx, text) // a broker that is gone is reported by the verb itself
}

// must fails the spec, at the line of the verb's caller, if there is an error. A Nemesis fails it at
// the line of Unleash.
func (c *Cluster) must(err error) {
	ginkgo.GinkgoHelper()
	if lost := c.losses(); err != nil && len(lost) > 0 {
		failHere(lossText(lost), 1) // whatever else went wrong is a consequence
	}
	if err == nil {
		return
	}
	if n, is := c.working.Load(rolecode.GoroutineID()); is {
		n.(*Nemesis).fail(err)
	}
	switch state := stateOf(err); {
	case state == types.SpecStateSkipped && rolecode.InGinkgosGoroutine(): // elsewhere it would hide what fails later
		ginkgo.Skip(err.Error(), 1)
	case state == types.SpecStateAborted:
		ginkgo.AbortSuite(err.Error(), 1)
	}
	failHere(err.Error(), 1)
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
