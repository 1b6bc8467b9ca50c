package registry

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
)

// Node is one life of a node.
type Node = gossip.Node

// Item is one actor under a key. Two that differ in any field are two items.
type Item struct {
	Key   string
	Type  string // of the actor's messages
	Group string
	Ref   string // as Ref.AppendWire has it
}

func (i Item) compare(o Item) int {
	return cmp.Or(strings.Compare(i.Group, o.Group), strings.Compare(i.Ref, o.Ref), strings.Compare(i.Key, o.Key), strings.Compare(i.Type, o.Type))
}

// Entry is an item as some node knows it.
type Entry struct {
	Item
	Owner     Node
	Reachable bool // from the node that asks; it is reachable from itself
}

func (e Entry) compare(o Entry) int {
	return cmp.Or(e.Owner.Compare(o.Owner), e.Item.compare(o.Item))
}

// Ref returns the actor of an entry, which must take messages of type M.
func Ref[M any](sys *actor.System, e Entry) (actor.Ref[M], error) {
	var ref actor.Ref[M]
	err := ref.DecodeWire([]byte(e.Item.Ref), sys)
	return ref, err
}

// Wire returns what is kept of a Ref in an Item. It returns an error if ref is not an
// actor of sys: another node's actors are for that node to register, and a Ref from
// RefAt names nobody in particular.
func Wire[M any](sys *actor.System, ref actor.Ref[M]) (string, error) {
	switch {
	case ref.IsZero():
		return "", actor.ErrDead
	case ref.Address() != sys.Address(), ref.Incarnation() != sys.Incarnation():
		return "", actor.ErrRemote
	}
	wire, err := ref.AppendWire(nil)
	return string(wire), err
}

// Path returns where the actor of an entry stands in its system.
func Path(sys *actor.System, e Entry) string {
	ref, err := Ref[struct{}](sys, e) // a Ref has a path whatever its messages are
	if err != nil {
		return ""
	}
	return ref.Path()
}

// TypeName returns what Item.Type has for messages of type M: the import path and the
// name, so that types of different packages with one name differ.
func TypeName[M any]() string {
	t := reflect.TypeFor[M]()
	if t.PkgPath() == "" {
		return t.String()
	}
	return t.PkgPath() + "." + t.Name()
}
