package ddata

import (
	"testing"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

func TestDigestFollowsFromTheData(t *testing.T) {
	self := crdt.Replica{Address: "a", Incarnation: 1}
	one := crdt.PNCounter{}.Add(self, 1)
	fill := func(values map[string][]crdt.PNCounter) uint64 {
		s := newStore(nil)
		for key, history := range values {
			for _, v := range history {
				if _, err := s.put(key, kindOf[crdt.PNCounter](), v); err != nil {
					t.Fatal(err)
				}
			}
		}
		return s.digest
	}
	want := fill(map[string][]crdt.PNCounter{"x": {one}, "y": {one.Add(self, 1)}})
	if got := fill(map[string][]crdt.PNCounter{"y": {one, one.Add(self, 1)}, "x": {one, one}}); got != want {
		t.Error("the way to the same data makes a difference")
	}
	for _, other := range []map[string][]crdt.PNCounter{
		{"x": {one}},
		{"x": {one.Add(self, 1)}, "y": {one}},
	} {
		if fill(other) == want {
			t.Errorf("%v has the digest of other data", other)
		}
	}
}
