package broken_test

import (
	"context"
	"fmt"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("tree", Roles("a", "b"), func() {
	It(fmt.Sprintf("is named after process %d", os.Getpid()), func(*Cluster) {})
})

// mistakes are trees that Ginkgo must refuse to build.
var mistakes = map[string]func(){
	"serial-container": func() {
		Describe("x", Serial, MultiNode(Roles("a", "b"), Parallel()), func() { It("y", func() {}) })
	},
	"serial-it": func() {
		Describe("x", MultiNode(Roles("a", "b"), Parallel()), func() { It("y", Serial, func() {}) })
	},
	"nested": func() {
		Describe("x", MultiNode(Roles("a", "b")), func() { // outer
			Context("in", MultiNode(Roles("c")), func() { It("y", func() {}) })
		})
	},
	"outside":       func() { It("x", func(*Cluster) {}) },
	"node-outside":  func() { It("x", func(SpecContext, *Node) {}) },
	"setup-outside": func() { Describe("x", func() { BeforeEachNode(func(context.Context, *Node) {}) }) },
	"no-roles":      func() { Describe("x", MultiNode(Roles()), func() { It("y", func() {}) }) },
	"twice":         func() { Describe("x", MultiNode(Roles("a", "a")), func() { It("y", func() {}) }) },
	"stranger":      func() { Describe("x", MultiNode(Roles("a"), SeedRoles("z")), func() { It("y", func() {}) }) },
	"two-decorators": func() {
		Describe("x", MultiNode(Roles("a")), MultiNode(Roles("b")), func() { It("y", func() {}) })
	},
	"before-suite": func() { BeforeSuite(MultiNode(Roles("a")), func() {}) },
	"command-type": func() { Command(func(context.Context, *Node, chan int) (int, error) { return 0, nil }) },
}

var _ = func() bool {
	if build := mistakes[kind]; build != nil {
		build()
	}
	return true
}()

var _ = broken("fine", Roles("a", "b"), func() {
	It("passes", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})
