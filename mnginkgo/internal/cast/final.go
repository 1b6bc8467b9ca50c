package cast

import (
	"context"
	"errors"
	"sync"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// ResumeAll lets all go on that are paused.
func (c *Cast) ResumeAll(ctx context.Context) error {
	var errs []error
	for _, role := range c.in(Paused) {
		errs = append(errs, stage.Wrap(c.process(ctx, role, stage.Deed{Kind: stage.Resume}), "resume(%s)", role))
		c.set(role, Running)
	}
	return errors.Join(errs...)
}

// Unstopped returns the roles that have a node that runs, or a boot or a crash that was given up and
// may go on.
func (c *Cast) Unstopped() (roles []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, role := range c.roles {
		if p := c.parts[role]; p.loss == nil && (p.state == Running || p.unfinished) {
			roles = append(roles, role)
		}
	}
	return roles
}

// Stop ends the nodes of roles when the spec is over, all at once.
func (c *Cast) Stop(ctx context.Context, stop func(ctx context.Context, role string) error, roles ...string) error {
	var all sync.WaitGroup
	errs := make([]error, len(roles))
	for i, role := range roles {
		all.Go(func() {
			errs[i] = stage.Wrap(stop(ctx, role), "stop %s", role)
			c.set(role, Stopped)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// ErrRunEnds is the cause of a context that ends because the run does: what is not waited for then is
// no failure.
var ErrRunEnds = errors.New("the run is to end")

// RetireAll ends the processes that isolated roles have, once they are stopped, and returns an error if
// one does not end well. One that is not waited for, as the run is to end, is killed, and no error.
func (c *Cast) RetireAll(ctx context.Context) error {
	var errs []error
	for _, role := range c.in(Stopped) {
		if err := c.process(ctx, role, stage.Deed{Kind: stage.Retire}); !errors.Is(err, ErrRunEnds) {
			errs = append(errs, stage.Wrap(err, "the process of %s", role))
		}
	}
	return errors.Join(errs...)
}
