package receptionist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/directory"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// Start has the node of m take part from now on, so that it knows who is registered by
// the time it is asked. The first call of any other function does it too. Starting twice
// changes nothing. It returns an error if the node's actor system has ended.
func Start(m *cluster.Membership) error {
	_, err := of(m)
	return err
}

func of(m *cluster.Membership) (*registry.Registry, error) {
	r, err := directory.Of(m)
	if err != nil {
		return nil, fmt.Errorf("receptionist: node %q: %w", m.System().Address(), err)
	}
	return r, nil
}

// Register puts an actor of this node under a key, until cancel is called or it ends.
// Registering again changes nothing. It returns actor.ErrRemote for an actor of another
// node, which can register there, and ErrType, with both types, if others under the name
// take other messages.
func Register[M any](m *cluster.Membership, key Key[M], ref actor.Ref[M]) (cancel func(), err error) {
	r, err := of(m)
	if err != nil {
		return nil, err
	}
	i := registry.Item{Key: key.Name, Type: registry.TypeName[M]()}
	if i.Ref, err = registry.Wire(m.System(), ref); err == nil {
		err = check(r, i)
	}
	if err != nil {
		return nil, fmt.Errorf("receptionist: register %q under %q: %w", ref, key.Name, err)
	}
	r.Add(i, ref)
	return func() { r.Remove(i, ref) }, nil
}

func check(r *registry.Registry, i registry.Item) error {
	if i.Key == "" {
		return ErrName
	}
	for _, e := range r.Entries(i.Key) {
		if e.Type != i.Type {
			return fmt.Errorf("%s is wanted, but one of %s takes %s: %w", i.Type, e.Owner.Address, e.Type, ErrType)
		}
	}
	return nil
}

// Find returns who is registered under a key, as far as the node knows and can reach, by
// address and path; nobody if the node's actor system has ended.
func Find[M any](m *cluster.Membership, key Key[M]) []actor.Ref[M] { return Lookup(m, key).Refs }

// Lookup returns the listing of a key at this moment, the unreachable included.
func Lookup[M any](m *cluster.Membership, key Key[M]) Listing[M] {
	l := Listing[M]{Key: key}
	r, err := of(m)
	if err != nil {
		return l
	}
	typ := registry.TypeName[M]()
	for _, e := range r.Entries(key.Name) {
		if e.Type != typ {
			continue
		}
		ref, err := registry.Ref[M](m.System(), e)
		switch {
		case err != nil: // the owner has encoded it
		case e.Reachable:
			l.Refs = append(l.Refs, ref)
		default:
			l.Unreachable = append(l.Unreachable, ref)
		}
	}
	slices.SortFunc(l.Refs, compare[M])
	slices.SortFunc(l.Unreachable, compare[M])
	return l
}

func compare[M any](a, b actor.Ref[M]) int { return strings.Compare(a.String(), b.String()) }

func join[M any](refs []actor.Ref[M]) string {
	if len(refs) == 0 {
		return "nobody"
	}
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.String()
	}
	return strings.Join(names, ", ")
}
