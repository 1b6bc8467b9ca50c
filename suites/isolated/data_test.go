//go:build unix

package isolated_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// inMemory is what a process remembers.
var inMemory string

// remember keeps a text in memory and on disk, and returns what was there before.
var remember = Command(func(_ context.Context, node *Node, text string) ([]string, error) {
	file := filepath.Join(node.Env().DataDir(), "text")
	onDisk, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	before := []string{inMemory, string(onDisk)}
	inMemory = text
	return before, os.WriteFile(file, []byte(text), 0o600)
})

var _ = Describe("data", alone(), isolated, func() {
	for range 2 { // the second finds nothing of the first
		It("survives in the folder of the role, and nowhere else", func(ctx SpecContext, cluster *Cluster) {
			Expect(remember.On(ctx, cluster.Node("b"), "one")).To(Equal([]string{"", ""}))
			Expect(remember.On(ctx, cluster.Node("b"), "two")).To(Equal([]string{"one", "one"}))
			cluster.Restart("b")
			Expect(remember.On(ctx, cluster.Node("b"), "three")).To(Equal([]string{"", "two"}))
			Expect(remember.On(ctx, cluster.Node("a"), "four")).To(Equal([]string{"", ""}))
		})
	}
})
