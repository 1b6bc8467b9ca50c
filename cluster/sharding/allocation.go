package sharding

import (
	"cmp"
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/rendezvous"
	"github.com/7aca83c2/multinode/transport"
)

// Load is the shards of one region.
type Load struct {
	Address transport.Address
	Shards  []string // in order
}

// Allocation decides where shards go. The coordinator asks it, one call at a time, with
// the regions that can be reached and stay, by address. It must not keep or change what
// it is given, and should be a pure function of it.
type Allocation interface {
	// Allocate returns the address of the region that is to host the shard. There is at
	// least one.
	Allocate(shard string, regions []Load) transport.Address
	// Rebalance returns the shards that are to move now. Each is handed off, and then
	// Allocate is asked. It is called when something has changed and no shard is moving.
	Rebalance(regions []Load) []string
}

// LeastShards returns an Allocation that evens out the number of shards, moving at most
// atOnce at a time. Regions may differ by one shard.
func LeastShards(atOnce int) Allocation { return leastShards{atOnce} }

type leastShards struct{ atOnce int }

func (leastShards) Allocate(_ string, regions []Load) transport.Address {
	return slices.MinFunc(regions, compareLoads).Address
}

func (s leastShards) Rebalance(regions []Load) []string {
	left := slices.Clone(regions)
	var moved []string
	for len(moved) < s.atOnce && len(left) > 1 {
		most := slices.IndexFunc(left, func(l Load) bool { return l.Address == slices.MaxFunc(left, compareLoads).Address })
		least := slices.IndexFunc(left, func(l Load) bool { return l.Address == slices.MinFunc(left, compareLoads).Address })
		from, to := &left[most], &left[least]
		if len(from.Shards) <= len(to.Shards)+1 {
			break
		}
		last := len(from.Shards) - 1
		shard := from.Shards[last]
		if slices.Contains(moved, shard) {
			break
		}
		moved = append(moved, shard)
		from.Shards = from.Shards[:last:last]
		to.Shards = append([]string{shard}, to.Shards...)
	}
	return moved
}

// ConsistentHashing returns an Allocation that follows from the names of shards and
// regions alone (rendezvous hashing, Thaler and Ravishankar 1998): a shard is where it
// was before whenever the same nodes are there, so shards of several types that share
// names share nodes. A region that comes or goes moves its own shards only, at most
// atOnce at a time. The load is even on average, not exactly.
func ConsistentHashing(atOnce int) Allocation { return consistentHashing{atOnce} }

type consistentHashing struct{ atOnce int }

func (consistentHashing) Allocate(shard string, regions []Load) transport.Address {
	return transport.Address(rendezvous.Pick(shard, addressesOf(regions)))
}

func (s consistentHashing) Rebalance(regions []Load) []string {
	addresses := addressesOf(regions)
	var moved []string
	for _, region := range regions {
		for _, shard := range region.Shards {
			if len(moved) < s.atOnce && rendezvous.Pick(shard, addresses) != string(region.Address) {
				moved = append(moved, shard)
			}
		}
	}
	return moved
}

func addressesOf(regions []Load) []string {
	addresses := make([]string, len(regions))
	for i, region := range regions {
		addresses[i] = string(region.Address)
	}
	return addresses
}

func compareLoads(x, y Load) int {
	return cmp.Or(cmp.Compare(len(x.Shards), len(y.Shards)), cmp.Compare(y.Address, x.Address))
}
