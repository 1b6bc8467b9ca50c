package broken_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

var _ = broken("nemesis", Roles("a", "b", "c"), Boot(silent), func() {
	for _, name := range []string{"fails", "fails too"} {
		It(name, func(ctx SpecContext, cluster *Cluster) {
			nemesis := cluster.Unleash(Chaos{
				Mix:   map[string]int{"partition": 1, "lose": 1, "isolate": 1},
				Every: fault.Exponential(20 * time.Millisecond), Lasting: fault.Uniform(30*time.Millisecond, 20*time.Millisecond),
			})
			Consistently(ctx, cluster.Running).WithTimeout(400 * time.Millisecond).Should(HaveLen(3))
			if name == "fails" { // the other one is stopped by the end of the spec
				nemesis.Stop()
			}
			Expect(cluster.Running()).To(BeEmpty())
		})
	}
})
