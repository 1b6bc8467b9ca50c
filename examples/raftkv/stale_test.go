package raftkv_test

import (
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = os.Getenv("STALE") != "" && Describe("stale", MultiNode(Roles("a", "b", "c", "d", "e"), Options(Data("a", time.Second), Data("b", time.Second), Data("c", time.Second), Data("d", time.Second), Data("e", time.Second)), Boot(boot), Virtual()), func() {
	It("is linear", func(ctx SpecContext, cluster *Cluster) {
		h := clients(ctx, cluster, 3*time.Second, func(*history) bool { return false })
		Expect(h.isLinearizable()).To(BeTrue())
	})
})
