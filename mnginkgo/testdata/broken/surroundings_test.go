package broken_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
)

var (
	extra = flag.Int("extra", 0, "how many specs more")
	loud  = flag.Bool("loud", false, "a flag without a value")
)

var surroundings = Command(func(context.Context, *Node, int) (string, error) { return around() })

// around says what the process has around it.
func around() (string, error) {
	dir, err := os.Getwd()
	return fmt.Sprintln("folder", dir, "variable", os.Getenv("OF_THE_SPEC"), "flags", *extra, *loud, flag.Args(),
		"seed", GinkgoRandomSeed(), "short", testing.Short(), "labels", GinkgoLabelFilter()), err
}

var _ = broken("surroundings", Roles("a", "b"), Label("some"), func() {
	It("has the same on b", func(ctx SpecContext, cluster *Cluster) {
		want, err := around()
		Expect(err).NotTo(HaveOccurred())
		Expect(surroundings.On(ctx, cluster.Node("b"), 0)).To(Equal(want))
		here, err := os.Getwd()
		Expect(err).NotTo(HaveOccurred())
		if is("isolated") {
			DeferCleanup(os.Chdir, here)
			Expect(os.Chdir(os.TempDir() + "/..")).To(Succeed())
			GinkgoT().Setenv("OF_THE_SPEC", "1")
		}
		cluster.Restart("b")
		Expect(surroundings.On(ctx, cluster.Node("b"), 0)).To(Equal(want))
	})
	for i := range *extra {
		It(fmt.Sprint("is one of the tree ", i), func(*Cluster) {})
	}
})

var waits = Command(func(context.Context, *Node, int) (durations.Defaults, error) { return waitsHere(), nil })

// bootedWith is what the latest node of this process was booted with.
var bootedWith atomic.Pointer[durations.Defaults]

var bootWaits = Command(func(context.Context, *Node, int) (durations.Defaults, error) { return *bootedWith.Load(), nil })

func waitsHere() durations.Defaults {
	d, ok := durations.InForce()
	Expect(ok).To(BeTrue())
	return d
}

var _ = broken("waits", Roles("a", "b", "c"), func() {
	BeforeEachNode(func(context.Context, *Node) {
		now := waitsHere()
		bootedWith.Store(&now)
	})
	report := func(what string) { _, _ = fmt.Fprintln(os.Stderr, what, waitsHere().Of) }
	agree := func(ctx SpecContext, cluster *Cluster) {
		GinkgoHelper()
		for _, role := range cluster.Roles() {
			Expect(waits.On(ctx, cluster.Node(role), 0)).To(Equal(waitsHere()), role)
		}
	}

	It("begins with the suite's", func(ctx SpecContext, cluster *Cluster) {
		report("at first")
		agree(ctx, cluster)
	})
	for range 3 {
		It("sets its own", func(ctx SpecContext, cluster *Cluster) {
			before := waitsHere()
			Expect(before.Of[0]).NotTo(Equal(1234 * time.Millisecond))
			DeferCleanup(before.Set)
			SetDefaultEventuallyTimeout(1234 * time.Millisecond)
			DisableDefaultTimeoutsWhenUsingContext()
			agree(ctx, cluster)
			SetDefaultConsistentlyDuration(1234 * time.Millisecond)
			cluster.Restart("b")
			Expect(bootWaits.On(ctx, cluster.Node("b"), 0)).To(Equal(waitsHere()))
			agree(ctx, cluster)
		})
	}
	It("has the suite's again", func(ctx SpecContext, cluster *Cluster) {
		report("at last")
		agree(ctx, cluster)
	})
})

// plain is a suite that imports the harness and does not use it.
var _ = kind != "plain" || It("has Gomega as it comes", func() {
	Expect(waitsHere()).To(Equal(durations.Defaults{Of: [4]time.Duration{
		time.Second, 10 * time.Millisecond, 100 * time.Millisecond, 10 * time.Millisecond,
	}}))
})
