package actor

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// work is what an actor has to do next.
type work uint8

const (
	nothing work = iota
	toStart
	toObey
	toHandle
	toVanish // the actor has ended, or was killed
)

// run works until nothing is left to do.
//
// Before it goes idle it yields once: a sender that keeps sending, or one whose Ask it
// has just answered, then finds it at work, and nobody starts a goroutine for each
// message. Those that take turns have nobody beside them.
func (c *cell[M]) run() {
	returned := false
	defer func() {
		if !returned { // runtime.Goexit ends this goroutine, but not the actor
			c.launch()
		}
	}()
	inTurn := c.sys.later != nil
	for yielded := inTurn; ; {
		switch c.take(yielded) {
		case toStart:
			c.begin()
		case toObey:
			c.obey()
		case toHandle:
			c.handle()
		case toVanish:
			c.discard(nil)
			returned = true
			return
		case nothing:
			if yielded {
				returned = true
				return
			}
			runtime.Gosched()
			yielded = true
			continue
		}
		yielded = inTurn
	}
}

// take says what is to be done, and takes the messages out of the queue if that is it.
// With nothing to do and last set, the actor is idle from here on.
func (c *cell[M]) take(last bool) work {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.gone, c.sys.killed.Load():
		return toVanish // scheduled stays: nobody runs it any more
	case len(c.controls) > 0:
		return toObey
	case c.state == starting:
		return toStart
	case c.state != running:
	case c.batch != nil && !c.batch.empty():
		return toHandle
	case !c.queue.empty():
		if c.batch == nil {
			c.batch = &batch[M]{}
		}
		c.batch.take(&c.queue)
		return toHandle
	}
	if last {
		c.scheduled = false
	}
	return nothing
}

// handle works through the batch, until something urgent or a failure.
func (c *cell[M]) handle() {
	completed := false
	defer c.caught(&completed)
	for !c.urgent.Load() {
		if c.batch.due() && !c.meetsAsker() {
			if err := c.meet(c.batch.nextMark()); err != nil {
				c.fails(err)
				break
			}
			c.current = nil
			continue
		}
		m := c.batch.next()
		if m == nil {
			break
		}
		c.current = m
		err := c.handler.Receive(&c.ctx, *m)
		*m = *new(M)
		if err != nil {
			c.fails(err)
			break
		}
		c.asked = nil
	}
	c.current = nil
	completed = true
}

// meetsAsker reports whether the mark is that of who asks the next message.
func (c *cell[M]) meetsAsker() bool {
	asked, ok := c.batch.marks[c.batch.met].what.(failer)
	if ok {
		c.asked = asked
		c.batch.nextMark()
	}
	return ok
}

// meet does what a mark stands for.
func (c *cell[M]) meet(what any) error {
	switch what := what.(type) {
	case *timer:
		if c.elapsed(what) {
			return c.handleOne(what.message.(held[M]).message)
		}
	case *watch:
		if c.forget(what) {
			return c.terminated(what)
		}
	case receipt:
		what()
	case lastOrder:
		c.order(control{do: doStop})
	}
	return nil
}

// held keeps a message of an interface type as it is in an any.
type held[M any] struct{ message M }

// handleOne handles a message that was in no mailbox.
func (c *cell[M]) handleOne(m M) error {
	c.current = &m
	return c.handler.Receive(&c.ctx, m)
}

func (c *cell[M]) fails(err error) {
	if c.asked != nil {
		c.asked.fail(fmt.Errorf("%w: %w", ErrFailed, err))
		c.asked = nil
	}
	c.failed(err)
}

// caught turns a panic, or the end of the goroutine, into a failure.
func (c *cell[M]) caught(completed *bool) {
	if *completed {
		return
	}
	if c.current != nil {
		*c.current = *new(M) // keeps nothing alive
		c.current = nil
	}
	c.fails(panicked(recover()))
}

func panicked(value any) error {
	if value == nil {
		return errGoexit
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// attempt calls a hook and then then, with the hook's error or panic. It goes on in
// then because a hook that calls runtime.Goexit never returns. A killed system calls
// neither.
func (n *node) attempt(hook func() error, then func(error)) {
	if n.sys.killed.Load() {
		return
	}
	var err error
	completed := false
	defer func() {
		if !completed {
			err = panicked(recover())
		}
		then(err)
	}()
	err = hook()
	completed = true
}
