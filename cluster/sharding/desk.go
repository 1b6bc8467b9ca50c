package sharding

import (
	"cmp"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// Shard is a shard as one node knows it.
type Shard struct {
	Type string
	ID   string
	At   transport.Address // of its home; empty while that is not known
	// Here says that this node hosts it, be it on the way to another one.
	Here bool
	// Entities is how many of its entities run on this node.
	Entities int
}

// desk is what others may look at, without a message to the region.
type desk struct {
	name    string
	table   atomic.Pointer[[]entry]
	dropped atomic.Uint64
}

type entry struct {
	shard    string
	at       transport.Address
	entities *atomic.Int64 // nil: it is not here
}

func (d *desk) show(table []entry) { d.table.Store(&table) }

func (d *desk) close() { d.table.Store(&[]entry{}) }

func (d *desk) shards() []Shard {
	table := d.table.Load()
	if table == nil {
		return nil
	}
	shards := make([]Shard, len(*table))
	for i, e := range *table {
		shards[i] = Shard{Type: d.name, ID: e.shard, At: e.at, Here: e.entities != nil}
		if e.entities != nil {
			shards[i].Entities = int(e.entities.Load())
		}
	}
	return shards
}

func (d *desk) drop(sys *actor.System, log *slog.Logger, what Dropped) {
	if n := d.dropped.Add(1); n&(n-1) == 0 { // 1, 2, 4, 8...: a flood does not drown the log
		log.Warn("sharding: message dropped", "type", what.Type, "id", what.ID, "so far", n, "error", what.Cause)
	}
	actor.Publish(sys, what)
}

// compareShards puts numbers in their order.
func compareShards(x, y string) int {
	n, errX := strconv.Atoi(x)
	m, errY := strconv.Atoi(y)
	if errX == nil && errY == nil {
		return cmp.Compare(n, m)
	}
	return cmp.Compare(x, y)
}

// desks are those of all types on one node.
type desks struct {
	mu  sync.Mutex
	all map[string]*desk
}

func desksOf(sys *actor.System) *desks {
	return actor.Extension(sys, func() *desks { return &desks{all: map[string]*desk{}} })
}

// open adds a desk, or returns nil if there is one of the name.
func (d *desks) open(name string) *desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all[name] != nil {
		return nil
	}
	d.all[name] = &desk{name: name}
	return d.all[name]
}

func (d *desks) forget(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.all, name)
}

// Shards returns all that the node of sys knows of shards, by type and then by ID. It
// may be called at any time.
func Shards(sys *actor.System) []Shard {
	d := desksOf(sys)
	d.mu.Lock()
	defer d.mu.Unlock()
	var shards []Shard
	for _, desk := range d.all {
		shards = append(shards, desk.shards()...)
	}
	slices.SortStableFunc(shards, func(x, y Shard) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), compareShards(x.ID, y.ID))
	})
	return shards
}
