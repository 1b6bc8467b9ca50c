package tree

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Plan is what the tree knows of what a decorator asks for.
type Plan interface {
	comparable
	// Check returns an error if the plan makes no sense.
	Check() error
	// Parallel reports whether its specs need processes.
	Parallel() bool
	// Decorators returns what Ginkgo is to know of the node that the plan is on, and SpecDecorators of each spec whose
	// nodes boot and stop for it alone.
	Decorators() []any
	SpecDecorators() []any
	// Stands tells the plan its number among those of the tree, and where it stands.
	Stands(number int, where types.CodeLocation)
}

// Decorator makes a plan: another one for each node that it decorates. It is no function, as
// Ginkgo takes one beside the text of a table for the body.
type Decorator[P Plan] struct{ New func() P }

// Misplaced is an argument that belongs elsewhere.
type Misplaced interface{ Misplaced() error }

// Harness runs the specs of plans.
type Harness[P Plan] struct {
	// Ready returns an error, with its place, if no plan can be taken in.
	Ready func() error
	// Adapt makes a body of Ginkgo's of one that takes what only the Harness has. It returns nil
	// for others.
	Adapt func(body any, where types.CodeLocation) func(ginkgo.SpecContext)
	// BeforeSpec is called before the clock of a spec that needs processes starts, and AfterSpec
	// when all of it is over.
	BeforeSpec func(ctx ginkgo.SpecContext, p P, report ginkgo.SpecReport)
	AfterSpec  func(ctx ginkgo.SpecContext)
	// SetUp boots the nodes of a spec, and defers their end. Those of an Ordered container have
	// them in common, and BeginSpec is called for each.
	SetUp     func(ctx ginkgo.SpecContext, p P)
	BeginSpec func(p P)
}

// Tree is what this process learned while Ginkgo built its tree of specs. It is written by one
// goroutine during the build and only read afterwards.
type Tree[P Plan] struct {
	harness Harness[P]
	takes   []reflect.Type // what bodies may take that Ginkgo does not know

	plans  Numbered[P]
	places []types.CodeLocation // of the plans
	scopes []scope[P]           // the containers being built, outermost first
	nodes  []node               // for the fingerprint
	tops   int                  // top-level containers
	ours   map[int]bool         // those, by number, with something of ours in them
	only   map[int]bool         // those that are to be built; nil for all
	hooked map[string]bool      // Its that tell, by place and text
	needy  int                  // specs that need processes, and tell when they do not any more
}

// New returns a tree without a node.
func New[P Plan]() *Tree[P] { return &Tree[P]{ours: map[int]bool{}, hooked: map[string]bool{}} }

// Serve has the tree serve a Harness that adapts bodies which take one of those types, which are
// pointers. It comes before the first node.
func (t *Tree[P]) Serve(harness Harness[P], takes ...reflect.Type) {
	t.harness, t.takes = harness, takes
}

// scope is a container whose body is running, or a node.
type scope[P Plan] struct {
	plan            P // its own, or a zero one
	where           types.CodeLocation
	top             int // the number of the top-level container that it is or is in
	ordered, serial bool
	repeats         bool // Ginkgo has been told how often it runs
}

// repeats reports whether an argument says how often a spec runs.
func repeats(arg any) bool {
	switch arg.(type) {
	case ginkgo.FlakeAttempts, ginkgo.MustPassRepeatedly:
		return true
	}
	return false
}

func (s scope[P]) hasPlan() bool {
	var none P
	return s.plan != none
}

// Transform is called by Ginkgo with the arguments of every node of the tree. It takes the
// decorator out, and adapts bodies. Nodes that have nothing to do with it cost next to nothing.
func (t *Tree[P]) Transform(kind types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
	if kind.Is(types.NodeTypeContainer | leafNodes) { // Ginkgo adds others for some flags, as for a JSON report
		var caller [1]uintptr
		runtime.Callers(1+int(offset), caller[:])
		t.nodes = append(t.nodes, node{kind.String(), text, caller[0], t.currentTop()})
	}
	if t.isPlain(kind, args) {
		return text, args, nil
	}
	here := scope[P]{
		where:   types.NewCodeLocation(int(offset)),
		ordered: slices.Contains(args, any(ginkgo.Ordered)), serial: slices.Contains(args, any(ginkgo.Serial)),
		repeats: slices.ContainsFunc(args, repeats),
	}
	for _, arg := range args {
		if given, ok := arg.(types.CodeLocation); ok {
			here.where = given
		}
	}
	args, err := here.takePlan(args)
	if err == nil && here.hasPlan() {
		if unready := t.harness.Ready(); unready != nil {
			return text, args, []error{unready}
		}
	}
	switch {
	case err != nil:
	case kind.Is(types.NodeTypeContainer):
		err = t.container(here, args)
	case kind.Is(leafNodes):
		args, err = t.leaf(kind, here, text, args)
	case here.hasPlan():
		err = errDecorates
	default:
		err = t.other(kind, args)
	}
	if err == nil && here.hasPlan() {
		args = append(args, here.plan.Decorators()...)
	}
	if err != nil { // Ginkgo prints these errors without a place
		return text, args, []error{fmt.Errorf("%s\n%w", here.where, err)}
	}
	return text, args, nil
}

var errDecorates = errors.New("MultiNode decorates containers and Its")

// isPlain reports whether a node is one of Ginkgo's alone: no decorator is on it or around it,
// and its body takes what Ginkgo's do.
func (t *Tree[P]) isPlain(kind types.NodeType, args []any) bool {
	if kind.Is(types.NodeTypeContainer) || t.around() != nil {
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

// takePlan takes the decorator out of the arguments of a node.
func (s *scope[P]) takePlan(args []any) (rest []any, err error) {
	for _, arg := range args {
		switch arg := arg.(type) {
		case Misplaced:
			return args, arg.Misplaced()
		case Decorator[P]:
			if s.hasPlan() {
				return args, errors.New("MultiNode is given twice")
			}
			s.plan = arg.New()
		default:
			rest = append(rest, arg)
		}
	}
	return rest, nil
}

// Plan returns the plan of that number.
func (t *Tree[P]) Plan(number int) P { return t.plans.At(number) }

// Plans returns all plans of the tree.
func (t *Tree[P]) Plans() []P { return t.plans.all }

// Needy returns how many specs need processes, and say so when they do not any more.
func (t *Tree[P]) Needy() int { return t.needy }

// Has reports whether a decorator is on a spec or around it.
func (t *Tree[P]) Has(spec ginkgo.SpecReport) bool {
	return slices.ContainsFunc(t.places, func(where types.CodeLocation) bool {
		return where == spec.LeafNodeLocation || slices.Contains(spec.ContainerHierarchyLocations, where)
	})
}

// SpecsRun reports whether a node of Ginkgo's runs, so that the tree is complete.
func SpecsRun() bool { return ginkgo.CurrentSpecReport().LeafNodeType != types.NodeTypeInvalid }
