package pubsub

import (
	"fmt"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/transport"
)

// entries reads "a:x b:y/group c:z/group?", where ? is unreachable; "!" is another type.
func entries(text string) []registry.Entry {
	var all []registry.Entry
	for word := range strings.FieldsSeq(text) {
		e := registry.Entry{Reachable: !strings.HasSuffix(word, "?"), Item: registry.Item{Type: "int"}}
		word = strings.TrimSuffix(word, "?")
		if rest, other := strings.CutSuffix(word, "!"); other {
			e.Type, word = "string", rest
		}
		node, ref, _ := strings.Cut(word, ":")
		e.Owner = registry.Node{Address: transport.Address(node), Incarnation: 1}
		e.Item.Ref, e.Group, _ = strings.Cut(ref, "/")
		all = append(all, e)
	}
	return all
}

func TestPlan(t *testing.T) {
	self := registry.Node{Address: "a", Incarnation: 1}
	first := func(_ string, candidates []registry.Entry) registry.Entry { return candidates[0] }
	for name, c := range map[string]struct {
		entries  string
		audience audience
		want     string
	}{
		"nobody":                      {"", audience{self: self}, "0"},
		"one post for each node":      {"a:x a:y b:x b:y", audience{self: self}, "a all; b all; 0"},
		"one of a group":              {"a:x/g b:y/g", audience{self: self}, "a g=x; 0"},
		"one of each group":           {"a:x/g b:y/h b:z/h", audience{self: self}, "a g=x; b h=y; 0"},
		"both kinds in one post":      {"b:x b:y/g", audience{self: self}, "b all g=y; 0"},
		"a reachable one of a group":  {"a:x/g? b:y/g", audience{self: self}, "b g=y; 0"},
		"an unreachable one, at last": {"a:x/g? b:y/g?", audience{self: self}, "a g=x; 0"},
		"unreachable nodes too":       {"b:x?", audience{self: self}, "b all; 0"},
		"not those of another type":   {"a:x! b:y b:z/g!", audience{self: self}, "b all; 2"},
		"local only":                  {"a:x b:y a:z/g b:z/g", audience{self: self, local: true}, "a all g=z; 0"},
		"a group only":                {"a:x b:y/g b:z/h", audience{self: self, group: "g"}, "b g=y; 0"},
	} {
		t.Run(name, func(t *testing.T) {
			routes, mistyped := plan(entries(c.entries), "int", c.audience, first)
			var b strings.Builder
			for _, r := range routes {
				b.WriteString(string(r.node.Address))
				if r.all {
					b.WriteString(" all")
				}
				for _, p := range r.picks {
					b.WriteString(" " + p.Group + "=" + p.Ref)
				}
				b.WriteString("; ")
			}
			if got := fmt.Sprintf("%s%d", b.String(), mistyped); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
