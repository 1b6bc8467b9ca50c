package ddata

import (
	"context"
	"fmt"
	"reflect"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

// request is what a caller wants of the agent of its own node.
type request struct {
	verb       string
	key        string
	kind       *kind
	level      Consistency
	change     func(old any) any // nil: read
	everything bool              // write all keys, as they are

	tally tally // of the nodes that answered
	reply actor.Ref[result]
}

// result is what becomes of a request.
type result struct {
	value any
	err   error
}

// Update changes the value of a key on this node to what change makes of it, and sends the
// difference to all. A key that is new has the zero value of T. It returns once as many
// nodes have it as c says, this one included.
//
// The replicator calls change, which must return soon, not call the replicator, and change
// values in the name of r.Self. If it panics, the error is ErrPanic.
//
// If ctx ends first, the error is ErrTooFew, with the cause of ctx's end, and says who
// answered and who did not. The update stands all the same: this node has it, it goes on
// spreading, and may come to be what all have.
func Update[T crdt.Value[T]](ctx context.Context, r *Replicator, key Key[T], c Consistency, change func(old T) T) error {
	_, err := r.ask(ctx, &request{
		verb: "update", key: key.name, kind: kindOf[T](), level: c,
		change: func(old any) any { return change(old.(T)) },
	})
	return err
}

// Get returns the value of a key: with Local what this node has, otherwise what follows
// from the values of as many nodes as c says, this one included. A key that nobody has
// has the zero value of T. What a Get with Majority or All returns was written back to as
// many nodes, so that every later one sees at least that.
//
// If ctx ends first, the error is ErrTooFew, with the cause of ctx's end, and says who
// answered and who did not.
func Get[T crdt.Value[T]](ctx context.Context, r *Replicator, key Key[T], c Consistency) (T, error) {
	value, err := r.ask(ctx, &request{verb: "get", key: key.name, kind: kindOf[T](), level: c})
	if err != nil {
		return *new(T), err
	}
	return value.(T), nil
}

// kindOf returns the kind that NewKey has made.
func kindOf[T crdt.Value[T]]() *kind {
	k := loadKind(reflect.TypeFor[T]())
	if k == nil {
		panic("ddata: the zero Key names nothing: make one with NewKey")
	}
	return k
}

func (r *Replicator) ask(ctx context.Context, q *request) (any, error) {
	got, err := actor.Ask(ctx, r.to, func(replyTo actor.Ref[result]) message {
		q.reply = replyTo
		return message{Kind: asked, local: q}
	})
	if err != nil && ctx.Err() != nil {
		r.to.Tell(message{Kind: givenUp, local: q})
		err = q.tally.err(context.Cause(ctx))
	} else if err == nil {
		err = got.err
	}
	if err != nil {
		return nil, fmt.Errorf("ddata: node %q: %s: %w", r.self.Address, q, err)
	}
	return got.value, nil
}

// String returns the request as in `update "hits" with majority`.
func (q *request) String() string {
	if q.everything {
		return q.verb
	}
	return fmt.Sprintf("%s %q with %s", q.verb, q.key, q.level)
}
