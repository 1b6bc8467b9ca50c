// Without this rand.Seed does nothing.
//go:debug randseednop=0

package raftkv_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/examples/raftkv"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestRaftKV(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Raft")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// boot starts a node of the store for each role. This is all that the store's authors
// have to write.
func boot(_ context.Context, env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":"+raftkv.Port)
	if err != nil {
		return nil, err
	}
	return raftkv.Start(raftkv.Config{
		Name: env.Role, Peers: env.Roles, Dir: env.DataDir(), Log: env.Log,
		Listener: listener, Dial: env.Network.DialContext,
		ReadLease: lease(env.Data),
	})
}

// seeded boots a node whose raft draws what the seed of its spec says.
func seeded(ctx context.Context, env *Env) (Instance, error) {
	rand.Seed(env.Rand.Int64()) //nolint:staticcheck // raft draws from the source of math/rand, and takes no other
	return boot(ctx, env)
}

// lease is how long the leader answers reads by itself: what a spec has chosen, or RAFTKV_LEASE, which
// breaks the store for all specs if it is as long as an election takes.
func lease(data any) time.Duration {
	if d, chosen := data.(time.Duration); chosen {
		return d
	}
	text := os.Getenv("RAFTKV_LEASE")
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(fmt.Sprintf("RAFTKV_LEASE: %v", err))
	}
	return d
}

// inAllVariants describes specs with all nodes in one process, in real and in virtual time, and again with a process
// for each.
func inAllVariants(text string, roles RoleNames, body func(), options ...Option) {
	option := Options(options...)
	Describe(text+", in one process", MultiNode(roles, option, Boot(boot)), body)
	Describe(text+", in virtual time", Label("virtual"), MultiNode(roles, option, Boot(seeded), Virtual()), body)
	Describe(text+", in a process each", MultiNode(roles, option, Boot(boot), Parallel()), body)
}

// What clients do is done on the node that they are connected to.
type pair struct{ Key, Value string }

var put = Command(func(_ context.Context, node *Node, p pair) (struct{}, error) {
	return struct{}{}, node.Instance().(*raftkv.Node).Put(p.Key, p.Value)
})

var get = Command(func(_ context.Context, node *Node, key string) (string, error) {
	return node.Instance().(*raftkv.Node).Get(key)
})

// copyOf is what the node itself has of a key, late or not.
var copyOf = Command(func(_ context.Context, node *Node, key string) (string, error) {
	return node.Instance().(*raftkv.Node).Copy(key), nil
})
