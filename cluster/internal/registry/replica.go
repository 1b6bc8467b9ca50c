package registry

import (
	"maps"
	"slices"
)

// replica is what one node knows of all items. It has no clock and no lock.
type replica struct {
	self    Node
	members map[Node]bool // who is in the View, the node itself included: reachable?
	owners  map[Node]*owned
	index   map[string][]Entry // by key, in order; replaced, never changed
}

// owned is the items of one owner.
type owned struct {
	version uint64
	items   map[string]map[Item]struct{} // by key
}

func newReplica(self Node) *replica {
	return &replica{
		self:    self,
		members: map[Node]bool{self: true},
		owners:  map[Node]*owned{self: newOwned()},
		index:   map[string][]Entry{},
	}
}

func newOwned() *owned { return &owned{items: map[string]map[Item]struct{}{}} }

func (o *owned) has(i Item) bool { _, ok := o.items[i.Key][i]; return ok }

func (o *owned) put(i Item) {
	if o.items[i.Key] == nil {
		o.items[i.Key] = map[Item]struct{}{}
	}
	o.items[i.Key][i] = struct{}{}
}

func (o *owned) remove(i Item) {
	delete(o.items[i.Key], i)
	if len(o.items[i.Key]) == 0 {
		delete(o.items, i.Key)
	}
}

// all returns the items in order.
func (o *owned) all() []Item {
	var all []Item
	for _, items := range o.items {
		all = slices.AppendSeq(all, maps.Keys(items))
	}
	slices.SortFunc(all, Item.compare)
	return all
}

// own adds an item to the node's own, or removes it, and reports whether that changed
// anything.
func (r *replica) own(i Item, add bool) bool {
	mine := r.owners[r.self]
	if mine.has(i) == add {
		return false
	}
	if add {
		mine.put(i)
	} else {
		mine.remove(i)
	}
	mine.version++
	r.reindex(i.Key)
	return true
}

// verdict is what became of an update.
type verdict uint8

const (
	refused verdict = iota // the owner is not a member, as far as is known here
	upToDate
	applied
	tooNew // something before it is missing
)

// apply takes an update of another owner in, and returns the keys that it changed. One
// that begins before what is known here says the last word on all that has changed since,
// so nothing is wrong with it.
func (r *replica) apply(u update) (verdict, []string) {
	if _, member := r.members[u.Owner]; !member || u.Owner == r.self {
		return refused, nil
	}
	o := r.owners[u.Owner]
	if o == nil {
		o = newOwned()
		r.owners[u.Owner] = o
	}
	switch {
	case u.To <= o.version:
		return upToDate, nil
	case u.From > o.version:
		return tooNew, nil
	}
	touched := map[string]bool{}
	if u.From == 0 {
		for key := range o.items {
			touched[key] = true
		}
		clear(o.items)
	}
	for _, i := range u.Added {
		o.put(i)
		touched[i.Key] = true
	}
	for _, i := range u.Removed {
		o.remove(i)
		touched[i.Key] = true
	}
	o.version = u.To
	keys := slices.Sorted(maps.Keys(touched))
	r.reindex(keys...)
	return applied, keys
}

// follow takes over who is a member and who of them is reachable, drops the items of all
// others, and returns the keys whose entries that changed.
func (r *replica) follow(members map[Node]bool) []string {
	members[r.self] = true
	before := r.members
	r.members = members
	touched := map[string]bool{}
	for owner, o := range r.owners {
		reachable, member := members[owner]
		if member && reachable == before[owner] {
			continue
		}
		for key := range o.items {
			touched[key] = true
		}
		if !member {
			delete(r.owners, owner)
		}
	}
	keys := slices.Sorted(maps.Keys(touched))
	r.reindex(keys...)
	return keys
}

// version returns what is known of an owner's items, 0 for nothing.
func (r *replica) version(owner Node) uint64 {
	if o := r.owners[owner]; o != nil {
		return o.version
	}
	return 0
}

// digest returns the version of each owner of whom something is known.
func (r *replica) digest() []known {
	var all []known
	for owner, o := range r.owners {
		if o.version > 0 {
			all = append(all, known{owner, o.version})
		}
	}
	slices.SortFunc(all, func(a, b known) int { return a.Owner.Compare(b.Owner) })
	return all
}

// state returns an update that stands for all items of an owner.
func (r *replica) state(owner Node) update {
	o := r.owners[owner]
	return update{Owner: owner, To: o.version, Added: o.all()}
}

// newer returns the owners of whom more is known than the digest has.
func (r *replica) newer(digest []known) []Node {
	theirs := map[Node]uint64{}
	for _, k := range digest {
		theirs[k.Owner] = k.Version
	}
	var owners []Node
	for owner, o := range r.owners {
		if o.version > theirs[owner] {
			owners = append(owners, owner)
		}
	}
	slices.SortFunc(owners, Node.Compare)
	return owners
}

func (r *replica) reindex(keys ...string) {
	for _, key := range keys {
		var entries []Entry
		for owner, o := range r.owners {
			for i := range o.items[key] {
				entries = append(entries, Entry{Item: i, Owner: owner, Reachable: r.members[owner]})
			}
		}
		if len(entries) == 0 {
			delete(r.index, key)
			continue
		}
		slices.SortFunc(entries, Entry.compare)
		r.index[key] = entries
	}
}
