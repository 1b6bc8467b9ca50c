package team_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin elected

// elected is a node whose leader is the one that was elected.
type elected struct{ node }

func (e elected) Leader() string { return e.Elected() }

func bootElected(ctx context.Context, env *Env) (Instance, error) {
	instance, err := boot(ctx, env)
	if err != nil {
		return nil, err
	}
	return elected{instance.(node)}, nil
}

var (
	four = Roles("a", "b", "c", "d")

	_ = Describe("a team that votes, in real time", MultiNode(four, Boot(bootElected)), hasOneLeaderAtMost)
	_ = Describe("a team that votes, in virtual time", MultiNode(four, Boot(bootElected), Virtual(), Seeds(20)), hasOneLeaderAtMost)
)

//guide:end
