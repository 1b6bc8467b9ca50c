package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/transport"
)

// world is a lab whose nodes run a registry.
type world struct {
	*lab.Lab
	at map[transport.Address]*registry.Registry
}

func newWorld(t testing.TB, options ...cluster.Option) *world {
	w := &world{lab.New(t, append(options, lab.Quick)...), map[transport.Address]*registry.Registry{}}
	w.OnStart = func(a transport.Address, m *cluster.Membership) {
		var err error
		w.at[a], err = registry.Start(m, "things", registry.Interval)
		w.Must(err)
	}
	return w
}

// add puts a new actor under a key. The function that it returns removes it again.
func (w *world) add(a transport.Address, key string) (actor.Ref[int], func()) {
	w.Helper()
	sys := w.Nodes[a].System()
	ref, err := actor.SpawnFunc(sys, "", func(*actor.Context[int], int) error { return nil })
	w.Must(err)
	wire, err := registry.Wire(sys, ref)
	w.Must(err)
	i := registry.Item{Key: key, Type: "int", Ref: wire}
	r := w.at[a]
	r.Add(i, ref)
	return ref, func() { r.Remove(i, ref) }
}

// listing returns what a node has under all keys, as in "k: a/$5 b/$3; l: a/$5".
func (w *world) listing(a transport.Address) string {
	w.Helper()
	var lines []string
	for _, key := range w.at[a].Keys() {
		line := key + ":"
		for _, e := range w.at[a].Entries(key) {
			ref, err := registry.Ref[int](w.Nodes[a].System(), e)
			w.Must(err)
			line += " " + fmt.Sprintf("%s#%d", ref, ref.Incarnation())
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// agreeOn waits until all nodes have this many entries under the key, the same ones, and
// returns how long that took.
func (w *world) agreeOn(key string, entries int) time.Duration {
	w.Helper()
	began := time.Now()
	w.Until(time.Minute, fmt.Sprintf("%d entries under %q", entries, key), func() bool {
		all := w.Addresses()
		return len(w.at[all[0]].Entries(key)) == entries && !slices.ContainsFunc(all, func(a transport.Address) bool {
			return w.listing(a) != w.listing(all[0])
		})
	})
	return time.Since(began)
}
