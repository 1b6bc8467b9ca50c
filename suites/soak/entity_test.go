package soak_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
)

// The type of the entities, how many there are, and how many shards they have.
const (
	things   = "thing"
	entities = 30
	shards   = 10
)

// entityOf returns an id; its last digit names its shard.
func entityOf(i int) string { return fmt.Sprintf("x-%02d", i) }

func shardOf(id string) string { return id[len(id)-1:] }

// question is what an entity is asked.
type question struct {
	Number  int
	Takes   time.Duration // to be handled
	Stop    bool          // and be passivated
	ReplyTo actor.Ref[answer]
}

// answer says who has handled the message.
type answer struct {
	Number   int
	ID, Life string
}

// thing is an entity. It records its lives, and what it handles.
type thing struct {
	recorder       *recorder
	id, node, life string
}

func (e *thing) note(kind history.Kind, number int) {
	e.recorder.note(history.Event{Kind: kind, Node: e.node, Life: e.life, ID: e.id, Number: number})
}

func (e *thing) PreStart(*actor.Context[question]) error {
	e.life = e.recorder.nextLife(e.node)
	e.note(history.Started, 0)
	return nil
}

func (e *thing) PostStop(*actor.Context[question]) { e.note(history.Stopped, 0) }

func (e *thing) Receive(ctx *actor.Context[question], q question) error {
	e.note(history.Handled, q.Number)
	if q.Takes > 0 {
		<-time.After(q.Takes) // who hands it off has to wait
	}
	q.ReplyTo.Tell(answer{q.Number, e.id, e.life})
	if q.Stop {
		sharding.Passivate(ctx)
	}
	return nil
}

// desk is where a node asks, and takes all answers, however many come.
type desk struct {
	node     string
	recorder *recorder
	region   *sharding.Region[question]
	answers  actor.Ref[answer]

	mu     sync.Mutex
	askers map[int]actor.Ref[answer] // by number
}

func deskOf(node *Node) *desk {
	return actor.Extension(node.System(), func() *desk { return &desk{askers: map[int]actor.Ref[answer]{}} })
}

// open has the node host entities, and ask them.
func open(node *Node) {
	d := deskOf(node)
	d.node, d.recorder = nameOf(node.Role(), node.Incarnation()), newRecorder(node)
	d.recorder.watch(node)
	var err error
	d.answers, err = actor.SpawnFunc(node.System(), "answers", d.receive)
	Expect(err).NotTo(HaveOccurred())
	region, err := sharding.Start(node.Membership(), things, func(id string) actor.Actor[question] {
		return &thing{recorder: d.recorder, id: id, node: d.node}
	}, sharding.WithShardOf(shardOf))
	Expect(err).NotTo(HaveOccurred())
	d.mu.Lock()
	defer d.mu.Unlock()
	d.region = region
}

func (d *desk) receive(_ *actor.Context[answer], a answer) error {
	d.recorder.note(history.Event{Kind: history.Answered, Node: d.node, Life: a.Life, ID: a.ID, Number: a.Number})
	d.mu.Lock()
	defer d.mu.Unlock()
	if asker, waits := d.askers[a.Number]; waits {
		delete(d.askers, a.Number)
		asker.Tell(a)
	}
	return nil
}

// opened returns the region; there is none while the node starts.
func (d *desk) opened() (*sharding.Region[question], error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.region == nil {
		return nil, errors.New("the node has not started yet")
	}
	return d.region, nil
}

// ask asks one entity, and returns once it has answered.
func (d *desk) ask(ctx context.Context, region *sharding.Region[question], c call) error {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	d.recorder.note(history.Event{Kind: history.Asked, Node: d.node, ID: c.ID, Number: c.Number})
	_, err := sharding.Ask(ctx, region, c.ID, func(replyTo actor.Ref[answer]) question {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.askers[c.Number] = replyTo
		return question{c.Number, c.Takes, c.Stop, d.answers}
	})
	return err
}

// call is one ask of a node.
type call struct {
	ID       string
	Number   int
	Takes    time.Duration
	Stop     bool
	Patience time.Duration
}

// ask has a node ask entities, all at the same time. It returns how many have answered.
var ask = Command(func(ctx context.Context, node *Node, calls []call) (int, error) {
	d := deskOf(node)
	region, err := d.opened()
	if err != nil {
		return 0, err
	}
	var answered atomic.Int64
	var group sync.WaitGroup
	for _, c := range calls {
		group.Go(func() {
			if d.ask(ctx, region, c) == nil {
				answered.Add(1)
			}
		})
	}
	group.Wait()
	return int(answered.Load()), nil
})
