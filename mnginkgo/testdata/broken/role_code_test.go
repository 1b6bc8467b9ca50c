package broken_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("says", Roles("a", "b"), func() {
	It("says something in every way", func(ctx SpecContext, node *Node) {
		if node.Role() == "a" {
			return
		}
		fmt.Println("to standard output")
		fmt.Fprintln(os.Stderr, "to standard error")
		println("with println")
		fmt.Fprintln(GinkgoWriter, "to GinkgoWriter")
		GinkgoT().Log("to GinkgoT")
		log.Print("to the standard logger")
		By("with By")
		AddReportEntry("an entry", "of two\nlines")
		node.Log().Info("to its own log")
		fmt.Printf("without an end, \x1b[31mand red")
		Expect(CurrentSpecReport().LeafNodeText).To(Equal("says something in every way"))
		Expect(GinkgoT().Name()).To(Equal("says says something in every way"))
		Fail("enough is said")
	})
	for i := range 3 {
		It(fmt.Sprintf("says nothing %d", i), func(ctx SpecContext, cluster *Cluster) { Fail("it fails") })
	}
})

// keeper is a node that uses a temporary folder until it has stopped.
type keeper struct{ dir string }

func (k keeper) Stop(context.Context) error {
	if _, err := os.Stat(k.dir); err != nil {
		return fmt.Errorf("too early: %w", err)
	}
	return nil
}

var surviving = Command(func(context.Context, *Node, int) ([]string, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "ginkgo*"))
	dir, _ := os.Getwd()
	return append(left, os.Getenv("OF_A_ROLE"), dir), err
})

var _ = broken("defers", Roles("a"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	dir := GinkgoT().TempDir()
	GinkgoT().Setenv("OF_A_ROLE", fmt.Sprint(env.Incarnation))
	GinkgoT().Chdir(dir)
	return keeper{dir}, nil
}), defers)

func defers() {
	for i := range 2 {
		It(fmt.Sprintf("has what its Boot has set, and nothing of others %d", i), func(ctx SpecContext, cluster *Cluster) {
			left, err := surviving.On(ctx, cluster.Node("a"), 0)
			Expect(err).NotTo(HaveOccurred())
			Expect(left).To(HaveLen(3))
			Expect(left[1:]).To(Equal([]string{"1", left[0]}))
			if !is("parallel") && !is("isolated") {
				return // where what is deferred lasts for the spec
			}
			cluster.Leave("a")
			cluster.Start("a")
			Expect(surviving.On(ctx, cluster.Node("a"), 0)).To(HaveExactElements(Not(Equal(left[0])), "2", Not(BeEmpty())))
		})
	}
	It("fails of what a clean-up returns", func(node *Node) {
		DeferCleanup(func() error { return fmt.Errorf("%s does not clean up", node.Role()) })
		DeferOnFailure(func() { Fail("nothing has failed when the node stops") })
	})
	It("does something when it fails", func(node *Node) {
		DeferOnFailure(func() { Fail("done as it fails") })
		Fail("it fails")
	})
}

var _ = broken("cleans-up", Roles("a", "b"), Boot(func(context.Context, *Env) (Instance, error) { return nil, nil }), func() {
	deferring := func(text string, args ...any) {
		It(text, func(node *Node) {
			if node.Role() == "b" {
				DeferCleanup(args...)
			}
		})
	}
	deferring("fails in what a clean-up defers", func() {
		DeferCleanup(func() { Fail("deferred twice") })
		GinkgoT().TempDir()
	})
	deferring("takes too long", func(ctx SpecContext) { <-ctx.Done() }, NodeTimeout(100*time.Millisecond))
	deferring("returns why", func(ctx SpecContext) error { <-ctx.Done(); return ctx.Err() }, NodeTimeout(200*time.Millisecond))
	deferring("has wrong arguments", func(int) {}, "no number")
})

// Leave lets the keeper stop.
func (k keeper) Leave(context.Context) error { return nil }

// What the first spec leaves running fails while the second one runs, in the same process.
var _ = kind == "leaves-running" && func() bool {
	for i := range 4 {
		over, done := make(chan struct{}), make(chan struct{})
		Describe("one after another", Ordered, func() {
			broken("leaves-running", Roles("a", "b"), func() {
				It(fmt.Sprintf("leaves %d", i), func(node *Node) {
					if node.Role() == "a" {
						go func() {
							defer close(done)
							<-over
							Expect("what runs").To(Equal("over"))
						}()
					}
				})
			})
			broken("leaves-running", Roles("c"), func() {
				It(fmt.Sprintf("is innocent %d", i), func(*Node) {
					close(over)
					<-done
				})
			})
		})
	}
	return true
}()
