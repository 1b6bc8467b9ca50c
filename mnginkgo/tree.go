package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// tree is what this process learned while Ginkgo built its tree of specs. It is
// written by one goroutine during the build and only read afterwards.
var tree = specTree{planAt: map[string]*plan{}}

type specTree struct {
	plans      []*plan
	bodies     []nodeBody         // bodies that take a *Node, by ordinal
	commands   []commandFunc      // by ordinal
	predicates []func(Frame) bool // by ordinal
	scope      []scope            // the containers being built, outermost first
	planAt     map[string]*plan   // by the place and text of the node that carries it
	nodes      []string           // a line for each node, for the fingerprint
	built      bool               // the specs run
	parallel   int                // specs that need processes
}

// scope is a container whose body is running.
type scope struct {
	plan            *plan // its own, or nil
	ordered, serial bool
}

// transform is called by Ginkgo with the arguments of every node of the tree. It
// takes the MultiNode decorator out, and makes Ginkgo bodies of those that take a
// *Cluster or a *Node.
func transform(kind types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
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
	if kind.Is(types.NodeTypeContainer | leafNodes) { // Ginkgo adds others for some flags, as for a JSON report
		tree.nodes = append(tree.nodes, fmt.Sprintf("%s %q at %s", kind, text, where))
	}
	here := scope{plan: own, ordered: slices.Contains(args, any(ginkgo.Ordered)), serial: slices.Contains(args, any(ginkgo.Serial))}
	switch {
	case kind.Is(types.NodeTypeContainer):
		err = buildContainer(here, where, text, args)
	case kind.Is(leafNodes):
		err = buildLeaf(kind, here, where, text, args)
	case own != nil:
		err = errors.New("MultiNode decorates containers and Its")
	}
	if err != nil {
		return text, args, []error{at(where, err)}
	}
	return text, args, nil
}

// at puts a place before a message, as Ginkgo prints these errors without one.
func at(where types.CodeLocation, err error) error { return fmt.Errorf("%s\n%w", where, err) }

func takePlan(args []any) (rest []any, own *plan, err error) {
	for _, arg := range args {
		p, ok := arg.(*plan)
		switch {
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

func buildContainer(here scope, where types.CodeLocation, text string, args []any) error {
	if here.plan != nil {
		if err := addPlan(here, where, text); err != nil {
			return err
		}
	}
	for i, arg := range args {
		body, ok := arg.(func())
		if !ok {
			continue
		}
		args[i] = func() {
			tree.scope = append(tree.scope, here)
			defer func() { tree.scope = tree.scope[:len(tree.scope)-1] }()
			if here.plan != nil {
				setUpNodes(here.plan)
			}
			body()
		}
	}
	return nil
}

// addPlan checks a plan and gives it its place in the tree.
func addPlan(here scope, where types.CodeLocation, text string) error {
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
	key := planKey(where, text)
	if other := tree.planAt[key]; other != nil && (other.parallel != p.parallel || len(other.roles) != len(p.roles)) {
		return fmt.Errorf("two MultiNode nodes of this place have the text %q and different roles: give them different texts", text)
	}
	p.ordinal, p.where = len(tree.plans), where
	tree.plans = append(tree.plans, p)
	tree.planAt[key] = p
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
		if err := addPlan(here, where, text); err != nil {
			return err
		}
		p = here.plan
	}
	if kind.Is(types.NodeTypeIt) && p != nil && p.parallel {
		tree.parallel++
		if here.serial {
			return errSerial
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
		body, takes := adaptBody(p, arg)
		if takes != "" && p == nil {
			return fmt.Errorf("the body takes a %s, but no container around it has MultiNode(Roles(...))", takes)
		}
		if here.plan != nil {
			body = withNodes(p, body)
		}
		args[i] = body
	}
	return nil
}

// planOf returns the plan of a spec, or nil.
func planOf(report ginkgo.SpecReport) *plan {
	if p := tree.planAt[planKey(report.LeafNodeLocation, report.LeafNodeText)]; p != nil {
		return p
	}
	for i, text := range report.ContainerHierarchyTexts {
		if p := tree.planAt[planKey(report.ContainerHierarchyLocations[i], text)]; p != nil {
			return p
		}
	}
	return nil
}

func planKey(where types.CodeLocation, text string) string {
	return fmt.Sprintf("%s:%d %s", where.FileName, where.LineNumber, text)
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

// fingerprint returns a line for each thing this process registered. All processes
// of a run must have the same.
func fingerprint() string { return strings.Join(tree.nodes, "\n") }
