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

// Alone is a label beside that of the only variant that a spec has.
const Alone = "alone"

// What the texts of the variants end with.
const (
	InProcessSuffix = ", in one process"
	VirtualSuffix   = ", in virtual time"
	ParallelSuffix  = ", across processes"
	isolatedSuffix  = ", across isolated processes"
)

// A say is an argument about the variants that there are.
type say string

const (
	// AlsoIsolated adds a variant: each role in a process that a crash kills.
	AlsoIsolated say = "also isolated"

	// WaitsForTime is for specs that in one process wait for little but time: there they run on the virtual
	// clock alone.
	WaitsForTime say = "waits for time"
)

// NotVirtual is an argument that says why there is no variant in virtual time.
type NotVirtual string

// VirtualOnly is an argument that says why there is no other variant.
type VirtualOnly string

// Describe declares the container once for each variant: with all nodes in one process, the same in
// virtual time, and with a process for each role. The arguments may be what this package has
// to say about that, options of MultiNode, decorators of Ginkgo and the body.
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
	inProcess, virtual, isolated, parallel := true, true, false, true
	for _, arg := range args {
		switch arg := arg.(type) {
		case mnginkgo.Option:
			options = append(options, arg)
		case say:
			inProcess = inProcess && arg != WaitsForTime
			isolated = isolated || arg == AlsoIsolated
		case NotVirtual:
			virtual = false
		case VirtualOnly:
			inProcess, parallel = false, false
			decorators = append(decorators, ginkgo.Label(Alone))
		default:
			decorators = append(decorators, arg)
		}
	}
	variant := func(wanted bool, suffix, label string, own mnginkgo.Option) {
		if wanted {
			node := mnginkgo.MultiNode(roles, append(slices.Clone(options), own)...)
			declare(text+suffix, append([]any{node, ginkgo.Label(label)}, decorators...)...)
		}
	}
	variant(inProcess, InProcessSuffix, InProcess, mnginkgo.RealTime())
	variant(virtual, VirtualSuffix, Virtual, mnginkgo.Virtual())
	variant(isolated, isolatedSuffix, Isolated, mnginkgo.Parallel(mnginkgo.Isolated()))
	variant(parallel, ParallelSuffix, Parallel, mnginkgo.Parallel())
	return true
}
