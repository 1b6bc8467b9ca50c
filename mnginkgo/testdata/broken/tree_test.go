package broken_test

import (
	"context"
	"fmt"
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
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
	"before-suite":         func() { BeforeSuite(MultiNode(Roles("a")), func() {}) },
	"options-nil":          func() { decorated(nil) },
	"options-nil-inside":   func() { decorated(Options(MustBite(), nil)) },
	"parallel-nil":         func() { decorated(Parallel(nil)) },
	"boot-nil":             func() { decorated(Boot(nil)) },
	"detector-nil":         func() { decorated(Detector(nil)) },
	"downing-nil":          func() { decorated(Downing(nil)) },
	"downing-func-nil":     func() { decorated(DowningFunc(nil)) },
	"cluster-options-nil":  func() { decorated(ClusterOptions(cluster.WithWatchers(3), nil)) },
	"barrier-timeout-zero": func() { decorated(BarrierTimeout(0)) },
	"barrier-timeout-less": func() { decorated(BarrierTimeout(-time.Second)) },
	"datagram-buffer":      func() { decorated(DatagramBuffer(0)) },
	"connection-timeout":   func() { decorated(ConnectionTimeout(0)) },
	"ips-too-few":          func() { decorated(IPAddresses("10.0.0.1")) },
	"ips-no-ip":            func() { decorated(IPAddresses("10.0.0.1", "b")) },
	"ips-twice":            func() { decorated(IPAddresses("10.0.0.1", "10.0.0.1")) },
	"starting-twice":       func() { decorated(Starting("a", "a")) },
	"seeds-twice":          func() { decorated(SeedRoles("b", "b")) },
	"stray-option":         func() { Describe("x", Parallel(), MultiNode(Roles("a")), func() {}) },
	"stray-isolated":       func() { Describe("x", MultiNode(Roles("a"), Parallel()), Isolated(), func() {}) },

	"body-swapped":   func() { inside(func(*Cluster, SpecContext) {}) },
	"body-both":      func() { inside(func(*Node, *Cluster) {}) },
	"body-error":     func() { inside(func(*Cluster) error { return nil }) },
	"body-value":     func() { inside(func(*Env) {}) },
	"body-many":      func() { inside(func(...*Cluster) {}) },
	"body-of-before": func() { Describe("x", MultiNode(Roles("a")), func() { BeforeEach(func(*Node, SpecContext) {}) }) },
	"body-nil":       func() { inside((func(*Cluster))(nil)) },
	"body-container": func() { Describe("x", MultiNode(Roles("a")), func(*Cluster) {}) },
	"body-suite":     func() { BeforeSuite(func(*Cluster) {}) },
	"body-two":       func() { It("x", MultiNode(Roles("a")), func(*Cluster) {}, func(*Node) {}) },

	"command-type": func() { Command(func(context.Context, *Node, chan int) (int, error) { return 0, nil }) },
}

// decorated declares a container with an option.
func decorated(option Option) {
	Describe("x", Offset(1), MultiNode(Roles("a", "b"), option), func() { It("y", func() {}) })
}

// inside declares a spec with a body.
func inside(body any) {
	Describe("x", MultiNode(Roles("a")), func() { It("y", body) })
}

// twins are containers that Ginkgo's reports do not tell apart.
var _ = kind != "twins" || func() bool {
	for _, decorator := range []any{
		MultiNode(Roles("a", "b")), MultiNode(Roles("a", "c"), Parallel()),
		MultiNode(Roles("b"), Parallel(Isolated())), MultiNode(Roles("a", "c"), Parallel(), BarrierTimeout(1)),
	} {
		Describe("twin", decorator, func() {
			It("has roles of its own", func(cluster *Cluster) { fmt.Println("roles", cluster.Roles(), cluster.Running()) })
		})
	}
	return true
}()

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

var _ = kind == "late" && Describe("late", func() {
	Context("before", func() {
		BeforeEach(func() { MultiNode(Roles("a"), Parallel()) }) // before
		It("calls it", func() {})
	})
	It("calls it inside", func() { MultiNode(Roles("a"), Parallel()) })       // in an It
	It("sets up", func() { BeforeEachNode(func(context.Context, *Node) {}) }) // set-up
	It("commands", func() { Command(func(context.Context, *Node, int) (int, error) { return 0, nil }) })
	It("calls it on a role", MultiNode(Roles("a", "b"), Parallel()), func(node *Node) {
		if node.Role() == "b" {
			MultiNode(Roles("a")) // on a role
		}
	})
})

var _ = kind == "late-suite" && BeforeSuite(func() { MultiNode(Roles("a")) }) && It("x", func() {}) // suite

var _ = broken("tables", Roles("a", "b"), func() {
	DescribeTable("takes the cluster", func(ctx SpecContext, cluster *Cluster, n int) {}, Entry("first", 1))
	DescribeTable("takes the node", func(*Node) {}, Entry("alone", 1))
	DescribeTable("takes a number", func(n int) { Expect(n).To(Equal(1)) }, Entry("that is right", 1), Entry("that is wrong", 2))
	DescribeTable("panics", func(n int) { countIn(nil) }, Entry("by itself", 1))
})

// What a large suite has beside its specs on several nodes.
var built []string

var _ = kind != "lean" || Describe("plain", func() {
	built = append(built, "plain")
	It("has nothing of ours", func() {})
}) && Describe("mixed", func() {
	built = append(built, "mixed")
	Context("deeper", func() {
		It("is on two nodes", MultiNode(Roles("a", "b"), Parallel()), func(ctx SpecContext, cluster *Cluster) {
			fmt.Println("here", built)
			fmt.Println(whatIsBuilt.On(ctx, cluster.Node("b"), 0))
		})
	})
}) && Describe("declares", func() {
	built = append(built, "declares")
	whatIsBuilt = Command(func(context.Context, *Node, int) (string, error) { return fmt.Sprint("on b ", built), nil })
})

var whatIsBuilt CommandHandle[int, string]
