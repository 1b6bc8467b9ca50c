package recipes_test

import (
	"context"
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin pid

// pid returns the process id of a role.
var pid = Command(func(context.Context, *Node, struct{}) (int, error) { return os.Getpid(), nil })

// hold waits while DEBUG names a role, until there is a file "continue".
func hold(ctx context.Context, cluster *Cluster) {
	role := os.Getenv("DEBUG")
	if role == "" {
		return
	}
	id, err := pid.On(ctx, cluster.Node(role), struct{}{})
	Expect(err).NotTo(HaveOccurred())
	GinkgoWriter.Printf("role %s: dlv attach %d, then touch continue\n", role, id)
	Eventually(ctx, "continue").WithTimeout(time.Hour).Should(BeAnExistingFile())
}

var _ = Describe("roles in processes of their own", MultiNode(Roles("a", "b"), Parallel(Isolated())), func() {
	It("can be attached to", func(ctx SpecContext, cluster *Cluster) {
		hold(ctx, cluster)
		a, err := pid.On(ctx, cluster.Node("a"), struct{}{})
		Expect(err).NotTo(HaveOccurred())
		Expect(pid.On(ctx, cluster.Node("b"), struct{}{})).NotTo(Equal(a))
	})
})

//guide:end
