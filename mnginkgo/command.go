package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/recorder"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
)

// CommandHandle calls a Command on a node.
type CommandHandle[A, R any] struct {
	ordinal  int
	declared types.CodeLocation
}

// Command declares code that a spec can run on a node. Declare it in a package
// variable or in the body of a container, so that every process knows it. Argument
// and result are encoded in all variants; a type that cannot be is refused here,
// with a panic that names the type and the field.
//
//	var ask = Command(func(ctx context.Context, node *Node, id string) (string, error) { ... })
//	...
//	Expect(ask.On(ctx, cluster.Node("b"), "entity-1")).To(Equal("pong"))
func Command[A, R any](command func(ctx context.Context, node *Node, argument A) (R, error)) CommandHandle[A, R] {
	mustTravel[A]("argument")
	mustTravel[R]("result")
	if tree.SpecsRun() {
		panic("mnginkgo: Command: declare it in a package variable or in the body of a container: " +
			"one that is made while specs run is not known to the other processes")
	}
	specs.Register("Command", fmt.Sprintf("%T", command))
	number := commands.Add(func(ctx context.Context, node *Node, data []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](data, node.decoderEnv())
		if err != nil {
			return nil, err
		}
		result, err := command(ctx, node, argument)
		if err != nil {
			return nil, err
		}
		return codec.AppendAs(nil, result)
	})
	return CommandHandle[A, R]{number, types.NewCodeLocation(1)}
}

func mustTravel[T any](what string) {
	if err := codec.Check(reflect.TypeFor[T]()); err != nil {
		panic(fmt.Sprintf("mnginkgo: Command: its %s cannot travel between nodes: %v", what, err))
	}
}

// On runs the command on the node and returns its result. An error of the command,
// a panic or a failed assertion in it, and an argument that cannot be encoded, come back as a
// *CommandError; a role that does not run and a process that has died as other errors.
// What has failed is in the timeline of the spec's entry. The page of a failed spec tells an error of the command from one
// with which nobody knows what it has done, as when its node has crashed meanwhile.
func (c CommandHandle[A, R]) On(ctx context.Context, node *Handle, argument A) (result R, err error) {
	if err := node.owner().usableBy("On"); err != nil {
		return result, err
	}
	began, place := time.Now(), fmt.Sprintf("%s:%d", filepath.Base(c.declared.FileName), c.declared.LineNumber)
	node.cluster.spend()
	data, err := codec.AppendAs(nil, argument)
	noted := node.cluster.noted.Begin(recorder.Operation{
		Client: "spec", Role: node.role, Command: true, Input: brief(argument, len(data)), Place: place,
	})
	var answer []byte
	known := true
	if err != nil {
		err = &CommandError{Role: node.role, Text: err.Error()}
	} else if answer, known, err = node.command(ctx, c.ordinal, data); err == nil {
		result, err = codec.DecodeAs[R](answer, nil)
	}
	if err == nil {
		node.cluster.noted.End(noted, brief(result, len(answer)), nil)
		return result, nil
	}
	text := err.Error()
	if e := (*CommandError)(nil); errors.As(err, &e) {
		text = e.Text
	}
	node.cluster.failed.Failed(place, node.role, began, text)
	if known {
		node.cluster.noted.End(noted, "", errors.New(text))
	} else {
		node.cluster.noted.GiveUp(noted, errors.New(text))
	}
	return result, err
}

// brief returns what a value looks like, for the record, if it is not too long, as its length in bytes says.
func brief(value any, length int) string {
	const most = 1 << 10
	if length > most {
		return fmt.Sprintf("%T, %d bytes", value, length)
	}
	if text, is := value.(string); is { // which may be empty, or have what would not be seen
		return strconv.Quote(text)
	}
	return fmt.Sprint(value)
}

// command runs a command and returns its answer. An error is known to be how it has ended if it was not begun, or if
// the node that it was begun on says so, and has lived on: one that goes on with what it does may yet do it, and so may
// others that it has asked.
func (h *Handle) command(ctx context.Context, ordinal int, argument []byte) (answer []byte, known bool, err error) {
	cast := h.cluster.cast
	if err := cast.NeedRunning(h.role); err != nil {
		return nil, true, fmt.Errorf("command on %s: %w", h.role, err)
	}
	life := cast.Incarnation(h.role)
	request := seat.BodyRequest{Number: ordinal, Argument: argument, Waits: durations.Lend()}
	ctx, end := h.cluster.awaited(ctx)
	defer end()
	ctx, over := h.cluster.mindLimit(ctx, "a command on "+h.role)
	defer over()
	a, err := call(ctx, h.cluster, h.role, seat.Command, request)
	known = ctx.Err() == nil && cast.NeedRunning(h.role) == nil && cast.Incarnation(h.role) == life
	switch {
	case cast.Loss(h.role) != nil:
		return nil, false, cast.Loss(h.role)
	case err != nil:
		return nil, false, fmt.Errorf("command on %s: %w", h.role, err)
	case a.Failed:
		return nil, known, &CommandError{h.role, a.Fail.Message, a.Fail.Where(), a.Fail.Stack}
	case a.Error != "":
		return nil, known, &CommandError{Role: h.role, Text: a.Error}
	}
	return a.Result, true, nil
}

// CommandError is what went wrong in a command.
type CommandError struct {
	Role  string // where it ran
	Text  string // the error's text, what it panicked with, or the failed assertion
	Where string // file:line of the panic or assertion; "" for an error
	Stack string // of the panic; "" for an error and for an assertion
}

// Error returns the role, the place and the text. A panic's stack is in Stack, and in
// what Gomega prints of the error.
func (e *CommandError) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("command on %s: %s", e.Role, e.Text)
	}
	return fmt.Sprintf("command on %s, at %s:\n%s", e.Role, e.Where, stage.Indent(e.Text, "  "))
}

// GomegaString returns what Gomega prints below the error's text: the stack of a
// panic. The fields would only say the rest again.
func (e *CommandError) GomegaString() string {
	if e.Stack == "" {
		return ""
	}
	return "stack on " + e.Role + ":\n" + e.Stack
}

// FrameMatching declares a predicate of frames. Declare it in a package variable or in the
// body of a container: it runs where the frames pass, which need not be the process of the
// spec. It must not keep or change the payload, must be quick, and may be asked by several
// goroutines at once. Where it panics, the frame does not match, and the timeline of the
// spec's report says so.
//
//	var voteRequest = FrameMatching(func(f Frame) bool { return bytes.HasPrefix(f.Payload, vote) })
//	...
//	cluster.Link("a", "b").DropNth(2, voteRequest)
func FrameMatching(matches func(f Frame) bool) FramePredicate {
	if tree.SpecsRun() {
		panic("mnginkgo: FrameMatching: declare it in a package variable or in the body of a container: " +
			"one that is made while specs run is not known to the other processes")
	}
	specs.Register("FrameMatching", "")
	return FramePredicate{declared: true, ordinal: predicates.Add(matches)}
}
