package tree

import (
	"errors"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// leafNodes are the nodes below a container that have a body.
const leafNodes = types.NodeTypeIt | types.NodeTypeBeforeEach | types.NodeTypeJustBeforeEach |
	types.NodeTypeAfterEach | types.NodeTypeJustAfterEach | types.NodeTypeBeforeAll | types.NodeTypeAfterAll

func (t *Tree[P]) container(here scope[P], args []any) error {
	if here.top = t.currentTop(); here.top < 0 {
		here.top = t.tops
		t.tops++
	}
	if here.hasPlan() {
		if err := t.add(here); err != nil {
			return err
		}
		t.ours[here.top] = true
	}
	for i, arg := range args {
		body, ok := arg.(func())
		if takes := t.mentioned(arg); takes != "" {
			return fmt.Errorf("the body of a container takes no %s: the bodies inside it do", takes)
		}
		if ok {
			args[i] = func() { t.build(here, body) }
		}
	}
	return nil
}

// build runs the body of a container.
func (t *Tree[P]) build(here scope[P], body func()) {
	if t.only != nil && !t.only[here.top] {
		return
	}
	t.scopes = append(t.scopes, here)
	defer func() { t.scopes = t.scopes[:len(t.scopes)-1] }()
	if here.hasPlan() {
		t.setUpNodes(here)
	}
	if isEntry(body) && t.around() != nil {
		defer explainEntry()
	}
	body()
}

func (t *Tree[P]) leaf(kind types.NodeType, here scope[P], text string, args []any) ([]any, error) {
	on := t.around() // the one whose plan is the node's
	if here.hasPlan() {
		if !kind.Is(types.NodeTypeIt) {
			return args, errDecorates
		}
		if err := t.add(here); err != nil {
			return args, err
		}
		on = &here
	}
	if kind.Is(types.NodeTypeIt) && on != nil && on.plan.Parallel() {
		if here.serial {
			return args, errSerial
		}
		switch {
		case here.hasPlan() && hasTimeout(args):
			if err := t.hookIt(here, text); err != nil {
				return args, err
			}
			t.needy++
		case !here.hasPlan():
			t.needy++
		}
	}
	if kind.Is(types.NodeTypeIt) && on != nil && !t.keepsTogether(here) {
		args = append(args, on.plan.SpecDecorators()...)
	}
	for i, arg := range args {
		body, err := t.adapt(on, here.where, arg)
		if err != nil {
			return args, err
		}
		if here.hasPlan() {
			body = t.withNodes(here.plan, body)
		}
		args[i] = body
	}
	return args, nil
}

// other returns an error if a node that has nothing to do with specs takes what a plan gives them.
func (t *Tree[P]) other(kind types.NodeType, args []any) error {
	for _, arg := range args {
		if takes := t.mentioned(arg); takes != "" {
			return fmt.Errorf("the body takes a %s, but a %s is in no container that has MultiNode(Roles(...))", takes, kind)
		}
	}
	return nil
}

// add checks a plan and gives it its place in the tree.
func (t *Tree[P]) add(here scope[P]) error {
	if err := here.plan.Check(); err != nil {
		return err
	}
	if outer := t.around(); outer != nil {
		return fmt.Errorf("MultiNode inside MultiNode: the container at %s has one already", outer.where)
	}
	if here.plan.Parallel() && (here.serial || slices.ContainsFunc(t.scopes, func(s scope[P]) bool { return s.serial })) {
		return errSerial
	}
	t.claim()
	here.plan.Stands(t.plans.Add(here.plan), here.where)
	t.places = append(t.places, here.where)
	return nil
}

var errSerial = errors.New(`MultiNode with Parallel() cannot be Serial: Ginkgo runs Serial specs when its other
processes have exited, and their roles would have nowhere to run. Take out Serial, or Parallel()`)

// hasTimeout reports whether a spec's clock matters: a wait for its processes must not count.
func hasTimeout(args []any) bool {
	return slices.ContainsFunc(args, func(arg any) bool { _, is := arg.(ginkgo.SpecTimeout); return is })
}

// around returns the container being built that has a plan, or nil.
func (t *Tree[P]) around() *scope[P] {
	for i := range t.scopes {
		if t.scopes[i].hasPlan() {
			return &t.scopes[i]
		}
	}
	return nil
}

// keepsTogether reports whether the specs of a node are not to run more often than they do: they share their nodes, or
// Ginkgo was told how often.
func (t *Tree[P]) keepsTogether(here scope[P]) bool {
	return here.ordered || here.repeats || t.inOrdered() || slices.ContainsFunc(t.scopes, func(s scope[P]) bool { return s.repeats })
}

// inOrdered reports whether the container being built is Ordered, or one around it.
func (t *Tree[P]) inOrdered() bool {
	return slices.ContainsFunc(t.scopes, func(s scope[P]) bool { return s.ordered })
}

// Building reports whether a container is being built.
func (t *Tree[P]) Building() bool { return len(t.scopes) > 0 }

// currentTop returns the number of the top-level container that is being built, or -1.
func (t *Tree[P]) currentTop() int {
	if !t.Building() {
		return -1
	}
	return t.scopes[0].top
}

// claim notes that something of ours is in the top-level container that is being built.
func (t *Tree[P]) claim() {
	if top := t.currentTop(); top >= 0 {
		t.ours[top] = true
	}
}
