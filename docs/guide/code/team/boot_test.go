package team_test

import (
	"context"
	"net"
	"slices"

	"github.com/7aca83c2/multinode/docs/guide/code/team"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// node is what runs on a role: a node of the team, which has a method Leader already, for HaveLeader and AgreeOnLeader.
type node struct {
	*team.Node
	all []string
}

// Members has HaveMembers and HaveUnreachable work.
func (n node) Members() []Member {
	var members []Member
	alive := n.Alive()
	for _, name := range n.all {
		members = append(members, Member{Role: name, Status: Up, Unreachable: !slices.Contains(alive, name)})
	}
	return members
}

// Stop ends the node when its spec is over.
func (n node) Stop(context.Context) error { return n.Close() }

// boot starts the node of a role on the network of the spec.
func boot(_ context.Context, env *Env) (Instance, error) {
	conn, err := env.Network.ListenPacket("udp", ":7000")
	if err != nil {
		return nil, err
	}
	peers := map[string]net.Addr{}
	for _, role := range env.Roles {
		if role == env.Role {
			continue
		}
		if peers[role], err = env.Network.ResolveAddr("udp", role+":7000"); err != nil {
			return nil, err
		}
	}
	return node{team.Start(conn, env.Role, peers), env.Roles}, nil
}
