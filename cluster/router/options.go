package router

import (
	"fmt"

	"github.com/7aca83c2/multinode/actor"
)

// Option is a choice made in New.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	parent actor.Parent
	name   string
	buffer int
}

// WithParent makes the router a child of an actor, with which it ends. The default is the
// actor system of the membership.
func WithParent(parent actor.Parent) Option { return option(func(c *config) { c.parent = parent }) }

// WithName names the router among its parent's children. The default is a name that is
// chosen.
func WithName(name string) Option { return option(func(c *config) { c.name = name }) }

// WithBuffer sets how many messages may wait while there is no routee; 0 is none. The
// default is 1000.
func WithBuffer(messages int) Option { return option(func(c *config) { c.buffer = messages }) }

func makeConfig(parent actor.Parent, options []Option) (config, error) {
	c := config{parent: parent, buffer: 1000}
	for _, o := range options {
		o.apply(&c)
	}
	if c.buffer < 0 {
		return c, fmt.Errorf("WithBuffer: %d is negative: %w", c.buffer, ErrOption)
	}
	return c, nil
}
