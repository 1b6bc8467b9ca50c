package downing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// world is members and the links between them that are cut, once everybody has noticed
// and has told all whom it still reaches.
type world struct {
	members []cluster.Member // the oldest first
	cut     map[transport.Link]bool
}

// parse reads members as "b a c?": they became Up in that order. What follows a name is
// its status: ? joining, ~ weakly up, - leaving, . exiting; /x is its role. Cuts are some
// of
//
//	ab|cd  from each on the left to each on the right, and back
//	a-b    between two
//	a>b    what a sends to b, and not back; ab>cd as above
func parse(members, cuts string) world {
	w := world{cut: map[transport.Link]bool{}}
	for i, text := range strings.Fields(members) {
		text, role, _ := strings.Cut(text, "/")
		m := cluster.Member{Address: transport.Address(text[:1]), Incarnation: 1, Status: cluster.Up, Number: i + 1}
		if role != "" {
			m.Roles = []string{role}
		}
		switch text[1:] {
		case "?":
			m.Status, m.Number = cluster.Joining, 0
		case "~":
			m.Status, m.Number = cluster.WeaklyUp, 0
		case "-":
			m.Status = cluster.Leaving
		case ".":
			m.Status = cluster.Exiting
		}
		w.members = append(w.members, m)
	}
	for _, text := range strings.Fields(cuts) {
		i := strings.IndexAny(text, "|->")
		for _, from := range text[:i] {
			for _, to := range text[i+1:] {
				w.sever(string(from), string(to))
				if text[i] != '>' {
					w.sever(string(to), string(from))
				}
			}
		}
	}
	return w
}

func (w world) sever(from, to string) {
	w.cut[transport.Link{From: transport.Address(from), To: transport.Address(to)}] = true
}

// reaches returns whom news of a member get to, if by way of others; itself first.
func (w world) reaches(from transport.Address) []transport.Address {
	out := []transport.Address{from}
	for i := 0; i < len(out); i++ {
		for _, m := range w.members {
			if !slices.Contains(out, m.Address) && !w.cut[transport.Link{From: out[i], To: m.Address}] {
				out = append(out, m.Address)
			}
		}
	}
	return out
}

// view returns what a member sees: what those report whose news get to it.
func (w world) view(self transport.Address) cluster.View {
	v := cluster.View{Self: self, Members: slices.Clone(w.members)}
	slices.SortFunc(v.Members, func(m, n cluster.Member) int { return strings.Compare(string(m.Address), string(n.Address)) })
	var s gossip.State
	for i, observer := range v.Members {
		s.Records = append(s.Records, gossip.Record{Node: node(observer), Status: gossip.Status(observer.Status)})
		r := gossip.Report{Observer: node(observer)}
		hears := func(j int) bool { return !w.cut[transport.Link{From: v.Members[j].Address, To: observer.Address}] }
		gossip.Watched(i, len(v.Members), 3, hears, func(j int) {
			if !hears(j) {
				r = r.With(node(v.Members[j]), true)
			}
		})
		if len(r.Unreachable) > 0 && slices.Contains(w.reaches(observer.Address), self) {
			s.Reports = append(s.Reports, r)
		}
	}
	blame := s.Unreachable()
	for i, m := range v.Members {
		v.Members[i].UnreachableBy = blame[m.Address]
		v.Members[i].Unreachable = len(blame[m.Address]) > 0
	}
	return v
}

func node(m cluster.Member) gossip.Node {
	return gossip.Node{Address: m.Address, Incarnation: m.Incarnation}
}

// decide returns what each member decides by itself, a while after the last change.
func (w world) decide(d cluster.Downing, stable time.Duration) map[transport.Address][]transport.Address {
	out := map[transport.Address][]transport.Address{}
	for _, m := range w.members {
		v := w.view(m.Address)
		if slices.ContainsFunc(v.Members, func(m cluster.Member) bool { return m.Unreachable }) {
			out[m.Address] = d.Decide(cluster.Situation{View: v, Stable: stable, Impaired: stable})
		}
	}
	return out
}

// survivors returns who is left in the end, as in "ac", the oldest first.
func (w world) survivors(d cluster.Downing, stable time.Duration) string {
	for {
		gone := w.gone(d, stable)
		before := len(w.members)
		w.members = slices.DeleteFunc(slices.Clone(w.members), func(m cluster.Member) bool { return gone[m.Address] })
		if len(w.members) == before {
			break
		}
		// What those have reported who are gone hides nothing any more.
	}
	left := ""
	for _, m := range w.members {
		left += string(m.Address)
	}
	return left
}

// gone returns who ends when all have been told what those have decided whose news get to
// them.
func (w world) gone(d cluster.Downing, stable time.Duration) map[transport.Address]bool {
	gone := map[transport.Address]bool{}
	for by, down := range w.decide(d, stable) {
		for _, a := range w.reaches(by) {
			gone[a] = gone[a] || slices.Contains(down, a)
		}
	}
	return gone
}

// whole reports whether all of them hear each other: they are one cluster.
func (w world) whole(left string) bool {
	for _, from := range left {
		for _, to := range left {
			if w.cut[transport.Link{From: transport.Address(from), To: transport.Address(to)}] {
				return false
			}
		}
	}
	return true
}

func (w world) String() string {
	var b strings.Builder
	for _, m := range w.members {
		fmt.Fprintf(&b, "%s %v; ", m, m.Roles)
	}
	for link := range w.cut {
		fmt.Fprintf(&b, "%s ", link)
	}
	return b.String()
}

// held is a lease that is there for one owner only, and answers at once.
type held string

func (h held) Acquire(_ context.Context, owner string) (bool, error) { return owner == string(h), nil }
func (h held) Release(context.Context, string) error                 { return nil }
