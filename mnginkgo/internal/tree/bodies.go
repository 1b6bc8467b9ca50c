package tree

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// ForPlan stands for the body of a node that gives something to the plan of the container which
// it is in directly; Ginkgo runs nothing in its place. Elsewhere it is an error.
type ForPlan[P Plan] struct {
	Give      func(P)
	Elsewhere error
}

// Taking returns a body that takes a T, in any of the ways to write one, as a body that takes
// Ginkgo's context, too. It returns nil for others.
func Taking[T any](body any) func(ginkgo.SpecContext, T) {
	switch body := body.(type) {
	case func(T):
		return func(_ ginkgo.SpecContext, x T) { body(x) }
	case func(ginkgo.SpecContext, T):
		return body
	case func(context.Context, T):
		return func(ctx ginkgo.SpecContext, x T) { body(ctx, x) }
	}
	return nil
}

// adapt turns a body into one that Ginkgo knows, and returns an error for one that it cannot be
// where a plan is on or around it, or not. Other arguments it returns as they are.
func (t *Tree[P]) adapt(on *scope[P], where types.CodeLocation, arg any) (any, error) {
	if given, ok := arg.(ForPlan[P]); ok {
		if !t.Building() || !t.scopes[len(t.scopes)-1].hasPlan() {
			return nil, given.Elsewhere
		}
		given.Give(t.scopes[len(t.scopes)-1].plan)
		return func() {}, nil
	}
	if on == nil {
		if takes := t.mentioned(arg); takes != "" {
			return nil, fmt.Errorf("the body takes a %s, but no container around it has MultiNode(Roles(...))", takes)
		}
		return arg, nil
	}
	if reflect.TypeOf(arg) == nil || reflect.TypeOf(arg).Kind() != reflect.Func {
		return arg, nil
	}
	if reflect.ValueOf(arg).IsNil() {
		return nil, errors.New("the body is nil")
	}
	switch body := unnamed(arg).(type) {
	case func():
		if isEntry(arg) {
			return func() { defer explainEntry(); body() }, nil
		}
		return body, nil
	case func(ginkgo.SpecContext):
		if isEntry(arg) {
			return func(ctx ginkgo.SpecContext) { defer explainEntry(); body(ctx) }, nil
		}
		return body, nil
	case func(context.Context):
		return func(ctx ginkgo.SpecContext) { body(ctx) }, nil
	default:
		if adapted := t.harness.Adapt(body, where); adapted != nil {
			return adapted, nil
		}
	}
	return nil, fmt.Errorf("the body is a %s: below MultiNode it must be one of %s", typeName(reflect.TypeOf(arg)), t.signatures())
}

// signatures are those of bodies below MultiNode. A context.Context does for a SpecContext.
func (t *Tree[P]) signatures() string {
	all := []string{"func()", "func(SpecContext)"}
	for _, takes := range t.takes {
		name := typeName(takes)
		all = append(all, "func("+name+")", "func(SpecContext, "+name+")")
	}
	return strings.Join(all, ", ")
}

// unnamed returns a function of a named type as one of the type's literal.
func unnamed(function any) any {
	v := reflect.ValueOf(function)
	var in, out []reflect.Type
	for i := range v.Type().NumIn() {
		in = append(in, v.Type().In(i))
	}
	for i := range v.Type().NumOut() {
		out = append(out, v.Type().Out(i))
	}
	return v.Convert(reflect.FuncOf(in, out, v.Type().IsVariadic())).Interface()
}

// mentioned returns the name of what the argument takes, if it is a function that takes something
// which Ginkgo does not know, perhaps in a way that it cannot, or "".
func (t *Tree[P]) mentioned(arg any) string {
	f := reflect.TypeOf(arg)
	if f == nil || f.Kind() != reflect.Func {
		return ""
	}
	for i := range f.NumIn() {
		for _, takes := range t.takes {
			if in := f.In(i); in == takes || in == takes.Elem() {
				return typeName(takes)
			}
		}
	}
	return ""
}

// typeName returns a type as one writes it with the dot imports of a suite.
func typeName(t reflect.Type) string {
	return strings.NewReplacer("internal.SpecContext", "SpecContext", "mnginkgo.", "").Replace(t.String())
}

// withNodes makes the body of an It that carries a plan itself boot its nodes first. Arguments
// that are no body it returns as they are.
func (t *Tree[P]) withNodes(p P, arg any) any {
	switch body := arg.(type) {
	case func():
		return func(ctx ginkgo.SpecContext) { t.harness.SetUp(ctx, p); body() }
	case func(ginkgo.SpecContext):
		return func(ctx ginkgo.SpecContext) { t.harness.SetUp(ctx, p); body(ctx) }
	}
	return arg
}

// isEntry reports whether a body is one that Ginkgo makes of an entry of a table.
func isEntry(body any) bool {
	name := runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name()
	return strings.HasPrefix(name, tables)
}

// tables begins the names of what Ginkgo makes tables with.
const tables = "github.com/onsi/ginkgo/v2.generateTable"

// explainEntry is deferred around an entry of a table. Where Ginkgo finds that the entry does not
// have the parameters of the table's body, it adds what that cannot have; it recovers from
// nothing else.
func explainEntry() {
	var callers [2]uintptr // the runtime's panic, and who called it
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	_, _ = frames.Next()
	if panicker, _ := frames.Next(); !strings.HasPrefix(panicker.Function, tables) {
		return
	}
	refused := recover()
	if err, ok := refused.(types.GinkgoError); ok {
		err.Message += "\nMultiNode adds none: the body of a table takes no *Cluster and no *Node. ClusterFrom(ctx) returns the cluster"
		refused = err
	}
	panic(refused)
}
