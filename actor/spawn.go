package actor

import "fmt"

// Parent is who may spawn actors: a *System, or the *Context of an actor.
type Parent interface{ asParent() *node }

// Spawn makes an actor, a child of parent, that handles its messages with the Actor
// that factory returns. A restart calls factory again. The name must be unique among
// the parent's children; "" has one chosen.
//
// The first call of factory happens before Spawn returns, PreStart later, in the actor.
// Spawn returns ErrName, ErrNameTaken, ErrStopped, or ErrDead if the parent is ending.
func Spawn[M any](parent Parent, name string, factory func() Actor[M], opts ...Option) (Ref[M], error) {
	p := parent.asParent()
	var first Actor[M]
	if err := call(func() { first = factory() }); err != nil {
		return Ref[M]{}, spawnError(p, name, fmt.Errorf("factory: %w", err))
	}
	if first == nil {
		return Ref[M]{}, spawnError(p, name, fmt.Errorf("factory returned nil"))
	}
	return spawn(p, name, first, factory, opts)
}

// SpawnFunc is Spawn for a function. A restart calls the same function again: what it
// has captured is not made afresh.
func SpawnFunc[M any](parent Parent, name string, receive func(ctx *Context[M], msg M) error, opts ...Option) (Ref[M], error) {
	return spawn(parent.asParent(), name, Actor[M](Func[M](receive)), nil, opts)
}

func spawn[M any](p *node, name string, first Actor[M], factory func() Actor[M], opts []Option) (Ref[M], error) {
	if err := checkName(name); err != nil {
		return Ref[M]{}, spawnError(p, name, err)
	}
	c := newCell(p.sys, name, makeOptions(opts), first)
	c.parent = p
	c.factory = factory
	_, hook := first.(PreStarter[M])
	c.scheduled = hook
	if err := p.adopt(&c.node); err != nil {
		return Ref[M]{}, spawnError(p, name, err)
	}
	if hook { // otherwise nothing is to be done until the first message
		c.launch()
	}
	return Ref[M]{c}, nil
}

func newCell[M any](s *System, name string, o *options, first Actor[M]) *cell[M] {
	c := &cell[M]{self: first, handler: first}
	c.ctx.cell = c
	c.sys, c.name, c.opts, c.uid, c.typed = s, name, o, s.uids.Add(1), c
	return c
}

// call returns the panic of f as an error.
func call(f func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	f()
	return nil
}

func spawnError(p *node, name string, err error) error {
	return fmt.Errorf("actor: spawn \"%s/%s\": %w", string(p.sys.address)+p.path(), name, err)
}
