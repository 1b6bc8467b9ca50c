// Package variants declares a container or a spec once and runs it in each variant that can.
package variants

import (
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// The labels of the variants.
const (
	InProcess = "in-process"
	Virtual   = "virtual"
	Parallel  = "parallel"
	Isolated  = "isolated"
)

// What the texts of the variants end with.
const (
	InProcessSuffix = ", in one process"
	VirtualSuffix   = ", in virtual time"
	ParallelSuffix  = ", across processes"
	isolatedSuffix  = ", across isolated processes"
)

// AlsoIsolated is an argument that adds a fourth variant: each role in a process that
// a crash kills.
const AlsoIsolated = also("isolated")

type also string

// NotVirtual is an argument that says why there is no variant in virtual time.
type NotVirtual string

// Describe declares the container three times: with all nodes in one process, the same in
// virtual time, and with a process for each role. The arguments may be options of MultiNode,
// decorators of Ginkgo and the body.
func Describe(text string, roles mnginkgo.RoleNames, args ...any) bool {
	return each(ginkgo.Describe, text, roles, args)
}

// It is Describe for a spec with nodes of its own.
func It(text string, roles mnginkgo.RoleNames, args ...any) bool {
	return each(ginkgo.It, text, roles, args)
}

func each(declare func(string, ...any) bool, text string, roles mnginkgo.RoleNames, args []any) bool {
	var options []mnginkgo.Option
	decorators := []any{ginkgo.Offset(3)}
	isolated, virtual := false, true
	for _, arg := range args {
		switch arg := arg.(type) {
		case mnginkgo.Option:
			options = append(options, arg)
		case also:
			isolated = true
		case NotVirtual:
			virtual = false
		default:
			decorators = append(decorators, arg)
		}
	}
	variant := func(suffix, label string, own ...mnginkgo.Option) {
		node := mnginkgo.MultiNode(roles, append(slices.Clone(options), own...)...)
		declare(text+suffix, append([]any{node, ginkgo.Label(label)}, decorators...)...)
	}
	variant(InProcessSuffix, InProcess, mnginkgo.RealTime())
	if virtual {
		variant(VirtualSuffix, Virtual, mnginkgo.Virtual())
	}
	if isolated {
		variant(isolatedSuffix, Isolated, mnginkgo.Parallel(mnginkgo.Isolated()))
	}
	variant(ParallelSuffix, Parallel, mnginkgo.Parallel())
	return true
}
