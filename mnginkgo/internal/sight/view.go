package sight

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
)

// Member is a member of a cluster as one node sees it.
type Member struct {
	Role        string
	Status      cluster.Status
	Unreachable bool
}

// String returns, for instance, "a up", "b unreachable" or "c leaving+unreachable".
func (m Member) String() string {
	switch {
	case m.Unreachable && m.Status == cluster.Up:
		return m.Role + " unreachable"
	case m.Unreachable:
		return m.Role + " " + m.Status.String() + "+unreachable"
	}
	return m.Role + " " + m.Status.String()
}

func (m Member) isWell() bool { return m.Status == cluster.Up && !m.Unreachable }

// View is what one node sees.
type View struct {
	Role        string   // whose view it is
	Instance    string   // the type of what runs there
	Members     []Member // by role, none of them Removed
	Leader      string   // "" if it knows none
	Converged   bool
	Singletons  []Singleton
	Shards      []Shard
	Ended       string              // why the node is no member any more; "" while it is
	Subscribers map[string][]string // the roles of each topic's; nil if it cannot tell
	Tells       map[Method]bool     // what else it can tell
}

// Method is one that what runs on a role has if it tells what a matcher needs.
type Method string

// The methods, but that for subscribers, whose matcher knows more of what is amiss.
const (
	Members    Method = "Members() []Member"
	Leader     Method = "Leader() string"
	Converged  Method = "Converged() bool"
	Singletons Method = "Singletons() []Singleton"
	Shards     Method = "Shards() []Shard"
	Ended      Method = "Ended() error"
)

// need returns an error unless the view tells what the method says. Looking again does not
// change that, so an Eventually ends with it.
func (v View) need(method Method) error {
	if method == "" || v.Tells[method] {
		return nil
	}
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

// Mute is the Line of a view that tells neither who is a member nor who leads.
const Mute = "does not tell what it sees"

// Line returns the members and the leader, as far as the view tells them.
func (v View) Line() string {
	switch {
	case v.Ended != "":
		return v.String()
	case !v.Tells[Members] && v.Tells[Leader]:
		return "sees  " + v.leader()
	case !v.Tells[Members]:
		return Mute
	case v.Tells[Leader]:
		return "sees  " + v.String() + "; " + v.leader()
	}
	return "sees  " + v.String()
}

func (v View) leader() string {
	if v.Leader == "" {
		return "no leader"
	}
	return v.Leader + " as the leader"
}
