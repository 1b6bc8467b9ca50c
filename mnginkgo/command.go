package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
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
// What has failed is in the timeline of the spec's entry.
func (c CommandHandle[A, R]) On(ctx context.Context, node *Handle, argument A) (result R, err error) {
	if err := node.owner().usableBy("On"); err != nil {
		return result, err
	}
	began := time.Now()
	node.cluster.spend()
	defer func() {
		if err != nil {
			text := err.Error()
			if e := (*CommandError)(nil); errors.As(err, &e) {
				text = e.Text
			}
			place := fmt.Sprintf("%s:%d", filepath.Base(c.declared.FileName), c.declared.LineNumber)
			node.cluster.failed.Failed(place, node.role, began, text)
		}
	}()
	data, err := codec.AppendAs(nil, argument)
	if err != nil {
		return result, &CommandError{Role: node.role, Text: err.Error()}
	}
	answer, err := node.command(ctx, c.ordinal, data)
	if err != nil {
		return result, err
	}
	return codec.DecodeAs[R](answer, nil)
}

func (h *Handle) command(ctx context.Context, ordinal int, argument []byte) ([]byte, error) {
	if err := h.cluster.cast.NeedRunning(h.role); err != nil {
		return nil, fmt.Errorf("command on %s: %w", h.role, err)
	}
	request := seat.BodyRequest{Number: ordinal, Argument: argument, Waits: durations.Lend()}
	ctx, end := h.cluster.awaited(ctx)
	defer end()
	a, err := call(ctx, h.cluster, h.role, seat.Command, request)
	switch {
	case h.cluster.cast.Loss(h.role) != nil:
		return nil, h.cluster.cast.Loss(h.role)
	case err != nil:
		return nil, fmt.Errorf("command on %s: %w", h.role, err)
	case a.Failed:
		return nil, &CommandError{h.role, a.Fail.Message, a.Fail.Where(), a.Fail.Stack}
	case a.Error != "":
		return nil, &CommandError{Role: h.role, Text: a.Error}
	}
	return a.Result, nil
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
