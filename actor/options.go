package actor

import (
	"log/slog"

	"github.com/7aca83c2/multinode/transport"
)

// SystemOption is a choice made in NewSystem.
type SystemOption interface{ apply(*System) }

type systemOption func(*System)

func (o systemOption) apply(s *System) { o(s) }

// WithNetwork puts the system on a network, at address. The default is none: the
// system's actors then cannot reach another node.
func WithNetwork(network transport.Network, address transport.Address) SystemOption {
	return systemOption(func(s *System) { s.network, s.address = network, address })
}

// WithIncarnation tells this life of the node from others at the same address. It must
// not be 0, and a later life must have a larger one. The default is the time of day in
// nanoseconds.
func WithIncarnation(incarnation uint64) SystemOption {
	return systemOption(func(s *System) { s.incarnation, s.incarnationSet = incarnation, true })
}

// WithLogger has the system log there. The default is to discard.
func WithLogger(logger *slog.Logger) SystemOption {
	return systemOption(func(s *System) { s.log = logger })
}

// Option is a choice made in Spawn.
type Option interface{ apply(*options) }

type option func(*options)

func (o option) apply(to *options) { o(to) }

// options are the choices for one actor.
type options struct {
	strategy Strategy
	mailbox  int // 0: unbounded
	stash    int
	hearDown bool
}

// defaultOptions is shared by all actors spawned without options.
var defaultOptions = &options{strategy: Restart{}, stash: 1000}

// OnFailure says what becomes of the actor when it fails. The default is Restart{}.
func OnFailure(strategy Strategy) Option {
	return option(func(o *options) { o.strategy = strategy })
}

// WithMailboxCapacity bounds the messages that wait for the actor, not counting those
// already taken from the mailbox in a batch. One beyond it is a dead letter. The
// default, and 0, is no bound.
func WithMailboxCapacity(messages int) Option {
	return option(func(o *options) { o.mailbox = messages })
}

// WithStashCapacity bounds the messages an actor may stash. The default is 1000.
func WithStashCapacity(messages int) Option {
	return option(func(o *options) { o.stash = messages })
}

// HearDown has the actor get what nodes send that were declared down: see NodeDown. It is
// meant for the protocol that declares them, so that it can tell them. The default is to
// ignore them.
func HearDown() Option { return option(func(o *options) { o.hearDown = true }) }

func makeOptions(opts []Option) *options {
	if len(opts) == 0 {
		return defaultOptions
	}
	o := *defaultOptions
	for _, opt := range opts {
		opt.apply(&o)
	}
	return &o
}
