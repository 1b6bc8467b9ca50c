package actor

import (
	"fmt"
	"log/slog"
	"time"
)

// Context is what an Actor can do besides handling a message. There is one for each
// actor. It may only be used while the Actor's code is being called; another goroutine
// may use what Self and System return.
type Context[M any] struct{ cell *cell[M] }

// Self returns the actor's own Ref.
func (ctx *Context[M]) Self() Ref[M] { return Ref[M]{ctx.cell} }

// System returns the system that the actor belongs to.
func (ctx *Context[M]) System() *System { return ctx.cell.sys }

// Log returns the system's logger with the actor's name added.
func (ctx *Context[M]) Log() *slog.Logger { return ctx.cell.logger() }

// Become has next handle the messages from the next one on, until it is called again
// or the actor is restarted. The hooks stay those of the Actor that was spawned, but
// Terminated goes to next if it is a Watcher. A nil next goes back to that Actor.
func (ctx *Context[M]) Become(next Actor[M]) {
	if next == nil {
		next = ctx.cell.self
	}
	ctx.cell.handler = next
}

// Children returns the actor's children, the first spawned first. A child that is
// stopping is among them.
func (ctx *Context[M]) Children() []AnyRef {
	children := ctx.cell.children()
	refs := make([]AnyRef, len(children))
	for i, c := range children {
		refs[i] = c.typed.ref()
	}
	return refs
}

// StopSelf ends the actor after the message being handled. What else is in its mailbox
// becomes dead letters.
func (ctx *Context[M]) StopSelf() { ctx.cell.order(control{do: doStop}) }

// StopChild ends a child, after the message it is handling. Watch it to learn when it
// has ended. It returns an error if child is not one of the actor's children.
func (ctx *Context[M]) StopChild(child AnyRef) error {
	n, err := ctx.child("stop", child)
	if err == nil {
		n.order(control{do: doStop})
	}
	return err
}

// DrainChild is StopChild, once the child has handled what it has been sent so far; a stash is
// not waited for.
func (ctx *Context[M]) DrainChild(child AnyRef) error {
	n, err := ctx.child("drain", child)
	if err == nil {
		n.mark(lastOrder{})
	}
	return err
}

// lastOrder is a mark that ends the actor.
type lastOrder struct{}

func (ctx *Context[M]) child(what string, ref AnyRef) (*node, error) {
	if to := ref.target(); to != nil {
		if n := to.actor(); n != nil && n.parent == &ctx.cell.node {
			return n, nil
		}
	}
	return nil, fmt.Errorf("actor: %q: %s %q: not a child", ctx.cell.String(), what, ref)
}

// Watch has the Watcher told once ref has ended, at once if it is not there. Watching
// again changes nothing. An actor does not hear of its own end.
func (ctx *Context[M]) Watch(ref AnyRef) { ctx.cell.watch(&watch{owner: &ctx.cell.node, ref: ref}) }

// WatchWith is Watch, but the actor receives msg in place of Terminated. It
// takes the place of an earlier Watch of ref.
func (ctx *Context[M]) WatchWith(ref AnyRef, msg M) {
	ctx.cell.watch(&watch{owner: &ctx.cell.node, ref: ref, with: held[M]{msg}})
}

// Unwatch ends Watch: once it has returned, the end of ref is not heard of.
func (ctx *Context[M]) Unwatch(ref AnyRef) { ctx.cell.unwatch(ref) }

// After sends the actor msg once d has passed. A timer with the same key is replaced:
// its message does not come any more, even if it waits in the mailbox already.
func (ctx *Context[M]) After(key string, d time.Duration, msg M) {
	ctx.cell.setTimer(&timer{node: &ctx.cell.node, key: key, message: held[M]{msg}}, d)
}

// Every sends the actor msg each time d has passed, which must be positive. A tick is
// left out while the one before waits in the mailbox. Keys are as with After.
func (ctx *Context[M]) Every(key string, d time.Duration, msg M) {
	if d <= 0 {
		panic(fmt.Sprintf("actor: every %s: the time must be positive", d))
	}
	ctx.cell.setTimer(&timer{node: &ctx.cell.node, key: key, every: d, message: held[M]{msg}}, d)
}

// CancelTimer stops the timer of that key: its message does not come any more. It
// reports whether there was one.
func (ctx *Context[M]) CancelTimer(key string) bool { return ctx.cell.cancelTimer(key) }

func (ctx *Context[M]) asParent() *node { return &ctx.cell.node }
