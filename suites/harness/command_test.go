package harness_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

type order struct {
	Item  string
	Count int
	Tags  map[string]bool
	Any   any
}

type notRegistered struct{ X int }

var (
	double = Command(func(_ context.Context, _ *Node, o order) (order, error) {
		o.Count *= 2
		return o, nil
	})
	refuse  = Command(func(context.Context, *Node, string) (int, error) { return 0, errors.New("not today") })
	stumble = Command(func(_ context.Context, _ *Node, what string) (int, error) { panic(what) })
	assert  = Command(func(_ context.Context, node *Node, want string) (int, error) {
		Expect(node.Role()).To(Equal(want))
		return 7, nil
	})
	linger = Command(func(ctx context.Context, _ *Node, _ struct{}) (string, error) {
		<-ctx.Done()
		return "", context.Cause(ctx)
	})
	identify = Command(func(_ context.Context, node *Node, _ struct{}) (string, error) { return node.Role(), nil })
)

var _ = variants.Describe("a command", Roles("a", "b"), Label("command"), func() {
	It("runs on the node with its argument and returns its result", func(ctx SpecContext, cluster *Cluster) {
		o := order{Item: "tea", Count: 21, Tags: map[string]bool{"hot": true}, Any: "x"}
		Expect(double.On(ctx, cluster.Node("b"), o)).To(Equal(order{Item: "tea", Count: 42, Tags: map[string]bool{"hot": true}, Any: "x"}))
		Expect(identify.On(ctx, cluster.Node("a"), struct{}{})).To(Equal("a"))
	})

	It("returns its error, with the role", func(ctx SpecContext, cluster *Cluster) {
		_, err := refuse.On(ctx, cluster.Node("b"), "")
		Expect(err).To(MatchError("command on b: not today"))
		var failed *CommandError
		Expect(errors.As(err, &failed)).To(BeTrue())
		Expect(failed.Role).To(Equal("b"))
		Expect(failed.Text).To(Equal("not today"))
	})

	It("that panics is an error with the place and the stack", func(ctx SpecContext, cluster *Cluster) {
		_, err := stumble.On(ctx, cluster.Node("b"), "over a root")
		Expect(err).To(MatchError(And(
			ContainSubstring("command on b, at "),
			MatchRegexp(`command_test\.go:\d+`),
			ContainSubstring("panic: over a root"),
		)))
		Expect(identify.On(ctx, cluster.Node("b"), struct{}{})).To(Equal("b"), "the node lives on")
	})

	It("whose assertion fails is an error with the assertion", func(ctx SpecContext, cluster *Cluster) {
		_, err := assert.On(ctx, cluster.Node("b"), "a")
		Expect(err).To(MatchError(And(ContainSubstring("command on b, at "), ContainSubstring("to equal\n"))))
		Expect(assert.On(ctx, cluster.Node("b"), "b")).To(Equal(7))
	})

	It("fails at the caller when its argument cannot be encoded", func(ctx SpecContext, cluster *Cluster) {
		_, err := double.On(ctx, cluster.Node("b"), order{Any: notRegistered{1}})
		Expect(err).To(MatchError(And(ContainSubstring("notRegistered"), ContainSubstring("field Any"))))
	})

	It("is refused when its types can never travel", func() {
		Expect(func() {
			Command(func(context.Context, *Node, struct{ Done chan int }) (int, error) { return 0, nil })
		}).To(PanicWith(And(ContainSubstring("its argument cannot travel"), ContainSubstring("field Done"))))
	})

	It("is refused once the specs run, when other processes cannot learn of it", func() {
		Expect(func() {
			Command(func(context.Context, *Node, int) (int, error) { return 0, nil })
		}).To(PanicWith(ContainSubstring("declare it in a package variable or in the body of a container")))
	})

	It("ends with its context", func(ctx SpecContext, cluster *Cluster) {
		short, cancel := context.WithCancel(ctx)
		cancel()
		_, err := linger.On(short, cluster.Node("b"), struct{}{})
		Expect(err).To(MatchError(ContainSubstring("context canceled")))
	})

	It("needs a node that runs", func(ctx SpecContext, cluster *Cluster) {
		cluster.Crash("b")
		_, err := identify.On(ctx, cluster.Node("b"), struct{}{})
		Expect(err).To(MatchError("command on b: role b is crashed"))
	})
})

var booted = Command(func(_ context.Context, node *Node, _ struct{}) (string, error) { return bootedAs, nil })

// bootedAs is what the latest BeforeEachNode of this process saw.
var bootedAs string

var _ = variants.Describe("BeforeEachNode", Roles("a"), Label("command"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		Expect(node.Membership()).NotTo(BeNil())
		bootedAs = node.Role() + string(rune('0'+node.Incarnation()))
	})

	It("runs on the role at each boot", func(ctx SpecContext, cluster *Cluster) {
		Expect(booted.On(ctx, cluster.Node("a"), struct{}{})).To(Equal("a1"))
		cluster.Restart("a")
		Expect(booted.On(ctx, cluster.Node("a"), struct{}{})).To(Equal("a2"))
	})
})

var _ = variants.Describe("data for a role", Roles("a", "b"), Data("b", 42), Label("command"), func() {
	It("reaches its node and no other", func(node *Node) {
		if node.Role() == "b" {
			Expect(node.Env().Data).To(Equal(42))
		} else {
			Expect(node.Env().Data).To(BeNil())
		}
	})
})
