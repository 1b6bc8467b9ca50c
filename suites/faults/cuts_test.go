package faults_test

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// speak sends a frame of that number on every link.
func speak(ctx SpecContext, cluster *Cluster, number int) {
	GinkgoHelper()
	for _, from := range cluster.Roles() {
		for _, to := range cluster.Roles() {
			if from != to {
				fire(ctx, cluster, from, volley{To: to, First: number, Last: number})
			}
		}
	}
}

// heard returns, for each role, whom a frame of that number has reached.
func heard(ctx SpecContext, cluster *Cluster, number int) (map[string]string, error) {
	by := map[string]string{}
	for _, from := range cluster.Roles() {
		for _, to := range cluster.Roles() {
			all, err := arrivals.On(ctx, cluster.Node(to), from)
			if err != nil {
				return nil, err
			}
			if slices.Contains(numbers(all), number) {
				by[from] += to
			}
		}
	}
	return by, nil
}

// expectHeard speaks, and checks whom it reaches.
func expectHeard(ctx SpecContext, cluster *Cluster, number int, want map[string]string) {
	GinkgoHelper()
	speak(ctx, cluster, number)
	Eventually(ctx, heard).WithArguments(ctx, cluster, number).Should(Equal(want))
	Consistently(ctx, heard).WithArguments(ctx, cluster, number).WithTimeout(20 * time.Millisecond).Should(Equal(want))
}

var _ = variants.Describe("overlapping cuts", Roles("a", "b", "c", "d", "e"), Label("faults", "partition"), Boot(boot), MustBite(), func() {
	It("bridge", func(ctx SpecContext, cluster *Cluster) {
		cluster.Split(Roles("a", "b"), Roles("d", "e"))
		expectHeard(ctx, cluster, 1, map[string]string{"a": "bc", "b": "ac", "c": "abde", "d": "ce", "e": "cd"})
	})

	It("leave a ring", func(ctx SpecContext, cluster *Cluster) {
		cluster.Beyond(1).Cut()
		expectHeard(ctx, cluster, 1, map[string]string{"a": "be", "b": "ac", "c": "bd", "d": "ce", "e": "ad"})
	})

	It("leave each a majority of its own", func(ctx SpecContext, cluster *Cluster) {
		cluster.Beyond((len(cluster.Roles())/2 + 1) / 2).Cut()
		expectHeard(ctx, cluster, 1, map[string]string{"a": "be", "b": "ac", "c": "bd", "d": "ce", "e": "ad"})
	})

	It("are undone one by one", func(ctx SpecContext, cluster *Cluster) {
		pair := cluster.Partition("a", "b")
		around := cluster.Isolate("a")
		both := cluster.Split(Roles("a"), Roles("b", "c"))
		expectHeard(ctx, cluster, 1, map[string]string{"b": "cde", "c": "bde", "d": "bce", "e": "bcd"})
		around.Undo()
		pair.Undo()
		expectHeard(ctx, cluster, 2, map[string]string{"a": "de", "b": "cde", "c": "bde", "d": "abce", "e": "abcd"})
		both.Undo()
		expectHeard(ctx, cluster, 3, map[string]string{"a": "bcde", "b": "acde", "c": "abde", "d": "abce", "e": "abcd"})
	})
})
