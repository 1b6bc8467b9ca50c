package actor

import (
	"fmt"
	"reflect"
)

// named is an actor of this system that is looked up for each message: by its path, or
// by a uid that came out of a frame and is not that of a living actor for M.
type named[M any] struct {
	sys *System
	id  identity
}

func (r named[M]) identity() identity { return r.id }
func (r named[M]) export() identity   { return r.id }
func (r named[M]) system() *System    { return r.sys }
func (r named[M]) ref() AnyRef        { return Ref[M]{r} }

func (r named[M]) actor() *node { return r.sys.actorAt(r.id.uid, r.id.path) }

func (r named[M]) tell(m M, asked failer) error {
	in := r.sys.lookup(r.id.uid, r.id.path)
	var err error
	switch to := in.(type) {
	case nil:
		err = ErrDead
	case receiver[M]:
		return to.tell(m, asked)
	default:
		var ok bool
		if ok, err = to.tellAny(m, asked); ok {
			return err
		}
		err = ErrMessageType
	}
	err = fmt.Errorf("actor: send %T to %q: %w", m, r.id, err)
	r.sys.deadLetter(DeadLetter{To: r.id.String(), Message: m, Cause: err})
	return err
}

// lookup returns who has the uid or, if that is 0, the path; or nil.
func (s *System) lookup(uid uint64, path string) inbound {
	if uid != 0 {
		return s.exports.get(uid)
	}
	if n := s.root.find(path); n != nil && n.parent != nil {
		return n.typed
	}
	return nil
}

// actorAt is lookup for who wants an actor.
func (s *System) actorAt(uid uint64, path string) *node {
	if in := s.lookup(uid, path); in != nil {
		return in.actor()
	}
	return nil
}

// tellAny tells the actor v if it is a message that the actor takes.
func (c *cell[M]) tellAny(v any, asked failer) (bool, error) {
	m, ok := v.(M)
	if !ok && (v != nil || reflect.TypeFor[M]().Kind() != reflect.Interface) {
		return false, nil
	}
	return true, c.tell(m, asked)
}

func (p *promise[R]) tellAny(v any, _ failer) (bool, error) {
	r, ok := v.(R)
	if !ok {
		return false, nil
	}
	return true, p.tell(r, nil)
}
