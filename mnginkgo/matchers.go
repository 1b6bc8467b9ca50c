package mnginkgo

import (
	"fmt"
	"syscall"

	"github.com/onsi/gomega/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
)

// Observer is anything that has views of a cluster: *Cluster has those of all nodes
// that run, *Handle and *Node their own. The matchers take an Observer, or an
// instance with the methods of MemberLister and the other small interfaces.
type Observer interface {
	// Observe returns the views as they are now.
	Observe() ([]View, error)
}

// matcher is a matcher of package sight for the actual values that users have.
type matcher struct{ sight.Matcher }

// Match implements types.GomegaMatcher. It fails if the actual value is, or belongs to, a
// cluster that the code which asks must not use.
func (m matcher) Match(actual any) (bool, error) {
	owned, ok := actual.(interface{ owner() *Cluster })
	if !ok {
		return m.Matcher.Match(asActual(actual))
	}
	c := owned.owner()
	if err := c.usableBy(m.Name()); err != nil {
		return false, err
	}
	a := asActual(actual)
	defer c.noted.Looked(m.Matcher, a.Whole)
	return m.Matcher.Match(a)
}

// FailureMessage implements types.GomegaMatcher.
func (m matcher) FailureMessage(actual any) string { return m.Message(asActual(actual), false) }

// NegatedFailureMessage implements types.GomegaMatcher.
func (m matcher) NegatedFailureMessage(actual any) string { return m.Message(asActual(actual), true) }

// asActual returns what matchers need of an actual value. What belongs to a spec says by
// itself what else there is than its views.
func asActual(actual any) (a sight.Actual) {
	if own, ok := actual.(interface{ actual() sight.Actual }); ok {
		a = own.actual()
	}
	a.Type = fmt.Sprintf("%T", actual)
	a.Views = func() ([]sight.View, error) { return viewsOf(actual) }
	return a
}

// viewsOf returns the views of a matcher's actual value.
func viewsOf(actual any) ([]sight.View, error) {
	o, ok := actual.(Observer)
	if !ok {
		v, tells := look("it", actual)
		if !tells {
			return nil, fmt.Errorf("a matcher of clusters needs a *Cluster, a node of it, or something with Members() []Member; got %T", actual)
		}
		return []sight.View{v.seen()}, nil
	}
	observed, err := o.Observe()
	views := make([]sight.View, len(observed))
	for i, v := range observed {
		v.Members = present(v.Members) // an Observer of the user's may list others
		views[i] = v.seen()
	}
	return views, err
}

// HaveMembers holds when exactly these roles are members, all of them up and
// reachable. On a *Cluster it holds when every node that runs sees it so; on a node,
// when that node does. A single matcher in place of the roles is given the sorted
// names of the members that are up and reachable: HaveMembers(ContainElements("a", "b"))
// holds whoever else is one. Where the spec is known, a role that is
// none of it fails the assertion at once, negated or not, as it does in all matchers that
// take roles. So does an argument that a matcher does not take.
func HaveMembers(roles ...any) types.GomegaMatcher { return matcher{sight.HaveMembers(roles)} }

// HaveUnreachable holds when exactly these roles are members that are seen as
// unreachable. Without roles it holds when some member is. A single matcher in place
// of the roles is given the sorted names of the unreachable.
func HaveUnreachable(roles ...any) types.GomegaMatcher { return matcher{sight.HaveUnreachable(roles)} }

// HaveStatus holds when the role has this Status, such as Up: its text, "up", is none, and
// nor is a number. Removed also holds for a role that is not, or no longer, a member. A
// matcher in place of the status is given the Status; it is given Removed for a role that
// is no member.
func HaveStatus(role string, status any) types.GomegaMatcher {
	return matcher{sight.HaveStatus(role, status)}
}

// HaveLeader holds when this role leads. A matcher in place of the role is given the
// leader's role, "" if there is none.
func HaveLeader(role any) types.GomegaMatcher { return matcher{sight.HaveLeader(role)} }

// AgreeOnLeader holds when all nodes that run see the same leader, whoever it is.
func AgreeOnLeader() types.GomegaMatcher { return matcher{sight.AgreeOnLeader()} }

// HaveConverged holds when each node says that everybody it can reach sees the same
// as it does, and they do see the same.
func HaveConverged() types.GomegaMatcher { return matcher{sight.HaveConverged()} }

// HaveEnded holds when a node that runs is no member of its cluster any more: it was
// downed or replaced, or is a program that has ended by itself. Given an error, such as
// cluster.ErrDowned, it holds only if that is why: the reason's text has that of the error
// in it.
func HaveEnded(why ...error) types.GomegaMatcher { return matcher{sight.HaveEnded(why)} }

// HaveSingletonOn holds when the singleton of that name is known to run on this role. On
// a *Cluster it holds when every node that runs sees it there, and that node alone runs
// an instance; on a node, when that node sees it so. With "" for the role it holds when
// the node sees no instance and runs none. A matcher in place of the role is given the
// role, or ""; on a *Cluster all nodes have to see the same one.
func HaveSingletonOn(name string, role any) types.GomegaMatcher {
	return matcher{sight.HaveSingletonOn(name, role)}
}

// HaveShards holds when the node knows where exactly n shards of the type are. On a
// *Cluster it holds when every node that runs does, they agree, and each shard is
// hosted where it is said to be, and nowhere else. A matcher in place of n is given the
// number.
func HaveShards(typeName string, n any) types.GomegaMatcher {
	return matcher{sight.HaveShards(typeName, n)}
}

// HaveShardsOn is HaveShards for the shards on one role.
func HaveShardsOn(typeName, role string, n any) types.GomegaMatcher {
	return matcher{sight.HaveShardsOn(typeName, role, n)}
}

// HaveSubscribers holds when the topic has a subscriber on each of these roles, and no
// others; a role with two is named twice. A number in place of the roles is how many there
// are, wherever. Without roles it holds when there is some subscriber. A single matcher
// in place of the roles is given the sorted names of the subscribers' roles. What runs on
// a role must be a SubscriberLister; package pubsub, if it was started, makes one of the
// default boot.
func HaveSubscribers(topic string, roles ...any) types.GomegaMatcher {
	return matcher{sight.HaveSubscribers(topic, roles)}
}

// HaveExited holds of cluster.Node(role) when the latest process of an isolated role has
// exited with the code: by Exit, Leave or by itself.
func HaveExited(code int) types.GomegaMatcher { return matcher{sight.HaveExited(code)} }

// HaveBeenKilled holds of cluster.Node(role) when a signal has ended the latest process of
// an isolated role: that signal, such as syscall.SIGKILL after Crash or Kill.
func HaveBeenKilled(signal syscall.Signal) types.GomegaMatcher {
	return matcher{sight.HaveBeenKilled(signal)}
}

// HaveFrames holds when that many frames have passed. Its actual value is a *Traffic, or a
// *Links for all since the spec began. A matcher in place of the number is given a uint64:
// HaveFrames(BeNumerically("<", 100)).
func HaveFrames(n any) types.GomegaMatcher { return matcher{sight.HaveFrames(n)} }
