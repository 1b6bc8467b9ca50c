package registry

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

var (
	self  = Node{Address: "a", Incarnation: 1}
	other = Node{Address: "b", Incarnation: 2}
	third = Node{Address: "c", Incarnation: 3}
)

func item(key, ref string) Item { return Item{Key: key, Ref: ref} }

// known returns what a replica has under a key, as in "x@b y@c?", where ? is unreachable.
func (r *replica) under(key string) string {
	var all []string
	for _, e := range r.index[key] {
		mark := ""
		if !e.Reachable {
			mark = "?"
		}
		all = append(all, fmt.Sprintf("%s@%s%s", e.Item.Ref, e.Owner.Address, mark))
	}
	return strings.Join(all, " ")
}

func TestUpdates(t *testing.T) {
	first := update{Owner: other, From: 0, To: 1, Added: []Item{item("k", "x")}}
	second := update{Owner: other, From: 1, To: 2, Added: []Item{item("k", "y")}}
	third3 := update{Owner: other, From: 2, To: 3, Removed: []Item{item("k", "x")}}
	all := update{Owner: other, From: 0, To: 3, Added: []Item{item("k", "y")}}
	for name, c := range map[string]struct {
		updates []update
		want    verdict // of the last
		under   string
	}{
		"in order":               {[]update{first, second, third3}, applied, "y@b"},
		"twice":                  {[]update{first, second, second}, upToDate, "x@b y@b"},
		"with one missing":       {[]update{first, third3}, tooNew, "x@b"},
		"of another beginning":   {[]update{second}, tooNew, ""},
		"all in place of some":   {[]update{first, all}, applied, "y@b"},
		"old behind new":         {[]update{all, first}, upToDate, "y@b"},
		"that overlap":           {[]update{first, {Owner: other, From: 0, To: 2, Added: []Item{item("k", "x"), item("k", "y")}}, third3}, applied, "y@b"},
		"that begin earlier":     {[]update{all, {Owner: other, From: 2, To: 4, Added: []Item{item("k", "z")}, Removed: []Item{item("k", "x")}}}, applied, "y@b z@b"},
		"of who is no member":    {[]update{{Owner: third, To: 1, Added: []Item{item("k", "x")}}}, refused, ""},
		"of the node itself":     {[]update{{Owner: self, To: 1, Added: []Item{item("k", "x")}}}, refused, ""},
		"of another life of one": {[]update{{Owner: Node{Address: "b", Incarnation: 1}, To: 9, Added: []Item{item("k", "x")}}}, refused, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReplica(self)
			r.follow(map[Node]bool{other: true})
			var got verdict
			for _, u := range c.updates {
				got, _ = r.apply(u)
			}
			if got != c.want {
				t.Errorf("the last is %d, want %d", got, c.want)
			}
			if under := r.under("k"); under != c.under {
				t.Errorf("have %q, want %q", under, c.under)
			}
		})
	}
}

func TestItemsGoWithTheirOwner(t *testing.T) {
	r := newReplica(self)
	r.own(item("k", "mine"), true)
	r.follow(map[Node]bool{other: true, third: true})
	r.apply(update{Owner: other, To: 5, Added: []Item{item("k", "x")}})
	r.apply(update{Owner: third, To: 5, Added: []Item{item("k", "y"), item("l", "y")}})

	if keys := r.follow(map[Node]bool{other: false, third: true}); fmt.Sprint(keys) != "[k]" {
		t.Errorf("changed are %v, want k", keys)
	}
	if got, want := r.under("k"), "mine@a x@b? y@c"; got != want {
		t.Errorf("have %q, want %q", got, want)
	}
	if keys := r.follow(map[Node]bool{{Address: "b", Incarnation: 7}: true}); fmt.Sprint(keys) != "[k l]" {
		t.Errorf("changed are %v, want k and l", keys)
	}
	if got, want := r.under("k"), "mine@a"; got != want {
		t.Errorf("have %q, want %q", got, want)
	}
	if got, _ := r.apply(update{Owner: other, To: 6, Added: []Item{item("k", "x")}}); got != refused {
		t.Errorf("an update of a former life is %d, want it refused", got)
	}
}

func TestNewerIsWhatADigestLacks(t *testing.T) {
	r := newReplica(self)
	r.own(item("k", "mine"), true)
	r.follow(map[Node]bool{other: true, third: true})
	r.apply(update{Owner: other, To: 5})
	for want, digest := range map[string][]known{
		"[a#1 b#2]": nil,
		"[b#2]":     {{self, 1}, {other, 4}},
		"[]":        {{self, 1}, {other, 6}, {third, 1}},
	} {
		if got := fmt.Sprint(r.newer(digest)); got != want {
			t.Errorf("newer than %v is %s, want %s", digest, got, want)
		}
	}
}

func TestTheItemsOfOneActorAreInOrder(t *testing.T) {
	r := newReplica(self)
	want := make([]Item, 20)
	for i := range want {
		want[i] = item(fmt.Sprintf("k%02d", i), "x")
		r.own(want[i], true)
	}
	if got := r.state(self).Added; !slices.Equal(got, want) {
		t.Errorf("the state has %v", got)
	}
}
