package broken_test

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var pid = Command(func(_ context.Context, node *Node, last string) (int, error) {
	fmt.Println(last)
	return os.Getpid(), nil
})

var explode = Command(func(_ context.Context, node *Node, last string) (int, error) {
	go func() { panic(last) }()
	<-make(chan int)
	return 0, nil
})

var exit = Command(func(_ context.Context, node *Node, code int) (int, error) {
	os.Exit(code)
	return 0, nil
})

var _ = broken("unnoticed", Roles("a", "b"), func() {
	for _, otherwise := range []string{"", "something else"} {
		It("loses b and looks away, then fails of: "+otherwise, func(ctx SpecContext, cluster *Cluster) {
			id, err := pid.On(ctx, cluster.Node("b"), "famous last words")
			Expect(err).NotTo(HaveOccurred())
			Expect(syscall.Kill(id, syscall.SIGKILL)).To(Succeed())
			Eventually(ctx, cluster.Node("b").Running).Should(BeFalse())
			if otherwise != "" {
				Fail(otherwise)
			}
		})
	}
})

var _ = broken("last-moment", Roles("a", "b"), func() {
	for i := range 3 {
		It(fmt.Sprintf("loses b as it ends %d", i), func(ctx SpecContext, cluster *Cluster) {
			id, err := pid.On(ctx, cluster.Node("b"), "")
			Expect(err).NotTo(HaveOccurred())
			Expect(syscall.Kill(id, syscall.SIGKILL)).To(Succeed())
		})
	}
})

var _ = broken("lost", Roles("a", "b"), func() {
	It("is killed from outside", func(ctx SpecContext, cluster *Cluster) {
		id, err := pid.On(ctx, cluster.Node("b"), "famous last words")
		Expect(err).NotTo(HaveOccurred())
		Expect(syscall.Kill(id, syscall.SIGKILL)).To(Succeed())
		Eventually(ctx, cluster).Should(HaveMembers("a")) // b is one
	})
	It("panics in a goroutine of its own", func(ctx SpecContext, cluster *Cluster) {
		Expect(explode.On(ctx, cluster.Node("b"), "out of cheese")).To(Equal(0))
	})
	It("exits", func(ctx SpecContext, cluster *Cluster) {
		Expect(exit.On(ctx, cluster.Node("b"), 7)).To(Equal(0))
	})
	It("dies in the middle of a body", func(ctx SpecContext, node *Node) {
		if node.Role() == "b" {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		node.Barrier("never")
	})
	for i := range 3 {
		It(fmt.Sprintf("goes on with the next %d", i), func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).WithTimeout(2 * time.Second).Should(HaveMembers("a", "b"))
			fmt.Fprintln(GinkgoWriter, "went on", i)
		})
	}
})

var parent = Command(func(context.Context, *Node, int) (int, error) { return os.Getppid(), nil })

// In each of these, process 1 ends another Ginkgo process once it hosts a for it.
var _ = broken("host", Roles("a", "b"), func() {
	ended := false
	for i := range 12 {
		It(fmt.Sprintf("goes on %d", i), func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
			of, err := parent.On(ctx, cluster.Node("a"), 0)
			Expect(err).NotTo(HaveOccurred())
			if ended || GinkgoParallelProcess() != 1 || of == os.Getpid() {
				return
			}
			ended = true
			if is("panics") {
				Expect(explode.On(ctx, cluster.Node("a"), "out of cheese")).To(Equal(0))
			}
			id, err := pid.On(ctx, cluster.Node("a"), "")
			Expect(err).NotTo(HaveOccurred())
			Expect(syscall.Kill(id, syscall.SIGKILL)).To(Succeed())
			Eventually(ctx, cluster).Should(HaveMembers("a"))
		})
	}
})
