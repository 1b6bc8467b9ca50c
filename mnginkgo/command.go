package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
)

// CommandHandle calls a Command on a node.
type CommandHandle[A, R any] struct {
	ordinal  int
	declared types.CodeLocation
}

// commands are those that were declared in this process. Argument and result are encoded.
var commands tree.Numbered[func(ctx context.Context, node *Node, argument []byte) ([]byte, error)]

// Command declares code that a spec can run on a node. Declare it in a package
// variable or in the body of a container, so that every process knows it. Argument
// and result are encoded in both variants; a type that cannot be is refused here,
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
	defer func() {
		if err != nil {
			node.cluster.failed.add(c.declared, node.role, began, err)
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
	return fmt.Sprintf("command on %s, at %s:\n%s", e.Role, e.Where, indent(e.Text, "  "))
}

// GomegaString returns what Gomega prints below the error's text: the stack of a
// panic. The fields would only say the rest again.
func (e *CommandError) GomegaString() string {
	if e.Stack == "" {
		return ""
	}
	return "stack on " + e.Role + ":\n" + e.Stack
}

// failedCommands are the latest commands of a spec that have failed, for its timeline.
type failedCommands struct {
	mu      sync.Mutex
	entries []stage.Entry // in the order in which they ended
}

// keptCommands bounds them: a loop may call a command until it succeeds.
const keptCommands = 100

// add notes a command, by the place where it was declared.
func (f *failedCommands) add(declared types.CodeLocation, role string, began time.Time, err error) {
	now := time.Now()
	text := err.Error()
	if e := (*CommandError)(nil); errors.As(err, &e) {
		text = e.Text
	}
	text = strings.Join(strings.Fields(text), " ")
	place := fmt.Sprintf("%s:%d", filepath.Base(declared.FileName), declared.LineNumber)
	took := float64(now.Sub(began)) / float64(time.Millisecond)
	text = fmt.Sprintf("command (%s) failed on %s after %.3fms: %.100s", place, role, took, text)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entries = append(f.entries, stage.Entry{Time: now, Text: text})
	if len(f.entries) > keptCommands {
		f.entries = slices.Delete(f.entries, 0, 1)
	}
}

// into returns a timeline with the commands at their times.
func (f *failedCommands) into(timeline []stage.Entry) []stage.Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Concat(timeline, f.entries)
	slices.SortStableFunc(all, func(x, y stage.Entry) int { return x.Time.Compare(y.Time) })
	return all
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}
