package mnginkgo

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

// nodeBody is a body that runs on each role.
type nodeBody func(ginkgo.SpecContext, *Node)

// adaptBody turns a body that takes a *Cluster or a *Node into one that Ginkgo knows, and returns
// an error for one that below MultiNode cannot be. Other arguments it returns as they are.
func adaptBody(p *plan, where types.CodeLocation, arg any) (any, error) {
	if p == nil || reflect.TypeOf(arg) == nil || reflect.TypeOf(arg).Kind() != reflect.Func {
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
	case func(*Cluster):
		return conducted(p, func(_ ginkgo.SpecContext, c *Cluster) { body(c) }), nil
	case func(ginkgo.SpecContext, *Cluster):
		return conducted(p, body), nil
	case func(context.Context, *Cluster):
		return conducted(p, func(ctx ginkgo.SpecContext, c *Cluster) { body(ctx, c) }), nil
	case func(*Node):
		return onEachRole(p, where, func(_ ginkgo.SpecContext, n *Node) { body(n) }), nil
	case func(ginkgo.SpecContext, *Node):
		return onEachRole(p, where, body), nil
	case func(context.Context, *Node):
		return onEachRole(p, where, func(ctx ginkgo.SpecContext, n *Node) { body(ctx, n) }), nil
	}
	return nil, fmt.Errorf("the body is a %s: below MultiNode it must be one of %s", typeName(reflect.TypeOf(arg)), signatures)
}

// signatures are those of bodies below MultiNode. A context.Context does for a SpecContext.
const signatures = "func(), func(SpecContext), func(*Cluster), func(SpecContext, *Cluster), func(*Node), func(SpecContext, *Node)"

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

// mentioned returns "*Cluster" or "*Node" if the argument is a function that takes one, perhaps
// in a way that it cannot, or "".
func mentioned(arg any) string {
	t := reflect.TypeOf(arg)
	if t == nil || t.Kind() != reflect.Func || t == reflect.TypeFor[onBoot]() {
		return ""
	}
	for i := range t.NumIn() {
		switch t.In(i) {
		case reflect.TypeFor[*Cluster](), reflect.TypeFor[Cluster]():
			return "*Cluster"
		case reflect.TypeFor[*Node](), reflect.TypeFor[Node]():
			return "*Node"
		}
	}
	return ""
}

// typeName returns a type as one writes it with the dot imports of a suite.
func typeName(t reflect.Type) string {
	return strings.NewReplacer("internal.SpecContext", "SpecContext", "mnginkgo.", "").Replace(t.String())
}

// checkOther returns an error if a node that has nothing to do with specs takes their cluster.
func checkOther(kind types.NodeType, args []any) error {
	for _, arg := range args {
		if takes := mentioned(arg); takes != "" {
			return fmt.Errorf("the body takes a %s, but a %s is in no container that has MultiNode(Roles(...))", takes, kind)
		}
	}
	return nil
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

func conducted(p *plan, body func(ginkgo.SpecContext, *Cluster)) func(ginkgo.SpecContext) {
	return func(ctx ginkgo.SpecContext) { body(ctx, p.clusterFor(ctx)) }
}

func onEachRole(p *plan, where types.CodeLocation, body nodeBody) func(ginkgo.SpecContext) {
	ordinal := len(tree.bodies)
	tree.bodies = append(tree.bodies, body)
	return func(ctx ginkgo.SpecContext) { p.clusterFor(ctx).runBody(ctx, ordinal, where) }
}

// setUpNodes registers, in the container being built, what boots the roles and later
// stops them. It comes before any of the user's in that container.
func setUpNodes(p *plan) {
	if p.parallel {
		hookSpecs(p, func(ginkgo.SpecReport) bool { return true })
	}
	if anyScope(func(s scope) bool { return s.ordered }) {
		ginkgo.BeforeAll(p.setUp, p.where)
	} else {
		ginkgo.BeforeEach(p.setUp, ginkgo.OncePerOrdered, p.where)
	}
	ginkgo.BeforeEach(p.beginSpec, p.where)
}

// withNodes makes the body of an It that carries MultiNode itself boot its nodes
// first. Arguments that are no body it returns as they are.
func withNodes(p *plan, arg any) any {
	switch body := arg.(type) {
	case func():
		return func(ctx ginkgo.SpecContext) { p.setUp(ctx); body() }
	case func(ginkgo.SpecContext):
		return func(ctx ginkgo.SpecContext) { p.setUp(ctx); body(ctx) }
	}
	return arg
}

// leafNodes are the nodes below a container that have a body.
const leafNodes = types.NodeTypeIt | types.NodeTypeBeforeEach | types.NodeTypeJustBeforeEach |
	types.NodeTypeAfterEach | types.NodeTypeJustAfterEach | types.NodeTypeBeforeAll | types.NodeTypeAfterAll
