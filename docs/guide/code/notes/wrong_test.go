//go:build fails

package notes_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = Describe("writers that do not wait", MultiNode(Roles("a", "b", "client"), Boot(boot), Parallel()), func() {
	//guide:begin unmet
	It("see each other's notes", func(ctx SpecContext, node *Node) {
		if node.Role() == "a" {
			Expect(client(node, "a").Get(ctx, "from-b")).To(Equal("hello"))
		}
		node.Barrier("written")
	})
	//guide:end

	//guide:begin lost
	It("are told when nobody has their note", func(ctx SpecContext, cluster *Cluster) {
		Expect(get.On(ctx, cluster.Node("client"), note{At: "b", Key: "milk"})).To(Equal("two bottles"))
	})
	//guide:end
})

//guide:begin buffered
var buffered = Options(Data("a", "buffered"), Data("b", "buffered"))

var _ = Describe("buffered notes in one process", MultiNode(Roles("a", "b", "client"), Boot(boot), buffered), outlive)

var _ = Describe("buffered notes in processes", MultiNode(Roles("a", "b", "client"), Boot(boot), buffered, Parallel(Isolated())), outlive)

//guide:end

//guide:begin misspelt
var _ = Describe("a program with a flag that it does not have", MultiNode(Roles("a"), Boot(Exec("bin/notes",
	"--lisen", "127.0.0.1:{{listen 80}}"))), func() {
	It("starts", func(cluster *Cluster) {})
})

//guide:end

var _ = Describe("notes while answers are lost", MultiNode(Roles("a", "b", "client"), Boot(boot)), func() {
	//guide:begin stale
	It("are what was written last", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		history := NewHistory[note, string](cluster)
		perform(ctx, cluster, history, note{At: "a", Key: "milk", Text: "two bottles"})

		cluster.Link("b", "a").Cut() // what a sends arrives, and the answer does not
		perform(ctx, cluster, history, note{At: "a", Key: "milk", Text: "three"})
		perform(ctx, cluster, history, note{At: "b", Key: "milk"})
		perform(ctx, cluster, history, note{At: "a", Key: "milk"})

		Expect(register.Check(history, time.Minute)).To(Succeed())
	})
	//guide:end
})
