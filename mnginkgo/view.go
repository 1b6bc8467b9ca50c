package mnginkgo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
)

// Status is where a member is in its life; see package cluster, whose name the parameter of
// a spec often hides.
type Status = cluster.Status

// The statuses of a member, from joining to removed.
const (
	Joining  = cluster.Joining
	WeaklyUp = cluster.WeaklyUp
	Up       = cluster.Up
	Leaving  = cluster.Leaving
	Exiting  = cluster.Exiting
	Down     = cluster.Down
	Removed  = cluster.Removed
)

// Member is a member of a cluster as one node sees it. One that is Removed is none any more:
// views leave it out.
type Member struct {
	Role        string
	Status      Status
	Unreachable bool // the viewer does not hear it: an observation, it may be well
}

// String returns, for instance, "a up" or "b unreachable"; a member that is
// unreachable and not up has both: "b leaving+unreachable".
func (m Member) String() string { return sight.Member(m).String() }

// Singleton is what one node knows of a singleton; see package cluster/singleton.
type Singleton struct {
	Name string
	Role string // of the node that runs it, as far as the viewer knows; "" if it does not
	Here bool   // the viewer runs an instance
}

// String returns, for instance, "it on a", or "it on a, and runs one".
func (s Singleton) String() string { return sight.Singleton(s).String() }

// Shard is what one node knows of a shard; see package cluster/sharding.
type Shard struct {
	Type     string // of its entities
	ID       string
	Role     string // where it is, as far as the viewer knows; "" if it does not
	Here     bool   // the viewer hosts it
	Entities int    // that run on the viewer
}

// View is what one node sees.
type View struct {
	Role           string // whose view it is
	Instance       string // the type of what was booted
	Members        []Member
	TellsMembers   bool   // false if what was booted cannot say who is a member
	Leader         string // "" if it knows none
	TellsLeader    bool   // false if what was booted cannot say who leads
	Converged      bool   // everybody it can reach is known to see the same
	TellsConverged bool   // false if what was booted cannot say that

	Singletons      []Singleton
	TellsSingletons bool // false if what was booted knows nothing of singletons

	Shards      []Shard
	TellsShards bool // false if what was booted knows nothing of shards

	Ended      string // why the node is no member any more; "" while it is
	TellsEnded bool   // false if what was booted cannot say that

	// Subscribers has the roles of each topic's subscribers; nil if what was booted cannot
	// say who they are.
	Subscribers map[string][]string
}

// The small interfaces that the matchers need of what Boot starts. Each is
// optional; a matcher that needs a missing one says so. *Node, *Handle and *Cluster
// offer their views with Observer instead.
type (
	// MemberLister says who is a member, in any order. It may list some that are Removed.
	MemberLister interface{ Members() []Member }
	// LeaderTeller says who leads; "" means nobody.
	LeaderTeller interface{ Leader() string }
	// Converger says whether all members are known to see the same.
	Converger interface{ Converged() bool }
	// Ender says why the node is no member any more, although it runs: it was downed, for
	// instance. It returns nil while it is one.
	Ender interface{ Ended() error }
	// SingletonLister says what a node knows of singletons, in any order.
	SingletonLister interface{ Singletons() []Singleton }
	// ShardLister says what a node knows of shards, in any order.
	ShardLister interface{ Shards() []Shard }
	// SubscriberLister says on which role each subscriber of each topic is, in any order.
	SubscriberLister interface{ Subscribers() map[string][]string }
)

// viewOf asks an instance what it sees.
func viewOf(role string, instance any) View {
	v, _ := look(role, instance)
	return v
}

// look is viewOf, and reports whether the instance has anything to tell.
func look(role string, instance any) (v View, tells bool) {
	v = View{Role: role, Instance: fmt.Sprintf("%T", instance)}
	v.TellsMembers = ask(instance, &tells, func(l MemberLister) { v.Members = present(l.Members()) })
	v.TellsLeader = ask(instance, &tells, func(l LeaderTeller) { v.Leader = l.Leader() })
	v.TellsConverged = ask(instance, &tells, func(c Converger) { v.Converged = c.Converged() })
	v.TellsSingletons = ask(instance, &tells, func(l SingletonLister) { v.Singletons = l.Singletons() })
	v.TellsShards = ask(instance, &tells, func(l ShardLister) { v.Shards = l.Shards() })
	v.TellsEnded = ask(instance, &tells, func(e Ender) {
		if err := e.Ended(); err != nil {
			v.Ended = err.Error()
		}
	})
	ask(instance, &tells, func(l SubscriberLister) { v.Subscribers = l.Subscribers() })
	return v, tells
}

// ask has an instance that is a T tell something, and notes and reports whether it is one.
func ask[T any](instance any, some *bool, tell func(T)) bool {
	t, ok := instance.(T)
	if ok {
		*some = true
		tell(t)
	}
	return ok
}

// present returns those that are still members, by role: no matcher counts who is Removed.
func present(members []Member) []Member {
	left := slices.DeleteFunc(slices.Clone(members), func(m Member) bool { return m.Status == Removed })
	slices.SortFunc(left, func(x, y Member) int { return strings.Compare(x.Role, y.Role) })
	return left
}

// seen returns the view as matchers and reports take it.
func (v View) seen() sight.View {
	s := sight.View{
		Role: v.Role, Instance: v.Instance, Leader: v.Leader, Converged: v.Converged, Ended: v.Ended, Subscribers: v.Subscribers,
		Tells: map[sight.Method]bool{
			sight.Members: v.TellsMembers || v.Members != nil, sight.Leader: v.TellsLeader, sight.Converged: v.TellsConverged,
			sight.Singletons: v.TellsSingletons, sight.Shards: v.TellsShards, sight.Ended: v.TellsEnded,
		},
	}
	for _, m := range v.Members {
		s.Members = append(s.Members, sight.Member(m))
	}
	for _, one := range v.Singletons {
		s.Singletons = append(s.Singletons, sight.Singleton(one))
	}
	for _, one := range v.Shards {
		s.Shards = append(s.Shards, sight.Shard(one))
	}
	return s
}

// String returns the members one after another. A node that has ended sees nobody.
func (v View) String() string { return v.seen().String() }
