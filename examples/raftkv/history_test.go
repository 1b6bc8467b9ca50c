package raftkv_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/7aca83c2/multinode/examples/raftkv"
	"github.com/7aca83c2/multinode/linearizable"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// operation is what a client wants.
type operation struct {
	Write      bool
	Key, Value string
}

// String is for the page of a failed spec.
func (o operation) String() string {
	if o.Write {
		return fmt.Sprintf("put %s = %s", o.Key, o.Value)
	}
	return "get " + o.Key
}

// answer is what it gets. Unknown means that it may have been done, or may be done later.
type answer struct {
	Value, Error string
	Unknown      bool
}

var perform = Command(func(_ context.Context, node *Node, o operation) (a answer, _ error) {
	store := node.Instance().(*raftkv.Node)
	var err error
	if o.Write {
		err = store.Put(o.Key, o.Value)
	} else {
		a.Value, err = store.Get(o.Key)
	}
	if err != nil {
		a = answer{Error: err.Error(), Unknown: errors.Is(err, raftkv.ErrUnknown)}
	}
	return a, nil
})

// history is what all clients have done, and seen.
type history = History[operation, string]

// era is how long the clients stay with their keys.
const era = 500 * time.Millisecond

// client does one thing after another at nodes that it draws, until ctx ends. It moves on
// to new keys after a while, which keeps the question for porcupine small.
func client(ctx context.Context, cluster *Cluster, h *history, number int) {
	random := rand.New(rand.NewPCG(cluster.Seed(), uint64(number)))
	roles, began := cluster.Roles(), time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		o := operation{Write: random.IntN(2) == 0, Key: fmt.Sprintf("key %d.%d", time.Since(began)/era, random.IntN(2))}
		if o.Write {
			o.Value = fmt.Sprintf("%d.%d", number, n)
		}
		if node := cluster.Node(roles[random.IntN(len(roles))]); node.Running() {
			do(ctx, h.BeginOn(node, fmt.Sprint("client ", number), o), node, o)
		}
		select {
		case <-time.After(time.Duration(random.IntN(5)) * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// do has a node do something, and notes how that went.
func do(ctx context.Context, call *Call[operation, string], node *Handle, o operation) {
	switch got, err := perform.On(ctx, node, o); {
	case err != nil: // the node has crashed, or the spec is over
		call.Unknown(err)
	case got.Unknown:
		call.Unknown(errors.New(got.Error))
	case got.Error != "":
		call.Failed(errors.New(got.Error))
	default:
		call.Returned(got.Value)
	}
}

// register is one key of a store as it should be.
var register = linearizable.Model[string, operation, string]{
	Key: func(o operation) string { return o.Key },
	Step: func(value string, o operation) (answer, next string) {
		if o.Write {
			return "", o.Value
		}
		return value, value
	},
	Shows: func(o operation, value string, unknown operation) bool {
		return unknown.Write && !o.Write && value == unknown.Value
	},
	Describe: func(o operation, value string) string {
		if o.Write {
			return o.String()
		}
		return fmt.Sprintf("%v: %q", o, value)
	},
}
