package sharding

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// node is one life of a member.
type node = gossip.Node

// message is what a region is told: a message for an entity, or a Control.
type message[M any] struct {
	ID  string
	Msg M
	// From is the region that sent it, empty if it is this one. Only where it comes from
	// is it kept and sent again; others send back what is not for them.
	From transport.Address
	// Number names an Ask of that region; 0 for what nobody waits for.
	Number uint64
	// Line is the shard's at the home that the sender knows, in an Ask. A home with another
	// line sends it back: if the node of the one that it was meant for fails, the sender
	// sends it again.
	Line uint64
	// Ask is who waits for the answer, if that is in this process.
	Ask     *asking `wire:"-"`
	Control *control[M]
}

// String returns what an Ask asks: neither who waits for the answer, nor where that is in memory.
func (m message[M]) String() string { return fmt.Sprint(m.ID, " ", m.Msg) }

// asking is an Ask under way.
type asking struct {
	over atomic.Bool
	fail context.CancelCauseFunc
}

// control is what the coordinator, other regions and the region itself tell a region.
type control[M any] struct {
	Kind    controlKind
	Shard   string
	Attempt uint64 // in welcome
	// Coordinator is who says so, in here, welcome, host, homeIs and handOff. A region
	// listens only to the one that has welcomed it.
	Coordinator actor.Ref[request[M]]
	Region      actor.Ref[message[M]]   // in homeIs: the home; in pause and paused: the sender
	Regions     []actor.Ref[message[M]] // in handOff: who has to pause
	Homes       []home[M]               // in welcome
	Line        uint64                  // in host and homeIs
	Tenure      uint64                  // in host, homeIs, handOff, pause and paused
	Number      int                     // in refused: of shards, in the cluster
	Round       uint64                  // in homeIs, pause and paused
	Node        node                    `wire:"-"` // in nodeLeaves and nodeGone
	Done        actor.Ref[string]       `wire:"-"` // in shutdown: told once it is done
}

func (c *control[M]) claim() claim { return claim{c.Shard, c.Line, c.Tenure, c.Round} }

// news is the content of a pause, from the home itself, or of a homeIs.
func (c *control[M]) news() news { return home[M]{c.Region, c.claim()}.news() }

// home is where a shard is.
type home[M any] struct {
	Region actor.Ref[message[M]]
	claim
}

func (h home[M]) news() news { return news{h.claim, nodeOf(h.Region)} }

// claim is a shard that a region hosts, or asks about. The line of a shard goes on from
// home to home as long as each hands over to the next, and has handled all it ever got. A
// shard whose home died begins a new one. A tenure is the time at one home, and later ones
// have higher numbers. The Round counts the hand-offs that the home has taken back.
type claim struct {
	Shard               string
	Line, Tenure, Round uint64
}

// news is word of a claim, and whose it is.
type news struct {
	claim
	at node
}

// before reports whether it is older news of a shard than another. The order is total:
// two coordinators that did not know of each other may have begun tenures of one number,
// at two homes, of which the one with the higher address counts as the later.
func (n news) before(other news) bool {
	return cmp.Or(cmp.Compare(n.Tenure, other.Tenure), n.at.Compare(other.at), cmp.Compare(n.Round, other.Round)) < 0
}

type controlKind uint8

const (
	// here: the coordinator is at this reference.
	here controlKind = iota + 1
	// welcome: the coordinator knows the region.
	welcome
	// refused: the region is not let in, because of its number of shards.
	refused
	// host: the region is to host the shard.
	host
	// homeIs: the shard is at the region.
	homeIs
	// handOff: the region is to give the shard up.
	handOff
	// pause: the sender gives the shard up; keep what is meant for it.
	pause
	// paused: the answer to that, behind what was sent before.
	paused
	// notHere: the region does not host the shard of the message that comes back with it.
	notHere

	// These a region only tells itself.
	retry
	nodeLeaves
	nodeGone
	located
	coordinatorGone
	shardEnded
	handOffDue
	shutdown
	leaveDue
	ended
)

// request is what regions tell the coordinator, and it tells itself.
type request[M any] struct {
	Kind    requestKind
	Region  actor.Ref[message[M]]
	Attempt uint64 // in register
	Number  int    // in register: of shards
	Proxy   bool   // in register: hosts nothing
	Leaving bool   // in register
	// Claims are the shards that it is about. In released, the Line is 0 if the shard ended
	// otherwise than in a hand-off.
	Claims []claim
	Ending []string // in register: shards among the claims whose entities are being stopped
	Parted []claim  // in register: handed off, to a home that the region has not heard of
	Latest uint64   // in register: the highest tenure that the region has heard of
	Node   node     `wire:"-"` // in regionGone and absent
}

type requestKind uint8

const (
	// knock: where is the coordinator? This goes by way of the singleton, all else
	// directly: what waits on its way cannot reach another coordinator.
	knock requestKind = iota + 1
	// register: the region exists, and hosts the shards.
	register
	// locate: where are the shards?
	locate
	// outdated: the region has heard of a later tenure than that of which it was told.
	outdated
	// hosting: the region hosts the shard.
	hosting
	// released: the region does not host the shard (any more).
	released
	// leave: the region wants to host nothing any more.
	leave

	// These the coordinator only tells itself.
	regionGone
	absent
	viewChanged
	remind
)

func nodeOf[M any](ref actor.Ref[M]) node {
	return node{Address: ref.Address(), Incarnation: ref.Incarnation()}
}

func nodeOfMember(m cluster.Member) node {
	return node{Address: m.Address, Incarnation: m.Incarnation}
}

// What is sent about each of many goes out in their order, so that two runs do the same.

// inOrder returns the names in a map, sorted.
func inOrder[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// nodesOf returns the nodes in a map, sorted.
func nodesOf[V any](m map[node]V) []node { return slices.SortedFunc(maps.Keys(m), node.Compare) }

func compareRefs[M any](x, y actor.Ref[M]) int { return nodeOf(x).Compare(nodeOf(y)) }
