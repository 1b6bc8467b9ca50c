package tree

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"
)

// setUpNodes registers, in the container being built, what boots the roles and later stops them.
// It comes before any of the user's in that container.
func (t *Tree[P]) setUpNodes(here scope[P]) {
	if here.plan.Parallel() {
		t.hookSpecs(here.plan, func(ginkgo.SpecReport) bool { return true })
	}
	setUp := func(ctx ginkgo.SpecContext) {
		ginkgo.GinkgoHelper()
		t.harness.SetUp(ctx, here.plan)
	}
	if t.inOrdered() {
		ginkgo.BeforeAll(setUp, here.where)
	} else {
		ginkgo.BeforeEach(setUp, ginkgo.OncePerOrdered, here.where)
	}
	ginkgo.BeforeEach(func(ctx ginkgo.SpecContext) {
		if ctx.SpecReport().IsInOrderedContainer {
			t.harness.BeginSpec(here.plan)
		}
	}, here.where)
}

// hookSpecs has the specs of a parallel plan, in the container being built, wait for their
// processes before their clocks start: waiting costs them nothing of their SpecTimeout.
func (t *Tree[P]) hookSpecs(p P, is func(ginkgo.SpecReport) bool) {
	ginkgo.ReportBeforeEach(func(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
		if is(report) {
			t.harness.BeforeSpec(ctx, p, report)
		}
	})
	ginkgo.ReportAfterEach(func(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
		if is(report) {
			t.harness.AfterSpec(ctx)
		}
	})
}

// hookIt is hookSpecs for an It that carries a plan and a SpecTimeout: the hooks stand beside it,
// and so know it by its place and text.
func (t *Tree[P]) hookIt(here scope[P], text string) error {
	key := fmt.Sprint(here.where, text)
	if t.hooked[key] {
		return fmt.Errorf("two Its of this place have the text %q, MultiNode with Parallel() and a SpecTimeout: give them different texts", text)
	}
	t.hooked[key] = true
	t.hookSpecs(here.plan, func(report ginkgo.SpecReport) bool {
		return report.LeafNodeLocation == here.where && report.LeafNodeText == text
	})
	return nil
}
