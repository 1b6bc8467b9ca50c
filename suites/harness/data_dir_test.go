package harness_test

import (
	"context"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// keep adds a file to the role's data, and returns the folder.
var keep = Command(func(_ context.Context, node *Node, name string) (string, error) {
	dir := node.Env().DataDir()
	return dir, os.WriteFile(filepath.Join(dir, name), nil, 0o600)
})

func filesIn(dir string) []string {
	GinkgoHelper()
	entries, err := os.ReadDir(dir)
	Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

var _ = Describe("the data of roles", func() {
	var dir string // of a

	BeforeEach(func() { // before the nodes are set up, so its clean-up comes after theirs
		DeferCleanup(func() { Expect(dir).NotTo(BeAnExistingFile()) })
	})

	variants.It("is a folder for each, which survives a restart", Roles("a", "b/../b"), variants.AlsoIsolated,
		func(ctx SpecContext, cluster *Cluster) {
			var err error
			dir, err = keep.On(ctx, cluster.Node("a"), "one")
			Expect(err).NotTo(HaveOccurred())
			cluster.Restart("a")
			Expect(keep.On(ctx, cluster.Node("a"), "two")).To(Equal(dir))
			other, err := keep.On(ctx, cluster.Node("b/../b"), "three")
			Expect(err).NotTo(HaveOccurred())
			Expect(filesIn(dir)).To(Equal([]string{"one", "two"}))
			Expect(filesIn(other)).To(Equal([]string{"three"}))
		})
})
