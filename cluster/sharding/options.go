package sharding

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// Option is a choice made in Start, StartProxy and StartDaemon.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// config is what the options choose.
type config struct {
	name     string // of the type
	role     string
	shards   int
	shardOf  func(id string) string
	strategy Allocation
	buffer   int
	patience time.Duration
	entities []actor.Option
	idle     time.Duration
	most     int
	store    Store
	always   []string // shards that have a home even if nobody asks
	custom   bool     // shardOf is the user's
	immortal bool     // entities that end are started again
}

// WithRole has only members with the role host shards, and the oldest of them
// coordinate; on the others, Start acts as StartProxy. It must be the same on all
// nodes. The default is all members.
func WithRole(role string) Option { return option(func(c *config) { c.role = role }) }

// WithShards sets how many shards there are. Ten times the number of nodes is a good
// choice. It must be the same on all nodes: one that differs is refused, see ErrShards. It
// may change once all nodes have stopped. The default is 100.
func WithShards(n int) Option { return option(func(c *config) { c.shards = n }) }

// WithShardOf sets which shard an id falls to, in place of a hash (FNV-1a) modulo
// WithShards. The function must be the same on all nodes.
func WithShardOf(shardOf func(id string) string) Option {
	return option(func(c *config) { c.shardOf, c.custom = shardOf, shardOf != nil })
}

// WithAllocation sets who decides where shards go. The default is LeastShards(10).
func WithAllocation(a Allocation) Option { return option(func(c *config) { c.strategy = a }) }

// WithBuffer sets how many messages a region keeps for shards whose home is not known
// or which are moving, and a shard for its entities that are stopping. The default is
// 10000 each.
func WithBuffer(messages int) Option { return option(func(c *config) { c.buffer = messages }) }

// WithHandOffTimeout sets how long a hand-off waits for the other regions to pause, and
// then for the entities to drain. After that it goes on without those who do not answer,
// or kills what has not drained: messages may be lost. The default is 10 s.
func WithHandOffTimeout(d time.Duration) Option { return option(func(c *config) { c.patience = d }) }

// WithEntityOptions sets options for the actors of the entities, such as
// actor.OnFailure. The default is none.
func WithEntityOptions(options ...actor.Option) Option {
	return option(func(c *config) { c.entities = options })
}

// WithPassivateAfter passivates entities that got no message for d. The default is
// never.
func WithPassivateAfter(d time.Duration) Option { return option(func(c *config) { c.idle = d }) }

// WithEntitiesPerShard passivates the least recently used entity of a shard when it has
// more than n. The default is no limit.
func WithEntitiesPerShard(n int) Option { return option(func(c *config) { c.most = n }) }

// WithRemember keeps the ids of started entities in the store, and starts them again
// wherever their shard moves. An entity that stops by itself, or passivates itself, is
// forgotten. Proxies that may coordinate need the store, too. If WithShards or WithShardOf
// has changed since the cluster ran last, the ids move to their new shards before any of
// those starts. The default is that entities start with their first message.
func WithRemember(s Store) Option { return option(func(c *config) { c.store = s }) }

func makeConfig(name string, options []Option) (*config, error) {
	c := &config{name: name, shards: 100, strategy: LeastShards(10), buffer: 10000, patience: 10 * time.Second}
	for _, o := range options {
		o.apply(c)
	}
	if c.shardOf == nil {
		c.shardOf = c.hash
	}
	return c, c.check()
}

// number returns how many shards there are, which has to be the same on all nodes; 0 if a
// function of the user's says.
func (c *config) number() int {
	switch {
	case c.immortal:
		return len(c.always)
	case c.custom:
		return 0
	}
	return c.shards
}

func (c *config) hash(id string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	return strconv.FormatUint(h.Sum64()%uint64(c.shards), 10)
}

func (c *config) check() error {
	switch {
	case c.name == "" || strings.ContainsAny(c.name, "/$"):
		return fmt.Errorf("type %q: a name has no / or $ and is not empty: %w", c.name, ErrOption)
	case c.shards < 1:
		return fmt.Errorf("WithShards(%d): there is at least one: %w", c.shards, ErrOption)
	case c.strategy == nil:
		return fmt.Errorf("WithAllocation(nil): shards need one: %w", ErrOption)
	case c.buffer < 0:
		return fmt.Errorf("WithBuffer(%d): less than none: %w", c.buffer, ErrOption)
	case c.patience <= 0:
		return fmt.Errorf("WithHandOffTimeout(%s): not positive: %w", c.patience, ErrOption)
	case c.idle < 0:
		return fmt.Errorf("WithPassivateAfter(%s): negative: %w", c.idle, ErrOption)
	case c.most < 0:
		return fmt.Errorf("WithEntitiesPerShard(%d): less than none: %w", c.most, ErrOption)
	case c.store != nil && (c.idle > 0 || c.most > 0):
		return fmt.Errorf("WithRemember with WithPassivateAfter or WithEntitiesPerShard: remembered entities always run: %w", ErrOption)
	}
	return nil
}
