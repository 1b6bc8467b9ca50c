package actor

import (
	"cmp"
	"fmt"
)

// cell is an actor: its mailbox and the Actor that handles what is in it.
//
// Senders append to queue under mu. The goroutine that runs the actor takes all of it
// at once and works through it without the lock; it ends when nothing is left, so an
// idle actor is only memory.
type cell[M any] struct {
	node
	queue mailbox[M] // mu guards it

	// What follows belongs to the goroutine that runs the actor.
	batch   *batch[M] // taken from queue; nil until the first message
	current *M        // the message being handled, until it is stashed
	asked   failer    // who asks it, if anybody
	handler Actor[M]  // self, or what it became
	ctx     Context[M]
	self    Actor[M]
	factory func() Actor[M] // nil: the Actor is not replaced by a restart
	stashed *mailbox[M]
	kind    *kind[M] // once a frame has arrived; belongs to the receiver of frames
	starts  func()   // starts c.run, made once: a go statement would make that each time
}

func (c *cell[M]) tell(m M, asked failer) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return c.refuse(m, ErrDead)
	}
	if limit := c.opts.mailbox; limit > 0 && c.queue.count >= limit {
		c.mu.Unlock()
		return c.refuse(m, ErrMailboxFull)
	}
	if asked != nil {
		c.queue.mark(asked)
	}
	c.queue.push(m)
	if c.scheduled {
		c.mu.Unlock()
		return nil
	}
	c.scheduled = true
	c.mu.Unlock()
	c.launch()
	return nil
}

func (c *cell[M]) refuse(m M, why error) error {
	if c.sys.killed.Load() {
		why = ErrStopped
	}
	err := fmt.Errorf("actor: send %T to %q: %w", m, c.String(), why)
	c.sys.deadLetter(DeadLetter{To: c.String(), Message: m, Cause: err})
	return err
}

func (c *cell[M]) ref() AnyRef { return Ref[M]{c} }

func (c *cell[M]) mark(what any) { c.queue.mark(what) }

func (c *cell[M]) launch() {
	if c.starts == nil { // whoever has set scheduled may write
		c.starts = c.starter()
	}
	c.starts()
}

// starter returns what starts a goroutine that runs the actor, at once or when it is its turn.
func (c *cell[M]) starter() func() {
	run, later := c.run, c.sys.later
	if later == nil {
		return func() { go run() }
	}
	name := c.sys.turnName(c.String())
	return func() { later(name, run) }
}

func (c *cell[M]) renew() {
	c.unstash()
	if c.factory != nil {
		c.self = nil // if the factory panics, there is none
		c.self = c.factory()
	}
	c.handler = c.self
}

func (c *cell[M]) preStart() error {
	if c.self == nil {
		return fmt.Errorf("factory returned nil")
	}
	if hook, ok := c.self.(PreStarter[M]); ok {
		return hook.PreStart(&c.ctx)
	}
	return nil
}

func (c *cell[M]) postStop() {
	if hook, ok := c.self.(PostStopper[M]); ok {
		hook.PostStop(&c.ctx)
	}
}

func (c *cell[M]) preRestart(cause error) {
	if hook, ok := c.self.(PreRestarter[M]); ok {
		hook.PreRestart(&c.ctx, cause)
		return
	}
	c.postStop()
}

// discard makes dead letters of what waits in the stash and the mailbox, because of
// err. If err is nil nobody is told but those who ask.
func (c *cell[M]) discard(err error) {
	if c.batch == nil {
		c.batch = &batch[M]{}
	}
	var all mailbox[M]
	if c.stashed != nil {
		all, c.stashed = *c.stashed, nil
	}
	c.batch.moveTo(&all)
	c.batch.take(&all)
	c.throw(err)
	c.mu.Lock()
	c.batch.take(&c.queue)
	c.mu.Unlock()
	c.throw(err)
	c.batch = nil
}

// throw discards what is in the batch.
func (c *cell[M]) throw(err error) {
	for !c.batch.empty() {
		if c.batch.due() {
			if asked, ok := c.batch.nextMark().(failer); ok {
				asked.fail(cmp.Or(err, ErrStopped))
			}
			continue
		}
		m := c.batch.next()
		if err != nil {
			c.sys.deadLetter(DeadLetter{To: c.String(), Message: *m, Cause: err})
		}
	}
}
