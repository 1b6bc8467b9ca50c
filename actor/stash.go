package actor

import "fmt"

// Stash keeps the message being handled for UnstashAll. It returns ErrStashFull,
// wrapped with the actor, when there is no room; the message is then not kept. Who
// asks a stashed message goes on waiting.
func (ctx *Context[M]) Stash() error {
	c := ctx.cell
	if c.current == nil {
		return fmt.Errorf("actor: %q: stash: no message is being handled, or it is stashed already", c.String())
	}
	if c.stashed == nil {
		c.stashed = &mailbox[M]{}
	}
	if c.stashed.count >= c.opts.stash {
		return fmt.Errorf("actor: %q: stash of %d: %w", c.String(), c.opts.stash, ErrStashFull)
	}
	if c.asked != nil {
		c.stashed.mark(c.asked)
		c.asked = nil
	}
	c.stashed.push(*c.current)
	c.current = nil
	return nil
}

// UnstashAll has the stashed messages handled next, in their order, before those in
// the mailbox.
func (ctx *Context[M]) UnstashAll() { ctx.cell.unstash() }

// Stashed returns how many messages are stashed.
func (ctx *Context[M]) Stashed() int {
	if ctx.cell.stashed == nil {
		return 0
	}
	return ctx.cell.stashed.count
}

func (c *cell[M]) unstash() {
	if c.stashed == nil {
		return
	}
	if c.batch == nil {
		c.batch = &batch[M]{}
	}
	c.batch.moveTo(c.stashed)
	c.batch.take(c.stashed)
	c.stashed = nil
}
