package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// TestAutoDown reads "c<a,b" as: a and b do not hear c. The members became Up in the
// order of their names.
func TestAutoDown(t *testing.T) {
	for _, test := range []struct{ name, accusations, want string }{
		{"all is well", "", ""},
		{"a crash", "c<a,b", "c"},
		{"two crashes", "c<a,b d<a,b", "c d"},
		{"two nodes, one crash", "a<b", "a"},
		{"a pair: the younger goes", "a<b b<a", "b"},
		{"two pairs with one in common", "a<b b<a b<c c<b", "b"},
		{"one that is cut off, and is heard of all the same", "c<a,b,d a<c b<c d<c", "c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := Situation{Unreachable: map[transport.Address]time.Duration{}}
			for i, a := range []transport.Address{"a", "b", "c", "d"} {
				s.View.Members = append(s.View.Members, Member{Address: a, Status: Up, Number: i + 1})
			}
			for _, accusation := range strings.Fields(test.accusations) {
				subject, by, _ := strings.Cut(accusation, "<")
				m := &s.View.Members[subject[0]-'a']
				m.Unreachable = true
				for a := range strings.SplitSeq(by, ",") {
					m.UnreachableBy = append(m.UnreachableBy, transport.Address(a))
				}
				s.Unreachable[m.Address] = time.Second
			}
			got := strings.Trim(fmt.Sprint(AutoDown(time.Second).Decide(s)), "[]")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if early := AutoDown(time.Second + 1).Decide(s); len(early) > 0 {
				t.Errorf("too early: %v", early)
			}
		})
	}
}
