package recipes_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin testify

// roleHas is a command that asserts with testify.
var roleHas = Command(func(_ context.Context, node *Node, name string) (bool, error) {
	require.Equal(GinkgoT(), name, node.Role())
	return assert.NotEmpty(GinkgoT(), node.Roles()), nil
})

var _ = Describe("testify", MultiNode(Roles("a", "b"), Parallel()), func() {
	It("asserts in the body of a role", func(ctx SpecContext, node *Node) {
		require.Contains(GinkgoT(), node.Roles(), node.Role())
		assert.EqualValues(GinkgoT(), 1, node.Incarnation())
	})

	It("asserts in a command, whose error is what failed", func(ctx SpecContext, cluster *Cluster) {
		require.True(GinkgoT(), cluster.Node("b").Running())

		_, err := roleHas.On(ctx, cluster.Node("b"), "b")
		require.NoError(GinkgoT(), err)

		_, err = roleHas.On(ctx, cluster.Node("b"), "a")
		require.ErrorContains(GinkgoT(), err, "Not equal")
	})
})

//guide:end

// mailer is what a node sends letters with.
type mailer interface{ Send(to string) error }

//guide:begin testify-mock

type mockMailer struct{ mock.Mock }

func (m *mockMailer) Send(to string) error { return m.Called(to).Error(0) }

var _ = Describe("a mock of testify", MultiNode(Roles("a", "b"), Parallel()), func() {
	It("is made on the role where it is called", func(ctx SpecContext, node *Node) {
		m := &mockMailer{}
		m.Test(GinkgoT())
		m.On("Send", node.Role()).Return(nil)
		Expect(greet(m, node)).To(Succeed())
		m.AssertExpectations(GinkgoT())
	})
})

// greet is the product.
func greet(m mailer, node *Node) error { return m.Send(node.Role()) }

//guide:end
