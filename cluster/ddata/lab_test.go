package ddata

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

var (
	hits  = NewKey[crdt.PNCounter]("hits")
	names = NewKey[crdt.ORSet[string]]("names")
)

// dataLab is a lab whose nodes have replicators.
type dataLab struct {
	*lab.Lab
	at map[transport.Address]*Replicator
}

func newLab(t testing.TB, options ...cluster.Option) *dataLab {
	l := &dataLab{lab.New(t, options...), map[transport.Address]*Replicator{}}
	l.OnStart = func(a transport.Address, _ *cluster.Membership) { l.replicate(a) }
	return l
}

func (l *dataLab) replicate(a transport.Address) {
	l.Helper()
	m := l.Nodes[a]
	var err error
	l.at[a], err = Start(m, WithRand(rand.NewPCG(m.System().Incarnation(), 2)))
	l.Must(err)
}

// form boots the nodes and waits until they are up and have caught up.
func (l *dataLab) form(addresses ...transport.Address) {
	l.Helper()
	l.Start(addresses...)
	l.AwaitUp()
	for _, a := range addresses {
		_, err := Get(l.Within(time.Minute), l.at[a], hits, All)
		l.Must(err)
	}
}

// add counts on a node.
func (l *dataLab) add(a transport.Address, n int64, c Consistency, within time.Duration) error {
	r := l.at[a]
	return Update(l.Within(within), r, hits, c, func(old crdt.PNCounter) crdt.PNCounter { return old.Add(r.Self(), n) })
}

func (l *dataLab) mustAdd(a transport.Address, n int64, c Consistency) {
	l.Helper()
	l.Must(l.add(a, n, c, time.Minute))
}

func (l *dataLab) get(a transport.Address, c Consistency) int64 {
	l.Helper()
	v, err := Get(l.Within(time.Minute), l.at[a], hits, c)
	l.Must(err)
	return v.Value()
}

// settles waits until each node has that count by itself.
func (l *dataLab) settles(want int64, within time.Duration) {
	l.Helper()
	counts := map[transport.Address]int64{}
	defer func() {
		if l.Failed() {
			l.Log("counts:", counts)
		}
	}()
	l.Until(within, fmt.Sprintf("a count of %d on every node", want), func() bool {
		all := true
		for a := range l.Nodes {
			counts[a] = l.get(a, Local)
			all = all && counts[a] == want
		}
		return all
	})
}
