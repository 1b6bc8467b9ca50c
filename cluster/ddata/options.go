package ddata

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// Option is a choice made in Start.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	gossipInterval time.Duration
	retryInterval  time.Duration
	role           string
	rand           *rand.Rand
}

// WithGossipInterval sets the time between two messages in which a node compares its data
// with a member that may have others; once all are known to have the same it is ten times
// as long. Changes do not wait for it. The default is 100 ms.
func WithGossipInterval(d time.Duration) Option {
	return option(func(c *config) { c.gossipInterval = d })
}

// WithRetryInterval sets how long an Update or a Get waits before it asks those that have
// not answered once more, and a Get those that it has not asked. The default is 50 ms.
func WithRetryInterval(d time.Duration) Option {
	return option(func(c *config) { c.retryInterval = d })
}

// WithRole has only the members with the role keep the data. It must be the same on every
// node that starts a replicator. The default, "", is all members.
func WithRole(role string) Option { return option(func(c *config) { c.role = role }) }

// WithRand sets the source of all random choices. The default has a random seed.
func WithRand(source rand.Source) Option {
	return option(func(c *config) { c.rand = rand.New(source) })
}

func makeConfig(sys *actor.System, options []Option) (config, error) {
	c := config{
		gossipInterval: 100 * time.Millisecond,
		retryInterval:  50 * time.Millisecond,
		rand:           rand.New(rand.NewPCG(sys.Seed("ddata"), 0)),
	}
	for _, o := range options {
		o.apply(&c)
	}
	switch {
	case c.gossipInterval <= 0:
		return c, fmt.Errorf("WithGossipInterval: %s is not positive: %w", c.gossipInterval, ErrOption)
	case c.retryInterval <= 0:
		return c, fmt.Errorf("WithRetryInterval: %s is not positive: %w", c.retryInterval, ErrOption)
	}
	return c, nil
}
