package mnginkgo

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
)

// tree is what this process learned while Ginkgo built its tree of specs. It is
// written by one goroutine during the build and only read afterwards.
var tree = specTree{hooked: map[string]bool{}, ours: map[int]bool{}}

type specTree struct {
	plans      []*plan
	bodies     []nodeBody         // bodies that take a *Node, by ordinal
	commands   []commandFunc      // by ordinal
	predicates []func(Frame) bool // by ordinal
	scope      []scope            // the containers being built, outermost first
	nodes      []treeNode         // for the fingerprint
	tops       int                // top-level containers
	ours       map[int]bool       // those, by number, with something of ours in them
	processes  bool               // some spec needs processes
	hooked     map[string]bool    // Its that tell, by place and text
	parallel   int                // specs that need processes, and tell when they do not any more
}

// scope is a container whose body is running.
type scope struct {
	plan            *plan // its own, or nil
	top             int   // the number of the top-level container that it is or is in
	ordered, serial bool
}

// transform is called by Ginkgo with the arguments of every node of the tree. It
// takes the MultiNode decorator out, and makes Ginkgo bodies of those that take a
// *Cluster or a *Node. Nodes that have nothing to do with it cost next to nothing.
func transform(kind types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
	if kind.Is(types.NodeTypeContainer | leafNodes) { // Ginkgo adds others for some flags, as for a JSON report
		var caller [1]uintptr
		runtime.Callers(1+int(offset), caller[:])
		tree.nodes = append(tree.nodes, treeNode{kind, text, caller[0], currentTop()})
	}
	if isPlain(kind, args) {
		return text, args, nil
	}
	where := types.NewCodeLocation(int(offset))
	for _, arg := range args {
		if given, ok := arg.(types.CodeLocation); ok {
			where = given
		}
	}
	args, own, err := takePlan(args)
	switch {
	case err != nil:
		return text, args, []error{at(where, err)}
	case own != nil && configError != nil:
		return text, args, []error{configError} // which says the place
	}
	here := scope{plan: own, ordered: slices.Contains(args, any(ginkgo.Ordered)), serial: slices.Contains(args, any(ginkgo.Serial))}
	switch {
	case kind.Is(types.NodeTypeContainer):
		err = buildContainer(here, where, args)
	case kind.Is(leafNodes):
		err = buildLeaf(kind, here, where, text, args)
	case own != nil:
		err = errors.New("MultiNode decorates containers and Its")
	default:
		err = checkOther(kind, args)
	}
	if err != nil {
		return text, args, []error{at(where, err)}
	}
	return text, args, nil
}

// isPlain reports whether a node is one of Ginkgo's alone: no MultiNode is on it or around it,
// and its body takes what Ginkgo's do.
func isPlain(kind types.NodeType, args []any) bool {
	if kind.Is(types.NodeTypeContainer) || currentPlan() != nil {
		return false
	}
	for _, arg := range args {
		switch arg.(type) {
		case func(), func(ginkgo.SpecContext), ginkgo.Labels, ginkgo.Offset, types.CodeLocation:
		default:
			return false
		}
	}
	return true
}

// at puts a place before a message, as Ginkgo prints these errors without one.
func at(where types.CodeLocation, err error) error { return fmt.Errorf("%s\n%w", where, err) }

func takePlan(args []any) (rest []any, own *plan, err error) {
	for _, arg := range args {
		p, ok := arg.(*plan)
		option, stray := arg.(option)
		_, inner := arg.(ParallelOption)
		switch {
		case stray:
			return args, nil, fmt.Errorf("%s is an option of MultiNode: MultiNode(Roles(...), %s(...))", option.name, option.name)
		case inner:
			return args, nil, errors.New("this is an option of Parallel: MultiNode(Roles(...), Parallel(Isolated()))")
		case !ok:
			rest = append(rest, arg)
		case own != nil:
			return args, nil, errors.New("MultiNode is given twice")
		default:
			copied := *p // the same decorator may be used for several nodes
			own = &copied
		}
	}
	return rest, own, nil
}

func buildContainer(here scope, where types.CodeLocation, args []any) error {
	if here.top = currentTop(); here.top < 0 {
		here.top = tree.tops
		tree.tops++
	}
	if here.plan != nil {
		if err := addPlan(here, where); err != nil {
			return err
		}
		tree.ours[here.top] = true
	}
	for i, arg := range args {
		body, ok := arg.(func())
		if takes := mentioned(arg); takes != "" {
			return fmt.Errorf("the body of a container takes no %s: the bodies inside it do", takes)
		}
		if !ok {
			continue
		}
		args[i] = func() {
			if !childNeeds(here.top) {
				return
			}
			tree.scope = append(tree.scope, here)
			defer func() { tree.scope = tree.scope[:len(tree.scope)-1] }()
			if here.plan != nil {
				setUpNodes(here.plan)
			}
			if isEntry(body) && currentPlan() != nil {
				defer explainEntry()
			}
			body()
		}
	}
	return nil
}

// addPlan checks a plan and gives it its place in the tree.
func addPlan(here scope, where types.CodeLocation) error {
	p := here.plan
	if err := p.check(); err != nil {
		return err
	}
	if outer := currentPlan(); outer != nil {
		return fmt.Errorf("MultiNode inside MultiNode: the container at %s has one already", outer.where)
	}
	if p.parallel && (here.serial || anyScope(func(s scope) bool { return s.serial })) {
		return errSerial
	}
	claim()
	p.ordinal, p.where = len(tree.plans), where
	tree.plans = append(tree.plans, p)
	tree.processes = tree.processes || p.parallel
	return nil
}

var errSerial = errors.New(`MultiNode with Parallel() cannot be Serial: Ginkgo runs Serial specs when its other
processes have exited, and their roles would have nowhere to run. Take out Serial, or Parallel()`)

func buildLeaf(kind types.NodeType, here scope, where types.CodeLocation, text string, args []any) error {
	p := currentPlan()
	if here.plan != nil {
		if !kind.Is(types.NodeTypeIt) {
			return errors.New("MultiNode decorates containers and Its")
		}
		if err := addPlan(here, where); err != nil {
			return err
		}
		p = here.plan
	}
	if kind.Is(types.NodeTypeIt) && p != nil && p.parallel {
		if here.serial {
			return errSerial
		}
		if here.plan == nil || hasTimeout(args) {
			tree.parallel++
		}
	}
	if here.plan != nil && p.parallel && hasTimeout(args) {
		if err := hookIt(p, where, text); err != nil {
			return err
		}
	}
	for i, arg := range args {
		if body, ok := arg.(onBoot); ok {
			nothing, err := addOnBoot(body)
			if err != nil {
				return err
			}
			args[i] = nothing
			continue
		}
		if takes := mentioned(arg); takes != "" && p == nil {
			return fmt.Errorf("the body takes a %s, but no container around it has MultiNode(Roles(...))", takes)
		}
		body, err := adaptBody(p, where, arg)
		if err != nil {
			return err
		}
		if here.plan != nil {
			body = withNodes(p, body)
		}
		args[i] = body
	}
	return nil
}

// onlyInTree fails the node of Ginkgo's that runs, if one does: what is declared then is in no
// tree.
func onlyInTree(name, where string) {
	ginkgo.GinkgoHelper()
	if !specsRun() {
		return
	}
	message := name + " does nothing while specs run: it belongs " + where
	if _, on := rolecode.OnRole(); on {
		failHere(message, 1)
	}
	ginkgo.Fail(message)
}

// specsRun reports whether a node of Ginkgo's runs, so that the tree is complete.
func specsRun() bool { return ginkgo.CurrentSpecReport().LeafNodeType != types.NodeTypeInvalid }

// hasPlan reports whether MultiNode is around a spec, or on it.
func hasPlan(report ginkgo.SpecReport) bool {
	return slices.ContainsFunc(tree.plans, func(p *plan) bool {
		return p.where == report.LeafNodeLocation || slices.Contains(report.ContainerHierarchyLocations, p.where)
	})
}

func currentPlan() *plan {
	for _, s := range tree.scope {
		if s.plan != nil {
			return s.plan
		}
	}
	return nil
}

func anyScope(is func(scope) bool) bool { return slices.ContainsFunc(tree.scope, is) }

// hasTimeout reports whether a spec's clock matters: a wait for its processes must not count.
func hasTimeout(args []any) bool {
	return slices.ContainsFunc(args, func(arg any) bool { _, is := arg.(ginkgo.SpecTimeout); return is })
}

// treeNode is what this process registered: a node of Ginkgo's, or something of ours.
type treeNode struct {
	kind   fmt.Stringer
	text   string
	caller uintptr // whose line it is
	top    int     // the top-level container that it is in; -1 for none
}

// String returns kind, text and place.
func (n treeNode) String() string {
	frame, _ := runtime.CallersFrames([]uintptr{n.caller}).Next()
	return fmt.Sprintf("%s %q at %s:%d", n.kind, n.text, frame.File, frame.Line)
}

// register notes something of ours for the fingerprint, at the line of the caller's caller.
func register(kind ownNode, text string) {
	var caller [1]uintptr
	runtime.Callers(3, caller[:])
	tree.nodes = append(tree.nodes, treeNode{kind, text, caller[0], currentTop()})
	claim()
}

// ownNode is the kind of what is no node of Ginkgo's.
type ownNode string

// String returns the kind.
func (k ownNode) String() string { return string(k) }

// currentTop returns the number of the top-level container that is being built, or -1.
func currentTop() int {
	if len(tree.scope) == 0 {
		return -1
	}
	return tree.scope[0].top
}

// claim notes that something of ours is in the top-level container that is being built.
func claim() {
	if top := currentTop(); top >= 0 {
		tree.ours[top] = true
	}
}

// fingerprint returns a line for each thing this process registered. All processes of Ginkgo's
// must have the same.
func fingerprint() string { return linesOf(func(treeNode) bool { return true }) }

// childFingerprint is that of a child, which builds no more of the tree than it needs.
func childFingerprint() string {
	return linesOf(func(n treeNode) bool { return n.top < 0 || tree.ours[n.top] })
}

func linesOf(is func(treeNode) bool) string {
	var b strings.Builder
	for _, n := range tree.nodes {
		if is(n) {
			b.WriteString(n.String())
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
