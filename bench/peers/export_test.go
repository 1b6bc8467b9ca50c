package peers

import "github.com/hashicorp/memberlist"

// Leaves tells the delegate of a node that another one left.
func (m *Memberlist) Leaves(viewer int, name string) {
	view{m.views, viewer}.NotifyLeave(&memberlist.Node{Name: name})
}

// Joins tells the delegate of a node that another one joined.
func (m *Memberlist) Joins(viewer int, name string) {
	view{m.views, viewer}.NotifyJoin(&memberlist.Node{Name: name})
}
