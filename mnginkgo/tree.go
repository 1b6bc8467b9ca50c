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
	planAt     map[string]*plan   // by the path of the node that carries it
	nodes      []string           // a line for each node, for the fingerprint
	built      bool               // the specs run
	parallel   int                // specs that need processes
}

// scope is a container whose body is running.
type scope struct {
	plan            *plan  // its own, or nil
	path            string // see join
	ordered, serial bool
}

// transform is called by Ginkgo with the arguments of every node of the tree. It
// takes the MultiNode decorator out, and makes Ginkgo bodies of those that take a
// *Cluster or a *Node.
func transform(kind types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
	if configError != nil {
		return text, args, []error{configError}
	}
	where := types.NewCodeLocation(int(offset))
	for _, arg := range args {
		if given, ok := arg.(types.CodeLocation); ok {
			where = given
		}
	}
	args, own, err := takePlan(args)
	if err != nil {
		return text, args, []error{at(where, err)}
	}
	if kind.Is(types.NodeTypeContainer | leafNodes) { // Ginkgo adds others for some flags, as for a JSON report
		tree.nodes = append(tree.nodes, fmt.Sprintf("%s %q at %s", kind, text, where))
	}
	here := scope{plan: own, path: join(currentPath(), where, text), ordered: slices.Contains(args, any(ginkgo.Ordered)), serial: slices.Contains(args, any(ginkgo.Serial))}
	switch {
	case kind.Is(types.NodeTypeContainer):
		err = buildContainer(here, where, args)
	case kind.Is(leafNodes):
		err = buildLeaf(kind, here, where, args)
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
	if here.plan != nil {
		if err := addPlan(here, where); err != nil {
			return err
		}
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
	p.ordinal, p.where, p.stay = len(tree.plans), where, &stay{}
	if twin := tree.planAt[here.path]; twin == nil {
		tree.planAt[here.path] = p
	} else if d := twin.difference(p); d == "" {
		p.stay = twin.stay
	} else {
		return fmt.Errorf("MultiNode: there is another one at this place, with this text and in the same containers, but with other %s.\n"+
			"Nothing in a report of Ginkgo's tells their specs apart: give them, or containers around them, different texts", d)
	}
	tree.plans = append(tree.plans, p)
	return nil
}

var errSerial = errors.New(`MultiNode with Parallel() cannot be Serial: Ginkgo runs Serial specs when its other
processes have exited, and their roles would have nowhere to run. Take out Serial, or Parallel()`)

func buildLeaf(kind types.NodeType, here scope, where types.CodeLocation, args []any) error {
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
		if takes := mentioned(arg); takes != "" && p == nil {
			return fmt.Errorf("the body takes a %s, but no container around it has MultiNode(Roles(...))", takes)
		}
		body, err := adaptBody(p, arg)
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

// planOf returns the plan of a spec, or nil.
func planOf(report ginkgo.SpecReport) *plan {
	path := ""
	for i, text := range report.ContainerHierarchyTexts {
		path = join(path, report.ContainerHierarchyLocations[i], text)
		if p := tree.planAt[path]; p != nil {
			return p
		}
	}
	return tree.planAt[join(path, report.LeafNodeLocation, report.LeafNodeText)]
}

// join returns the path of a node: the places and texts of the containers around it, and its
// own. A function that declares a container may be called in several others.
func join(path string, where types.CodeLocation, text string) string {
	return fmt.Sprintf("%s%s:%d %q\n", path, where.FileName, where.LineNumber, text)
}

// currentPath returns the path of the container being built.
func currentPath() string {
	if len(tree.scope) == 0 {
		return ""
	}
	return tree.scope[len(tree.scope)-1].path
}

// difference names what of two plans has to be known of a spec before it begins, and differs.
func (p *plan) difference(other *plan) string {
	switch {
	case !slices.Equal(p.roles, other.roles):
		return "roles"
	case p.parallel != other.parallel:
		return "options, as one has Parallel()"
	case p.isolated != other.isolated:
		return "options, as one has Parallel(Isolated())"
	case p.barrierTimeout != other.barrierTimeout:
		return "options, as the BarrierTimeout differs"
	}
	return ""
}

// onlyInTree fails the node of Ginkgo's that runs, if one does: what is declared then is in no
// tree.
func onlyInTree(name, where string) {
	ginkgo.GinkgoHelper()
	if !specsRun() {
		return
	}
	message := name + " does nothing while specs run: it belongs " + where
	if _, on := onRole(); on {
		failHere(message, 1)
	}
	ginkgo.Fail(message)
}

// specsRun reports whether a node of Ginkgo's runs, so that the tree is complete.
func specsRun() bool { return ginkgo.CurrentSpecReport().LeafNodeType != types.NodeTypeInvalid }

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
