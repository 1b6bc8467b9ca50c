package singleton

import "github.com/7aca83c2/multinode/transport"

// The events are published on the event stream of the node's actor system.
type (
	// Started says that this node is about to start an instance.
	Started struct{ Name string }
	// Stopped says that the instance on this node has ended. It is not published by a
	// system that is killed.
	Stopped struct{ Name string }
	// Located says where this node believes the instance to be. The Address is empty
	// while it does not know; messages then wait.
	Located struct {
		Name    string
		Address transport.Address
	}
)

// Event is any of the events.
type Event interface{ event() }

func (Started) event() {}
func (Stopped) event() {}
func (Located) event() {}
