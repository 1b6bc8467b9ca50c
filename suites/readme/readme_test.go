package readme_test

import (
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("membership", Roles("a", "b", "c"), func() {
	It("marks both sides of a cut unreachable, and forgets it once healed", Label("partition"),
		func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))

			cluster.Partition("a", "b")
			Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
			Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))

			cluster.Heal("a", "b")
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})
})

var _ = Describe("the README", Label("plain"), func() {
	It("shows the spec of this file", func() {
		readme, err := os.ReadFile("../../README.md")
		Expect(err).NotTo(HaveOccurred())
		source, err := os.ReadFile("readme_test.go")
		Expect(err).NotTo(HaveOccurred())
		_, spec, _ := strings.Cut(string(source), "func() {\n")
		spec, _, _ = strings.Cut(spec, "\n})\n")
		Expect(string(readme)).To(ContainSubstring(spec))
	})
})
