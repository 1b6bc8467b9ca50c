package pubsub

import (
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// Option is a choice made in Start.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct{ interval time.Duration }

// WithRetryInterval sets the time after which a node asks another one again whether it
// has missed a subscription; further tries come less and less often. Changes do not wait
// for it. The default is 200 ms.
func WithRetryInterval(d time.Duration) Option { return option(func(c *config) { c.interval = d }) }

func makeConfig(options []Option) (config, error) {
	c := config{interval: registry.Interval}
	for _, o := range options {
		o.apply(&c)
	}
	if c.interval <= 0 {
		return c, fmt.Errorf("WithRetryInterval: %s is not positive: %w", c.interval, ErrOption)
	}
	return c, nil
}

// TopicOption is a choice made in TopicOf.
type TopicOption interface{ apply(*topicConfig) }

type topicOption func(*topicConfig)

func (o topicOption) apply(c *topicConfig) { o(c) }

type topicConfig struct{ choice Choice }

// WithChoice sets how what is published through this Topic finds one of a group. The
// default is RoundRobin.
func WithChoice(choice Choice) TopicOption {
	return topicOption(func(c *topicConfig) { c.choice = choice })
}
