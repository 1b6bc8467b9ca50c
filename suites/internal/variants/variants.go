// Package variants declares a container or a spec once and runs it in both variants, or in three.
package variants

import (
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// The labels of the variants.
const (
	InProcess = "in-process"
	Parallel  = "parallel"
	Isolated  = "isolated"
)

// What the texts of the variants end with.
const (
	InProcessSuffix = ", in one process"
	ParallelSuffix  = ", across processes"
	isolatedSuffix  = ", across isolated processes"
)

// AlsoIsolated is an argument that adds a third variant: each role in a process that
// a crash kills.
const AlsoIsolated = also("isolated")

type also string

// Describe declares the container twice: with all nodes in one process, and with a
// process for each role. The arguments may be options of MultiNode, decorators of
// Ginkgo and the body.
func Describe(text string, roles mnginkgo.RoleNames, args ...any) bool {
	return both(ginkgo.Describe, text, roles, args)
}

// It is Describe for a spec with nodes of its own.
func It(text string, roles mnginkgo.RoleNames, args ...any) bool {
	return both(ginkgo.It, text, roles, args)
}

func both(declare func(string, ...any) bool, text string, roles mnginkgo.RoleNames, args []any) bool {
	var options []mnginkgo.Option
	decorators := []any{ginkgo.Offset(2)}
	isolated := false
	for _, arg := range args {
		switch arg := arg.(type) {
		case mnginkgo.Option:
			options = append(options, arg)
		case also:
			isolated = true
		default:
			decorators = append(decorators, arg)
		}
	}
	in := append([]any{mnginkgo.MultiNode(roles, options...), ginkgo.Label(InProcess)}, decorators...)
	declare(text+InProcessSuffix, in...)
	if isolated {
		options := append(slices.Clone(options), mnginkgo.Parallel(mnginkgo.Isolated()))
		alone := append([]any{mnginkgo.MultiNode(roles, options...), ginkgo.Label(Isolated)}, decorators...)
		declare(text+isolatedSuffix, alone...)
	}
	options = append(options, mnginkgo.Parallel())
	across := append([]any{mnginkgo.MultiNode(roles, options...), ginkgo.Label(Parallel)}, decorators...)
	return declare(text+ParallelSuffix, across...)
}
