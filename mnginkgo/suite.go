package mnginkgo

import (
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
)

// StartBroker is the first function of SynchronizedBeforeSuite: it starts, in
// process 1, the broker that Parallel() specs need, and returns what JoinBroker needs.
// A suite with a SynchronizedBeforeSuite of its own calls both inside it and passes
// the bytes on.
//
//	var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)
//
// What every role needs belongs into Boot or BeforeEachNode, not into BeforeSuite: a
// role may run in a child process, where BeforeSuite is not run.
func StartBroker(ginkgo.SpecContext) []byte {
	data, err := self.Start(needs())
	if err != nil {
		innards.FailHandler()("StartBroker: "+err.Error(), 0) // the caller is a line of Ginkgo's
	}
	return data
}

// JoinBroker is the second function of SynchronizedBeforeSuite: it connects each
// process to the broker, and keeps it, when its specs have run out, until no other
// spec can need it.
func JoinBroker(ctx ginkgo.SpecContext, data []byte) {
	if err := self.Join(ctx, data, asHost(ctx)); err != nil {
		innards.FailHandler()("JoinBroker: "+err.Error(), 0)
	}
}

// needs returns what the specs of the tree need of a broker, or nil if they need none.
func needs() *company.Needs {
	parallel := slices.DeleteFunc(slices.Clone(specs.Plans()), func(p *plan) bool { return !p.parallel })
	if len(parallel) == 0 {
		return nil
	}
	n := &company.Needs{Part: specs.Part(), Config: broker.Config{
		Tree: specs.Fingerprint(), ChildTree: specs.PartFingerprint(), Specs: specs.Needy(), Wait: config.HostsWait, MaxChildren: config.MaxChildren,
		Switch: switchOptions(), Matches: predicate,
	}}
	for _, p := range parallel {
		if !p.isolated {
			n.Roles = max(n.Roles, len(p.roles))
		}
	}
	return n
}
