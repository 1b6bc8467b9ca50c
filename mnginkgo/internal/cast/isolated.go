package cast

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

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
	if err := c.begin(ctx, verb, roles, arguments, from); err != nil {
		return err
	}
	return each(ctx, roles, verb+"(%s)", do)
}

// process does a deed to the process of an isolated role.
func (c *Cast) process(ctx context.Context, role string, deed stage.Deed) error {
	if !c.isolated {
		return nil
	}
	err := c.stage.Process(ctx, role, deed)
	if loss := c.Loss(role); loss != nil {
		return loss
	}
	return err
}
