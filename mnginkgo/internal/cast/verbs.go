package cast

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Life is one of a role, from its boot on.
type Life struct {
	Role        string
	Incarnation uint64        // from 1
	Skew        time.Duration // of its clock
}

// Boot boots a node. It reports whether the role has answered; otherwise the boot may go on.
type Boot func(ctx context.Context, life Life) (answered bool, err error)

// SetSkew has the node of a role skew its clock.
type SetSkew func(ctx context.Context, role string, by time.Duration) error

// Whom verbs are for.
var (
	alive     = []State{Running, Paused}
	gone      = []State{Crashed, Killed, Left, Exited}
	startable = slices.Concat([]State{NotStarted}, gone)
	had       = slices.Concat(alive, gone)
)

// begin checks a verb, and notes that it begins, with its arguments.
func (c *Cast) begin(ctx context.Context, verb string, roles, arguments []string, allowed ...State) (ended func(error) error, err error) {
	if err := c.check(verb, roles, allowed); err != nil {
		return nil, err
	}
	return c.note(ctx, fmt.Sprintf("%s(%s)", verb, strings.Join(arguments, ", "))), nil
}

// Start begins a life of each of the roles, and returns when their nodes have booted.
func (c *Cast) Start(ctx context.Context, boot Boot, roles ...string) error {
	return c.start(ctx, "start", boot, roles)
}

func (c *Cast) start(ctx context.Context, verb string, boot Boot, roles []string) error {
	ended, err := c.begin(ctx, verb, roles, roles, startable...)
	if err != nil {
		return err
	}
	return ended(each(ctx, roles, "boot %s", func(ctx context.Context, role string) error {
		life := Life{Role: role}
		c.change(role, func(p *part) {
			p.incarnation++
			life.Incarnation, life.Skew = p.incarnation, p.skew
		})
		if err := c.renew(ctx, role); err != nil {
			return err
		}
		before := c.State(role)
		if before != NotStarted {
			if err := stage.Reclaim.Tell(ctx, c.stage, role); err != nil {
				return err
			}
		}
		c.change(role, func(p *part) { p.state, p.unfinished = Booting, true })
		answered, err := boot(ctx, life)
		if err == nil {
			before = Running
		}
		c.change(role, func(p *part) { p.state, p.unfinished = before, !answered })
		return err
	}))
}

// renew gives an isolated role a process, if it has none.
func (c *Cast) renew(ctx context.Context, role string) error {
	err := c.process(ctx, role, stage.Deed{Kind: stage.Renew})
	if err == nil {
		c.change(role, func(p *part) { p.end = nil })
	}
	return err
}

// Leave has the nodes of roles leave, one after another, and then their processes end.
func (c *Cast) Leave(ctx context.Context, leave func(ctx context.Context, role string) error, roles ...string) error {
	ended, err := c.begin(ctx, "leave", roles, roles, Running)
	if err != nil {
		return err
	}
	for _, role := range roles {
		err := leave(ctx, role)
		if err == nil {
			c.set(role, Left)
			err = c.process(ctx, role, stage.Deed{Kind: stage.Retire})
		}
		if err == nil {
			err = stage.Desert.Tell(ctx, c.stage, role)
		}
		if err != nil {
			return ended(stage.Wrap(err, "leave(%s)", role))
		}
	}
	return ended(nil)
}

// Crash ends the nodes of roles, and their machines with them.
func (c *Cast) Crash(ctx context.Context, roles ...string) error {
	return c.crash(ctx, "crash", Crashed, roles)
}

// Kill ends the nodes of roles, and not their machines.
func (c *Cast) Kill(ctx context.Context, roles ...string) error {
	return c.crash(ctx, "kill", Killed, roles)
}

func (c *Cast) crash(ctx context.Context, verb string, next State, roles []string) error {
	ended, err := c.begin(ctx, verb, roles, roles, alive...)
	if err != nil {
		return err
	}
	return ended(each(ctx, roles, verb+"(%s)", func(ctx context.Context, role string) error {
		c.change(role, func(p *part) { p.state, p.unfinished = next, true })
		err := stage.Crash.Tell(ctx, c.stage, role)
		if err == nil && next == Killed {
			err = stage.Desert.Tell(ctx, c.stage, role)
		}
		c.change(role, func(p *part) { p.unfinished = ctx.Err() != nil })
		if loss := c.Loss(role); loss != nil {
			err = loss
		}
		return err
	}))
}

// Restart crashes those of the roles that live, and starts them all.
func (c *Cast) Restart(ctx context.Context, boot Boot, roles ...string) error {
	if err := c.check("restart", roles, had); err != nil {
		return err
	}
	living := slices.DeleteFunc(slices.Clone(roles), func(role string) bool { return !slices.Contains(alive, c.State(role)) })
	if len(living) > 0 {
		if err := c.crash(ctx, "restart: crash", Crashed, living); err != nil {
			return err
		}
	}
	return c.start(ctx, "restart: start", boot, roles)
}

// SkewClock sets the clock of a role, now if its node runs, and in its lives to come.
func (c *Cast) SkewClock(ctx context.Context, set SetSkew, role string, by time.Duration) error {
	verb := fmt.Sprintf("skew clock(%s, %v)", role, by)
	if err := names.Known(c.roles, role); err != nil {
		return stage.Wrap(err, "%s", verb)
	}
	ended := c.note(ctx, verb)
	c.change(role, func(p *part) { p.skew = by })
	if c.State(role) != Running {
		return ended(nil)
	}
	return ended(stage.Wrap(set(ctx, role, by), "%s", verb))
}

// Skew returns what SkewClock has set.
func (c *Cast) Skew(role string) time.Duration {
	return of(c, role, func(p *part) time.Duration { return p.skew })
}

// Pause stops the processes of roles.
func (c *Cast) Pause(ctx context.Context, roles ...string) error {
	return c.eachProcess(ctx, "pause", Running, roles, roles, func(ctx context.Context, role string) error {
		c.set(role, Paused) // what is on its way to stop is not to be asked
		return c.process(ctx, role, stage.Deed{Kind: stage.Pause})
	})
}

// Resume lets the processes of roles go on, with their clocks as they are to be by now.
func (c *Cast) Resume(ctx context.Context, set SetSkew, roles ...string) error {
	err := c.eachProcess(ctx, "resume", Paused, roles, roles, func(ctx context.Context, role string) error {
		err := c.process(ctx, role, stage.Deed{Kind: stage.Resume})
		if err == nil {
			c.set(role, Running)
		}
		return err
	})
	for _, role := range roles {
		if err == nil {
			err = set(ctx, role, c.Skew(role))
		}
	}
	return err
}

// Exit has the processes of roles exit.
func (c *Cast) Exit(ctx context.Context, code int, roles ...string) error {
	if code < 0 || code > 255 {
		return fmt.Errorf("exit(%d, %s): an exit code is 0 to 255", code, strings.Join(roles, ", "))
	}
	arguments := append([]string{strconv.Itoa(code)}, roles...)
	return c.eachProcess(ctx, "exit", Running, roles, arguments, func(ctx context.Context, role string) error {
		c.set(role, Exited)
		return c.process(ctx, role, stage.Deed{Kind: stage.Exit, Code: code})
	})
}

// MayExit lets the processes of roles end by themselves.
func (c *Cast) MayExit(ctx context.Context, roles ...string) error {
	return c.eachProcess(ctx, "may-exit", Running, roles, roles, func(ctx context.Context, role string) error {
		return c.process(ctx, role, stage.Deed{Kind: stage.MayExit})
	})
}

// eachProcess does what a verb that needs isolated roles does to the process of each, all at once.
func (c *Cast) eachProcess(
	ctx context.Context, verb string, from State, roles, arguments []string, do func(ctx context.Context, role string) error,
) error {
	if !c.isolated {
		return fmt.Errorf("%s(%s): needs a process for each role alone: MultiNode(Roles(...), Parallel(Isolated()))",
			verb, strings.Join(roles, ", "))
	}
	ended, err := c.begin(ctx, verb, roles, arguments, from)
	if err != nil {
		return err
	}
	return ended(each(ctx, roles, verb+"(%s)", do))
}

// process does a deed to the process of an isolated role.
func (c *Cast) process(ctx context.Context, role string, deed stage.Deed) error {
	if !c.isolated {
		return nil
	}
	deed.Role = role
	err := stage.Process.Tell(ctx, c.stage, deed)
	if loss := c.Loss(role); loss != nil {
		return loss
	}
	return err
}
