package cluster

import (
	"fmt"

	"github.com/7aca83c2/multinode/transport"
)

// The events are published on the event stream of the node's actor system, each once,
// in the order in which the View changed; View already shows what an event tells. A
// node that learns late of a member sees all the events that led to its status, and if
// it first learns that the member has gone MemberRemoved alone: nobody knows any more how
// it went.
// Subscribe with actor.Subscribe[cluster.MemberUp](sys, ...), or to all with Event.
type (
	// Formed says that this node has formed a cluster, as its first member. Silent has those
	// that it had asked whether they have one, and that had not answered within
	// WithFormAfter: they may have another cluster, which this one becomes part of when they
	// can be reached.
	Formed struct{ Silent []transport.Address }
	// MemberJoined says that a node was admitted. It is not Up yet.
	MemberJoined struct{ Member Member }
	// MemberWeaklyUp says that a member may be used although it cannot become Up yet.
	MemberWeaklyUp struct{ Member Member }
	// MemberUp says that the leader made a member Up.
	MemberUp struct{ Member Member }
	// MemberLeaving says that a member has asked to go.
	MemberLeaving struct{ Member Member }
	// MemberExited says that every member knows of one that goes.
	MemberExited struct{ Member Member }
	// MemberDowned says that a member was given up, or has been replaced by a younger
	// node at its address.
	MemberDowned struct{ Member Member }
	// MemberRemoved says that a member is none any more. Its incarnation never returns.
	MemberRemoved struct{ Member Member }
	// MemberUnreachable says that some member does not hear this one.
	MemberUnreachable struct{ Member Member }
	// MemberReachable says that a member is heard again by all who watch it.
	MemberReachable struct{ Member Member }
	// LeaderChanged says who the leader is now; it is empty if there is none.
	LeaderChanged struct{ Leader transport.Address }
	// ViewChanged carries the new View, after the other events of the same change.
	ViewChanged struct{ View View }
	// Ended says that this node is no member any more; Err is that of Membership.Err.
	Ended struct{ Err error }
)

// Event is any of the events.
type Event interface {
	// event returns a line for the log, or "" if the event is not worth one.
	event() string
}

func (Formed) event() string              { return "" }
func (e MemberJoined) event() string      { return e.Member.is("joining") }
func (e MemberWeaklyUp) event() string    { return e.Member.is("weakly up") }
func (e MemberUp) event() string          { return e.Member.is("up") }
func (e MemberLeaving) event() string     { return e.Member.is("leaving") }
func (e MemberExited) event() string      { return e.Member.is("exiting") }
func (e MemberDowned) event() string      { return e.Member.is("down") }
func (e MemberRemoved) event() string     { return e.Member.is("removed") }
func (e MemberUnreachable) event() string { return fmt.Sprintf("member %s", e.Member) }
func (e MemberReachable) event() string   { return e.Member.is("reachable again") }
func (e LeaderChanged) event() string     { return fmt.Sprintf("leader is %q", e.Leader) }
func (ViewChanged) event() string         { return "" }
func (e Ended) event() string             { return fmt.Sprintf("membership ended: %v", e.Err) }

func (m Member) is(what string) string { return fmt.Sprintf("member %s is %s", m.Address, what) }
