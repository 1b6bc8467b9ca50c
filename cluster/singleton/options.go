package singleton

import (
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// Option is a choice made in Start or Proxy.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	role     string
	buffer   int
	retry    time.Duration
	patience time.Duration
	margin   time.Duration
	actor    []actor.Option
}

// WithRole has only members with the role run the instance. All nodes must name the same
// one. Start on a node without the role acts as Proxy. The default is any member.
func WithRole(role string) Option { return option(func(c *config) { c.role = role }) }

// WithBuffer bounds the messages that wait on this node while there is no instance. One
// beyond it is dropped: it becomes a dead letter, because of ErrBufferFull. 0 drops all.
// The default is 1000.
func WithBuffer(messages int) Option { return option(func(c *config) { c.buffer = messages }) }

// WithRetry says after what time a question that got no answer is asked again. It only
// matters for what was lost. The default is 200 ms.
func WithRetry(interval time.Duration) Option { return option(func(c *config) { c.retry = interval }) }

// WithPatience says how long a host that hands over waits at most for those who send to
// the instance, so that none of their messages is lost, and then for the next host, to
// give it what waits in the buffer. Who is unreachable is not waited for. The default is
// 2 s.
func WithPatience(most time.Duration) Option { return option(func(c *config) { c.patience = most }) }

// WithMargin says how much longer to wait once an older member was removed that has not
// said that it has no instance. Give it the time in which a node that was cut off learns
// from its own downing policy that it has to end. The default is 0: whoever was given up
// is taken to be dead.
func WithMargin(margin time.Duration) Option { return option(func(c *config) { c.margin = margin }) }

// WithActorOptions gives the instance options of actor.Spawn. The default is none.
func WithActorOptions(options ...actor.Option) Option {
	return option(func(c *config) { c.actor = append(c.actor, options...) })
}

func makeConfig(options []Option) (config, error) {
	c := config{buffer: 1000, retry: 200 * time.Millisecond, patience: 2 * time.Second}
	for _, o := range options {
		o.apply(&c)
	}
	switch {
	case c.buffer < 0:
		return c, fmt.Errorf("WithBuffer: %d messages: %w", c.buffer, ErrOption)
	case c.retry <= 0:
		return c, fmt.Errorf("WithRetry: %s: %w", c.retry, ErrOption)
	case c.patience < 0:
		return c, fmt.Errorf("WithPatience: %s: %w", c.patience, ErrOption)
	case c.margin < 0:
		return c, fmt.Errorf("WithMargin: %s: %w", c.margin, ErrOption)
	}
	return c, nil
}
