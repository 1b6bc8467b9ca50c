package mnginkgo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
)

// Status is where a member is in its life; see package cluster.
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
// unreachable and not up has both: "b leaving, unreachable".
func (m Member) String() string {
	switch {
	case m.Unreachable && m.Status == Up:
		return m.Role + " unreachable"
	case m.Unreachable:
		return m.Role + " " + m.Status.String() + "+unreachable"
	}
	return m.Role + " " + m.Status.String()
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
	// SubscriberLister says on which role each subscriber of each topic is, in any order.
	SubscriberLister interface{ Subscribers() map[string][]string }
)

// viewOf asks an instance what it sees.
func viewOf(role string, instance any) View {
	v := View{Role: role, Instance: fmt.Sprintf("%T", instance)}
	if l, ok := instance.(MemberLister); ok {
		v.TellsMembers = true
		v.Members = present(l.Members())
	}
	if l, ok := instance.(LeaderTeller); ok {
		v.Leader, v.TellsLeader = l.Leader(), true
	}
	if c, ok := instance.(Converger); ok {
		v.Converged, v.TellsConverged = c.Converged(), true
	}
	if l, ok := instance.(SingletonLister); ok {
		v.Singletons, v.TellsSingletons = l.Singletons(), true
	}
	if l, ok := instance.(ShardLister); ok {
		v.Shards, v.TellsShards = l.Shards(), true
	}
	if e, ok := instance.(Ender); ok {
		v.TellsEnded = true
		if err := e.Ended(); err != nil {
			v.Ended = err.Error()
		}
	}
	if l, ok := instance.(SubscriberLister); ok {
		v.Subscribers = l.Subscribers()
	}
	return v
}

// present returns those that are still members, by role: no matcher counts who is Removed.
func present(members []Member) []Member {
	left := slices.DeleteFunc(slices.Clone(members), func(m Member) bool { return m.Status == Removed })
	slices.SortFunc(left, func(x, y Member) int { return strings.Compare(x.Role, y.Role) })
	return left
}

// tellsMembers reports whether the view says who is a member.
func (v View) tellsMembers() bool { return v.TellsMembers || v.Members != nil }

// lacks is the error of a matcher that needs a method which what runs on the role has
// not. Looking again does not change that, so an Eventually ends with it.
func (v View) lacks(method string) error {
	what := v.Instance
	if what == "" {
		what = "what was booted"
	}
	return gomega.StopTrying(fmt.Sprintf("%s on %s has no method %s, which this matcher needs", what, v.Role, method))
}

// member returns what the view says of a role.
func (v View) member(role string) (Member, bool) {
	for _, m := range v.Members {
		if m.Role == role {
			return m, true
		}
	}
	return Member{}, false
}

// roles returns the names of the members that is accepts.
func (v View) roles(is func(Member) bool) []string {
	names := []string{}
	for _, m := range v.Members {
		if is(m) {
			names = append(names, m.Role)
		}
	}
	return names
}

// String returns the members one after another. A node that has ended sees nobody.
func (v View) String() string {
	switch {
	case v.Ended != "":
		return "has ended: " + v.Ended
	case len(v.Members) == 0:
		return "nobody"
	}
	all := make([]string, len(v.Members))
	for i, m := range v.Members {
		all[i] = m.String()
	}
	return strings.Join(all, ", ")
}
