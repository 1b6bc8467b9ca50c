package recipes_test

import (
	"context"
	"reflect"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/mock/gomock"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// MockMailer is what mockgen makes of mailer, in short.
type MockMailer struct{ ctrl *gomock.Controller }

// Send implements mailer.
func (m *MockMailer) Send(to string) error {
	m.ctrl.T.Helper()
	err, _ := m.ctrl.Call(m, "Send", to)[0].(error)
	return err
}

// ExpectSend has a call expected.
func (m *MockMailer) ExpectSend(to any) *gomock.Call {
	return m.ctrl.RecordCallWithMethodType(m, "Send", reflect.TypeFor[func(*MockMailer, string) error](), to)
}

//guide:begin gomock

// node is booted with a mock in place of its mailer.
type node struct{ mailer *MockMailer }

func bootMocked(context.Context, *Env) (Instance, error) {
	ctrl := gomock.NewController(GinkgoT())
	return node{&MockMailer{ctrl}}, nil
}

// expect has the mock of a role expect a letter, and send has the role send one.
var (
	expect = Command(func(_ context.Context, n *Node, to string) (struct{}, error) {
		n.Instance().(node).mailer.ExpectSend(to).Return(nil)
		return struct{}{}, nil
	})
	send = Command(func(_ context.Context, n *Node, to string) (struct{}, error) {
		return struct{}{}, n.Instance().(node).mailer.Send(to)
	})
)

var _ = Describe("a mock of gomock", MultiNode(Roles("a", "b"), Boot(bootMocked), Parallel()), func() {
	It("lives on its role, from one command to the next", func(ctx SpecContext, cluster *Cluster) {
		b := cluster.Node("b")
		Expect(expect.On(ctx, b, "carol")).Error().NotTo(HaveOccurred())
		Expect(send.On(ctx, b, "carol")).Error().NotTo(HaveOccurred())
		Expect(send.On(ctx, b, "dave")).Error().To(MatchError(ContainSubstring("Unexpected call")))
	})
})

//guide:end
