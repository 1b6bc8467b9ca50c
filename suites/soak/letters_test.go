package soak_test

import (
	"context"
	"sync"

	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
)

// letter is what an actor at one node tells that at another: at most once, and in order.
type letter struct {
	From   string
	Number int
}

// office sends a node's letters and records those that come.
type office struct {
	node     string
	recorder *recorder

	mu     sync.Mutex
	number int
}

func officeOf(node *Node) *office {
	return actor.Extension(node.System(), func() *office { return new(office) })
}

func openOffice(node *Node) {
	o := officeOf(node)
	o.node, o.recorder = deskOf(node).node, deskOf(node).recorder
	_, err := actor.SpawnFunc(node.System(), "office", func(_ *actor.Context[letter], l letter) error {
		o.recorder.note(history.Event{Kind: history.Heard, Node: o.node, By: l.From, Number: l.Number})
		return nil
	})
	Expect(err).NotTo(HaveOccurred())
}

// perRound is how many letters a node writes to each other one at a time: some are on their
// way together.
const perRound = 5

// write has a node send letters to all others.
var write = Command(func(_ context.Context, node *Node, _ struct{}) (struct{}, error) {
	o := officeOf(node)
	o.mu.Lock() // or a later number may be sent first
	defer o.mu.Unlock()
	for range perRound {
		o.number++
		for _, role := range node.Env().Roles {
			if role != node.Role() {
				actor.RefAt[letter](node.System(), node.Env().AddressOf(role), "/office").Tell(letter{o.node, o.number})
			}
		}
	}
	return struct{}{}, nil
})
