package gossip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// TestWhoIsUnreachable reads each accusation as "a>b": a does not hear b.
func TestWhoIsUnreachable(t *testing.T) {
	for _, test := range []struct{ name, down, accusations, want string }{
		{"nobody", "", "", ""},
		{"a crash", "", "a>c b>c", "c by a b"},
		{"a pair", "", "a>b b>a", "a by b, b by a"},
		{"one way", "", "b>a", "a by b"},
		{"one that is cut off and accuses the others", "", "a>c b>c c>a c>b", "a by c, b by c, c by a b"},
		{"a pair of which one crashes", "", "a>b b>a c>b", "b by a c"},
		{"an accuser that is down", "b", "b>a", ""},
		{"an accused that is down", "b", "a>b", ""},
		{"an accuser that nobody hears", "", "c>a b>c", "c by b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s State
			for _, a := range addresses[:3] {
				status := Up
				if string(a) == test.down {
					status = Down
				}
				s = s.With(Record{Node: Node{a, 1}, Status: status})
			}
			for _, accusation := range strings.Fields(test.accusations) {
				by, subject, _ := strings.Cut(accusation, ">")
				r := Report{Observer: Node{transport.Address(by), 1}}
				for _, before := range s.Reports {
					if before.Observer == r.Observer {
						r = before
					}
				}
				s = s.WithReport(r.With(Node{transport.Address(subject), 1}, true))
			}
			blame := s.Unreachable()
			var got []string
			for _, a := range addresses {
				if len(blame[a]) > 0 {
					got = append(got, fmt.Sprintf("%s by %s", a, strings.Trim(fmt.Sprint(blame[a]), "[]")))
				}
			}
			if list := strings.Join(got, ", "); list != test.want {
				t.Errorf("got %q, want %q", list, test.want)
			}
		})
	}
}

func TestReportTakesBack(t *testing.T) {
	a, b, c := Node{"a", 1}, Node{"b", 1}, Node{"c", 1}
	r := Report{Observer: a}.With(c, true).With(b, true).With(c, true)
	if !r.Accuses(b) || !r.Accuses(c) || len(r.Unreachable) != 2 || r.Version != 3 {
		t.Errorf("got %+v, want version 3 that accuses b and c once", r)
	}
	before := r
	r = r.With(b, false)
	if r.Accuses(b) || !r.Accuses(c) || r.Version != 4 {
		t.Errorf("got %+v, want version 4 that accuses c", r)
	}
	if !before.Accuses(b) {
		t.Error("the version before has changed")
	}
}
