package stage

import (
	"context"
	"fmt"

	"github.com/7aca83c2/multinode/internal/codec"
)

// Director is how the process that runs a spec reaches its stage: the Stage itself, or a connection to
// the process that has it. What can be asked are the verbs.
type Director interface {
	Ask(ctx context.Context, verb string, argument []byte) (answer []byte, err error)
}

// Backstage is how a role's process reaches the stage.
type Backstage interface {
	Director
	// Log puts a line on the timeline. It does not wait.
	Log(Entry)
	// Saw says what the node of the role sees from now on. It does not wait.
	Saw(Sight)
	// Failed says what has failed on the role outside of what a Director has called. It
	// does not wait.
	Failed(Failure)
}

// Verb is what can be asked of a stage, with an argument and an answer of these types. Both ends of a
// connection use the same value.
type Verb[A, R any] struct {
	name string
	do   func(*Stage, context.Context, A) (R, error)
}

// OnVerb is told of each verb of a spec, in its words, when it begins. What it returns is told how the verb
// ends, and returns that.
type OnVerb func(ctx context.Context, verb string) (ended func(error) error)

// Nothing is the argument or the answer of a verb that has none.
type Nothing struct{}

// Ask does it, on a stage of this process or at the other end.
func (v Verb[A, R]) Ask(ctx context.Context, d Director, argument A) (R, error) {
	if s, here := d.(*Stage); here {
		return v.do(s, ctx, argument)
	}
	return Encoded[A, R](argument, func(argument []byte) ([]byte, error) { return d.Ask(ctx, v.name, argument) })
}

// Tell is Ask for a verb that has no answer.
func (v Verb[A, R]) Tell(ctx context.Context, d Director, argument A) error {
	_, err := v.Ask(ctx, d, argument)
	return err
}

// verbs are what Stage.Ask does, by name.
var verbs = map[string]func(*Stage, context.Context, []byte) ([]byte, error){}

func verb[A, R any](name string, do func(*Stage, context.Context, A) (R, error)) Verb[A, R] {
	verbs[name] = Decoding(do)
	return Verb[A, R]{name, do}
}

// order is verb for one that has no answer.
func order[A any](name string, do func(*Stage, context.Context, A) error) Verb[A, Nothing] {
	return verb(name, func(s *Stage, ctx context.Context, argument A) (Nothing, error) {
		return Nothing{}, do(s, ctx, argument)
	})
}

// ofRoles has the names of the verbs of a Backstage, which alone a role may ask for.
var ofRoles = map[string]bool{}

func ofRole[A, R any](v Verb[A, R]) Verb[A, R] {
	ofRoles[v.name] = true
	return v
}

type roleKey struct{}

// As returns a context in which the process of a role asks: the verbs of a Backstage, and in its own name.
func As(ctx context.Context, role string) context.Context {
	return context.WithValue(ctx, roleKey{}, role)
}

// mayAsk returns an error if a verb is in the name of a role that is not the one that asks.
func mayAsk(ctx context.Context, role string) error {
	if as, is := ctx.Value(roleKey{}).(string); is && as != role {
		return fmt.Errorf("stage: role %q asks in the name of %q", as, role)
	}
	return nil
}

// Ask implements Director and Backstage, for the other end of a connection.
func (s *Stage) Ask(ctx context.Context, verb string, argument []byte) ([]byte, error) {
	do := verbs[verb]
	if role, is := ctx.Value(roleKey{}).(string); is && !ofRoles[verb] {
		return nil, fmt.Errorf("stage: role %q asks for %q, which is the Director's", role, verb)
	}
	if do == nil {
		return nil, fmt.Errorf("stage: unknown verb %q", verb)
	}
	return do(s, ctx, argument)
}

// Encoded asks with an encoded argument, and decodes the answer.
func Encoded[A, R any](argument A, ask func(argument []byte) (answer []byte, err error)) (result R, err error) {
	data, err := codec.AppendAs(nil, argument)
	if err != nil {
		return result, err
	}
	if data, err = ask(data); err != nil {
		return result, err
	}
	return codec.DecodeAs[R](data, nil)
}

// Decoding returns the other side of Encoded: what does something with a decoded argument, and encodes
// the answer.
func Decoding[S, A, R any](do func(S, context.Context, A) (R, error)) func(S, context.Context, []byte) ([]byte, error) {
	return func(s S, ctx context.Context, data []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](data, nil)
		if err != nil {
			return nil, err
		}
		result, err := do(s, ctx, argument)
		if err != nil {
			return nil, err
		}
		return codec.AppendAs(nil, result)
	}
}
