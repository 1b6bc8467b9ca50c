package notes_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin exec
var _ = Describe("the program", MultiNode(Roles("a", "b"), Boot(Exec("bin/notes",
	"--listen", "127.0.0.1:{{listen 80}}", "--dir", "{{dir}}")), Parallel()), func() {
	It("keeps notes where it is told to", func(ctx SpecContext, cluster *Cluster) {
		Expect(put.On(ctx, cluster.Node("a"), note{At: "b", Key: "milk", Text: "two bottles"})).Error().NotTo(HaveOccurred())
		cluster.Restart("b")
		Expect(get.On(ctx, cluster.Node("a"), note{At: "b", Key: "milk"})).To(Equal("two bottles"))
	})
})

//guide:end

//guide:begin program

// program runs the server on a and b, each with its own flags. The client has none.
func program(ctx context.Context, env *Env) (Instance, error) {
	p := Program{
		Path:  "bin/notes",
		Args:  []string{"--listen", "127.0.0.1:{{listen 80}}", "--dir", "{{dir}}"},
		Env:   []string{"TZ=UTC"},
		Ready: "at 127", // a line of its log
		Only:  []string{"a", "b"},
	}
	if env.Role == "a" {
		p.Args = append(p.Args, "--peer", `127.0.0.1:{{reach "b" 80}}`)
	}
	return p.Boot(ctx, env)
}

var _ = Describe("two programs", MultiNode(Roles("a", "b", "client"), Boot(program), Parallel()), func() {
	It("do not acknowledge what one of them may not have", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		from := cluster.Node("client")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk", Text: "two bottles"})).Error().NotTo(HaveOccurred())
		Expect(get.On(ctx, from, note{At: "b", Key: "milk"})).To(Equal("two bottles"))

		cluster.Partition("a", "b")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk", Text: "three"})).Error().To(MatchError(ContainSubstring("502 Bad Gateway")))

		cluster.Heal("a", "b")
		Eventually(ctx, func() error {
			_, err := put.On(ctx, from, note{At: "a", Key: "milk", Text: "three"})
			return err
		}).Should(Succeed())
	})
})

//guide:end
