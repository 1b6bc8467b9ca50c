package pubsub

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// route is what one node is to do with a message.
type route struct {
	node  registry.Node
	all   bool   // give it to those without a group
	picks []pick // and to these
}

// pick is who was chosen of a group.
type pick struct{ Group, Ref string }

// audience says whom a message is for.
type audience struct {
	self  registry.Node
	local bool   // only this node's
	group string // only this group; "" for everybody
}

// wants reports whether an entry is part of the audience.
func (a audience) wants(e registry.Entry) bool {
	return (!a.local || e.Owner == a.self) && (a.group == "" || e.Group == a.group)
}

// plan returns the routes of a message, in the order of the nodes, and how many
// subscribers have another type. Of each group, choose gets those that are reachable, or
// all if none is.
func plan(entries []registry.Entry, typ string, a audience, choose func(group string, candidates []registry.Entry) registry.Entry) (routes []route, mistyped int) {
	at := func(node registry.Node) *route {
		for i := range routes {
			if routes[i].node == node {
				return &routes[i]
			}
		}
		routes = append(routes, route{node: node})
		return &routes[len(routes)-1]
	}
	groups := map[string][]registry.Entry{}
	var names []string
	for _, e := range entries {
		switch {
		case !a.wants(e):
		case e.Type != typ:
			mistyped++
		case e.Group == "":
			at(e.Owner).all = true
		default:
			if groups[e.Group] == nil {
				names = append(names, e.Group)
			}
			groups[e.Group] = append(groups[e.Group], e)
		}
	}
	slices.Sort(names)
	for _, group := range names {
		chosen := choose(group, preferReachable(groups[group]))
		to := at(chosen.Owner)
		to.picks = append(to.picks, pick{group, chosen.Item.Ref})
	}
	return routes, mistyped
}

func preferReachable(entries []registry.Entry) []registry.Entry {
	var reachable []registry.Entry
	for _, e := range entries {
		if e.Reachable {
			reachable = append(reachable, e)
		}
	}
	if len(reachable) == 0 {
		return entries
	}
	return reachable
}
