package broken_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("boot", Roles("a", "b"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	switch {
	case env.Role == "a":
		return nil, nil
	case is("panic"):
		countIn(nil)
	}
	return nil, errors.New("port 80 is taken")
}), func() {
	It("boots on a only", func(*Cluster) {})
})

var _ = broken("before-each-node", Roles("a", "b"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) { Expect(node.Role()).To(Equal("a")) })
	It("is set up on a only", func(*Cluster) {})
})
