package gossip_test

import (
	"context"
	"testing"

	"github.com/hashicorp/memberlist"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/examples/gossip"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestGossip(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Gossip")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// node is what runs on each role: the service, and a method that tells the harness's
// matchers what memberlist believes.
type node struct{ *gossip.Service }

// Members returns whom memberlist holds for alive, and of those whom it suspects.
func (n node) Members() []Member {
	var all []Member
	for _, m := range n.Service.Members() {
		all = append(all, Member{Role: m.Name, Status: Up, Unreachable: m.State == memberlist.StateSuspect})
	}
	return all
}

// boot starts the service on the network of the spec.
func boot(_ context.Context, env *Env) (Instance, error) {
	s, err := gossip.Start(env.Network, env.Role, env.Roles, env.Log)
	return node{s}, err
}
