package crdt_test

import (
	"fmt"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

func Example() {
	onA := crdt.Replica{Address: "a", Incarnation: 1}
	onB := crdt.Replica{Address: "b", Incarnation: 1}

	a := crdt.ORSet[string]{}.Add(onA, "apple", "pear")
	b := crdt.ORSet[string]{}.Merge(a)

	a = a.Remove("apple", "pear") // and at the same time, on b:
	delta := b.Add(onB, "pear").Since(b)

	fmt.Println(a.Elements(), a.Merge(delta).Elements(), delta.Merge(a).Elements())
	// Output: [] [pear] [pear]
}

// A map whose values are counters.
func ExampleORMap() {
	onA := crdt.Replica{Address: "a", Incarnation: 1}
	onB := crdt.Replica{Address: "b", Incarnation: 1}
	one := func(as crdt.Replica, c crdt.PNCounter) crdt.PNCounter { return c.Add(as, 1) }

	a := crdt.ORMap[string, crdt.PNCounter]{}.Update(onA, "hits", one)
	b := a.Update(onB, "hits", one) // a does not know of this
	a = a.Remove("hits").Update(onA, "hits", one)

	hits, _ := a.Merge(b).Get("hits")
	fmt.Println(hits.Value())
	// Output: 2
}
