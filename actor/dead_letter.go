package actor

import (
	"context"
	"errors"
	"log/slog"
)

// DeadLetter is a message that was not handled by anybody. It is published on the
// system's event stream: where the message was sent if that is already clear there,
// otherwise where it arrived.
type DeadLetter struct {
	To      string // address and path
	Message any    // nil if it could not be decoded
	Cause   error
}

// DeadLetters returns how many messages could not be delivered so far.
func (s *System) DeadLetters() uint64 { return s.dead.Load() }

// Discard makes a dead letter of a message that somebody kept for another one, and gives
// up. What cannot be sent becomes one by itself.
func (s *System) Discard(d DeadLetter) { s.deadLetter(d) }

// deadLetter counts d, logs it and publishes it. A DeadLetter that is itself a dead
// letter is only counted: its subscriber is dead, and would be told of that for ever.
func (s *System) deadLetter(d DeadLetter) {
	s.dead.Add(1)
	if s.killed.Load() {
		return
	}
	level := slog.LevelDebug
	if e := (*encodeError)(nil); errors.As(d.Cause, &e) {
		level = slog.LevelError
	}
	if s.log.Enabled(context.Background(), level) {
		s.log.Log(context.Background(), level, "dead letter", slog.String("to", d.To), slog.Any("cause", d.Cause))
	}
	if _, loop := d.Message.(DeadLetter); !loop {
		Publish(s, d)
	}
}

// encodeError is why a message could not be encoded.
type encodeError struct{ err error }

func (e *encodeError) Error() string { return e.err.Error() }
func (e *encodeError) Unwrap() error { return e.err }
