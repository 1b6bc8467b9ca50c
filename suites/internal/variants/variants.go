// Package variants declares a container once and runs it in both variants.
package variants

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// Describe declares the body twice: with all nodes in one process, and with a
// process for each role. The arguments may be options of MultiNode, decorators of
// Ginkgo and the body.
func Describe(text string, roles mnginkgo.RoleNames, args ...any) bool {
	var options []mnginkgo.Option
	decorators := []any{ginkgo.Offset(1)}
	for _, arg := range args {
		if option, ok := arg.(mnginkgo.Option); ok {
			options = append(options, option)
		} else {
			decorators = append(decorators, arg)
		}
	}
	in := append([]any{mnginkgo.MultiNode(roles, options...), ginkgo.Label("in-process")}, decorators...)
	ginkgo.Describe(text+", in one process", in...)
	options = append(options, mnginkgo.Parallel())
	across := append([]any{mnginkgo.MultiNode(roles, options...), ginkgo.Label("parallel")}, decorators...)
	return ginkgo.Describe(text+", across processes", across...)
}
