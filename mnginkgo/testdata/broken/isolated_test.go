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

var _ = broken("own-process", Roles("a", "b"), func() {
	It("pauses", func(cluster *Cluster) { cluster.Pause("b") })
	It("resumes", func(cluster *Cluster) { cluster.Resume("b") })
	It("exits", func(cluster *Cluster) { cluster.Exit(3, "b") })
	It("may exit", func(cluster *Cluster) { cluster.MayExit("a", "b") })
	It("asks for an exit", func(cluster *Cluster) { Expect(cluster.Node("b")).To(HaveExited(3)) })
})

var _ = broken("ends", Roles("a", "b"), func() {
	It("asks a paused role", func(ctx SpecContext, cluster *Cluster) {
		cluster.Pause("b")
		Expect(cluster.Node("b")).To(HaveMembers("a", "b"))
	})
	It("commands a paused role", func(ctx SpecContext, cluster *Cluster) {
		cluster.Pause("b")
		Expect(pid.On(ctx, cluster.Node("b"), "")).To(Equal(0))
	})
	It("expects another code", func(cluster *Cluster) {
		cluster.Exit(3, "b")
		Expect(cluster.Node("b")).To(HaveExited(4))
	})
	It("expects another signal", func(cluster *Cluster) {
		cluster.Crash("b")
		Expect(cluster.Node("b")).To(HaveBeenKilled(syscall.SIGSEGV))
	})
	It("expects an end", func(cluster *Cluster) {
		Expect(cluster.Node("b")).To(HaveBeenKilled(syscall.SIGKILL))
	})
	It("expects an end of all", func(cluster *Cluster) {
		Expect(cluster).To(HaveExited(0))
	})
})

var _ = broken("keeps-data", Roles("a", "b"), func() {
	It("writes and fails", func(ctx SpecContext, cluster *Cluster) {
		Expect(write.On(ctx, cluster.Node("b"), "text")).To(Equal("nothing"))
	})
})

var write = Command(func(_ context.Context, node *Node, text string) (string, error) {
	return text, os.WriteFile(node.Env().DataDir()+"/file", []byte(text), 0o600)
})

// In each of these, a process that conducts dies with a role of its spec paused.
var _ = broken("killed", Roles("a", "b", "c"), func() {
	victim := 1
	if is("second") {
		victim = 2
	}
	for i := range 6 {
		It(fmt.Sprintf("kills its conductor %d", i), func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			if GinkgoParallelProcess() == victim {
				cluster.Pause("b", "c")
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		})
	}
})

var _ = broken("waiting-paused", Roles("a", "b", "c"), func() {
	It("waits", PollProgressAfter(300*time.Millisecond), func(ctx SpecContext, cluster *Cluster) {
		cluster.Pause("b")
		<-ctx.Done()
	})
})

// litters writes what is in the way once the run is killed: at the moment that is asked for
// it says so with a file, and goes no further.
var _ = broken("litters", Roles("a", "b"), func() {
	stop := func(ctx context.Context, moment string) {
		if is(moment) {
			Expect(os.WriteFile(os.TempDir()+"/stopped", nil, 0o600)).To(Succeed())
			<-ctx.Done()
		}
	}
	It("writes", func(ctx SpecContext, cluster *Cluster) {
		stop(ctx, "early")
		for _, role := range cluster.Roles() {
			Expect(write.On(ctx, cluster.Node(role), role)).To(Equal(role))
		}
		stop(ctx, "late")
	})
})
