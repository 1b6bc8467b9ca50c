package seat

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Node is a node of a role: what it is booted with, and what was booted.
type Node struct {
	Role        string
	Incarnation uint64
	Network     *Network
	Log         *slog.Logger
	Rand        *rand.Rand // seeded by the run, the role and the incarnation
	Stage       stage.Backstage
	Instance    any // what Part.Boot has returned

	dataDir string
	part    Part
	unwatch context.CancelFunc
	runs    bool // it has booted, and nothing has ended it; the seat's lock guards it
}

func (s *Seat) newNode(b BootRequest) *Node {
	p := s.script.Plan(b.Plan, b.Role)
	own := roleSeed(b.Role, b.Incarnation)
	n := &Node{
		Role: b.Role, Incarnation: b.Incarnation, Stage: s.backstage, dataDir: b.DataDir,
		Network: &Network{network: s.network, address: p.NetAddress, options: append(p.Net, netconn.WithSeed(b.Seed^own))},
		Log:     roleLogger(s.backstage, b.Role, p.LogLevel),
		Rand:    rand.New(rand.NewPCG(b.Seed, own)),
	}
	n.unwatch = func() {}
	n.part = p.Part(n)
	n.part.Skew(b.Skew)
	return n
}

func roleSeed(role string, incarnation uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", role, incarnation)
	return h.Sum64()
}

// DataDir returns the folder of the role's data, which it makes if it is not there.
func (n *Node) DataDir() (string, error) {
	if _, err := os.Stat(n.dataDir); err == nil {
		return n.dataDir, nil
	}
	err := stage.MakeDir.Tell(context.Background(), n.Stage, n.dataDir)
	if err != nil && !broker.IsGone(err) { // without a broker the run is over, and is to leave nothing
		return n.dataDir, os.MkdirAll(n.dataDir, 0o700) // the spec may be over by now
	}
	return n.dataDir, nil
}

// close takes the node off the network at once.
func (n *Node) close() error {
	if n == nil {
		return nil
	}
	return n.Network.close()
}

// skew sets the clock of the node that runs.
func (s *Seat) skew(_ context.Context, by time.Duration) (Nothing, error) {
	node, _, err := s.current()
	if err == nil {
		node.part.Skew(by)
	}
	return Nothing{}, err
}
