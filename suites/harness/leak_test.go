package harness_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
)

// harnessAtWork are the goroutines of the broker and its connections, which serve
// other processes' specs while one runs here.
var harnessAtWork = []any{
	gleak.IgnoringInBacktrace("github.com/7aca83c2/multinode/internal/rpc."),
	gleak.IgnoringInBacktrace("github.com/7aca83c2/multinode/transport/pipe."),
	gleak.IgnoringInBacktrace("github.com/7aca83c2/multinode/mnginkgo/internal/broker."),
	gleak.IgnoringInBacktrace("os/exec."),
}

// The in-process variant keeps no goroutine beyond its spec. This set-up comes before
// that of the nodes, so its clean-up comes after theirs.
var _ = BeforeEach(func(ctx SpecContext) {
	if !slices.Contains(ctx.SpecReport().Labels(), "in-process") || ctx.SpecReport().IsInOrderedContainer {
		return // the nodes of an Ordered container live on to its end
	}
	before := gleak.Goroutines()
	DeferCleanup(func(ctx SpecContext) {
		left := append([]any{before}, harnessAtWork...)
		Eventually(ctx, gleak.Goroutines).ShouldNot(gleak.HaveLeaked(left...))
	})
})
