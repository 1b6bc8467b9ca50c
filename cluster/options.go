package cluster

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Option is a choice made in Start.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// config is what the options choose.
type config struct {
	seeds     []transport.Address
	contacts  []transport.Address
	roles     []string
	gossip    time.Duration
	detector  Detector
	watchers  int
	downing   Downing
	weaklyUp  time.Duration
	formAfter time.Duration
	rand      *rand.Rand
	log       *slog.Logger
}

// WithSeeds sets the addresses that a node asks to be let in. All nodes should have the
// same, in the same order: the first may form a cluster, the others only join one. The
// default is the node's own address, so that it forms a cluster alone.
func WithSeeds(addresses ...transport.Address) Option {
	return option(func(c *config) { c.seeds = addresses })
}

// WithContacts sets further addresses that a node asks to be let in, and that the first seed
// waits for before it forms a cluster: those of nodes that may be members already. It is
// meant for a node that is started anew. The default is none.
func WithContacts(addresses ...transport.Address) Option {
	return option(func(c *config) { c.contacts = addresses })
}

// WithRoles sets the roles of the member, which say what it is there for. The default is
// none.
func WithRoles(names ...string) Option { return option(func(c *config) { c.roles = names }) }

// WithGossipInterval sets the time between two messages in which a node compares what it
// knows with a member chosen at random, while the members do not agree; when they do it
// is ten times as long. Changes do not wait for it. The default is 100 ms.
func WithGossipInterval(d time.Duration) Option { return option(func(c *config) { c.gossip = d }) }

// WithDetector sets the failure detector. The default is Deadline with a heartbeat every
// 150 ms and a patience of 500 ms.
func WithDetector(d Detector) Option { return option(func(c *config) { c.detector = d }) }

// WithWatchers sets how many reachable members watch each one in a cluster of more than
// ten; in a smaller one, all watch all. It must be the same on every node. The default
// is 3.
func WithWatchers(n int) Option { return option(func(c *config) { c.watchers = n }) }

// WithDowning sets who decides which members are given up: see AutoDown, and package
// downing for policies that survive a split. The default is NoDowning.
func WithDowning(d Downing) Option { return option(func(c *config) { c.downing = d }) }

// WithWeaklyUpAfter sets how long members may be Joining, kept from becoming Up by
// somebody unreachable, before the leader makes them WeaklyUp. The default is 1 s; 0 is
// never.
func WithWeaklyUpAfter(d time.Duration) Option { return option(func(c *config) { c.weaklyUp = d }) }

// WithFormAfter sets how long the first seed waits for the other seeds and the contacts to
// say whether they have a cluster, before it takes their silence for a no, forms one and
// says so: see Formed. The default is 1 s.
func WithFormAfter(d time.Duration) Option { return option(func(c *config) { c.formAfter = d }) }

// WithRand sets the source of all random choices. The default has a random seed.
func WithRand(source rand.Source) Option {
	return option(func(c *config) { c.rand = rand.New(source) })
}

// WithLogger sets where to log what happens to the membership: changes at level Info,
// trouble at level Warn. The default is to discard.
func WithLogger(logger *slog.Logger) Option { return option(func(c *config) { c.log = logger }) }

func makeConfig(self transport.Address, seed uint64, options []Option) (config, error) {
	c := config{
		seeds:     []transport.Address{self},
		gossip:    100 * time.Millisecond,
		detector:  Deadline(150*time.Millisecond, 500*time.Millisecond),
		watchers:  3,
		downing:   NoDowning(),
		weaklyUp:  time.Second,
		formAfter: time.Second,
		rand:      rand.New(rand.NewPCG(seed, 0)),
		log:       slog.New(slog.DiscardHandler),
	}
	for _, o := range options {
		o.apply(&c)
	}
	c.seeds, c.contacts, c.roles = slices.Clone(c.seeds), slices.Clone(c.contacts), slices.Clone(c.roles)
	return c, c.check()
}

func (c *config) check() error {
	interval := c.detector.Interval()
	patience := c.detector.Monitor().Patience()
	switch {
	case len(c.seeds) == 0:
		return fmt.Errorf("WithSeeds: no address: %w", ErrOption)
	case c.gossip <= 0:
		return fmt.Errorf("WithGossipInterval: %s is not positive: %w", c.gossip, ErrOption)
	case c.watchers < 1:
		return fmt.Errorf("WithWatchers: %d is not positive: %w", c.watchers, ErrOption)
	case interval <= 0:
		return fmt.Errorf("WithDetector: interval %s is not positive: %w", interval, ErrOption)
	case patience < 2*interval:
		return fmt.Errorf("WithDetector: unreachable after %s is less than two intervals of %s: %w",
			patience, interval, ErrOption)
	}
	return nil
}
