package router_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/cluster/router"
	"github.com/7aca83c2/multinode/transport"
)

type job struct {
	Key   string
	Takes time.Duration
}

var workers = receptionist.NewKey[job]("workers")

// shop is a lab with workers, and what each has done.
type shop struct {
	*lab.Lab
	done map[string]*record // by worker
}

// record is the keys of the jobs that a worker has done.
type record struct {
	mu   sync.Mutex
	keys []string
}

func (r *record) add(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append(r.keys, key)
}

func (r *record) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.keys)
}

func (r *record) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = nil
}

func open(t testing.TB, addresses ...transport.Address) *shop {
	t.Helper()
	s := &shop{lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(time.Second))), map[string]*record{}}
	s.OnStart = func(_ transport.Address, m *cluster.Membership) { s.Must(receptionist.Start(m)) }
	s.Start(addresses...)
	s.AwaitUp()
	time.Sleep(time.Second)
	return s
}

// hire registers a worker, and waits until all nodes know it.
func (s *shop) hire(a transport.Address, name string) actor.Ref[job] {
	s.Helper()
	done := &record{}
	ref, err := actor.SpawnFunc(s.Nodes[a].System(), name, func(_ *actor.Context[job], j job) error {
		time.Sleep(j.Takes)
		done.add(j.Key)
		return nil
	})
	s.Must(err)
	s.done[ref.String()] = done
	if _, err := receptionist.Register(s.Nodes[a], workers, ref); err != nil {
		s.Fatal(err)
	}
	s.awaitWorkers(len(s.done))
	return ref
}

func (s *shop) awaitWorkers(n int) {
	s.Helper()
	s.Until(time.Minute, fmt.Sprintf("%d workers", n), func() bool {
		return !slices.ContainsFunc(s.Addresses(), func(a transport.Address) bool {
			return len(receptionist.Find(s.Nodes[a], workers)) != n
		})
	})
}

func (s *shop) router(a transport.Address, strategy router.Strategy, options ...router.Option) actor.Ref[job] {
	s.Helper()
	ref, err := router.New(s.Nodes[a], workers, strategy, options...)
	s.Must(err)
	return ref
}

// counts returns how many jobs each worker has done, as in "a/w 3, b/w 4".
func (s *shop) counts() string {
	time.Sleep(time.Millisecond)
	synctest.Wait()
	var all []string
	for worker, done := range s.done {
		all = append(all, fmt.Sprintf("%s %d", worker, len(done.all())))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (s *shop) expect(want string) {
	s.Helper()
	if got := s.counts(); got != want {
		s.Errorf("done are %s, want %s", got, want)
	}
}
