package faults_test

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport/fault"
)

// even holds for frames of this suite that have an even number, and are no mark.
var even = FrameMatching(func(f Frame) bool {
	n := binary.LittleEndian.Uint64(f.Payload)
	return n > 0 && n%2 == 0
})

// volleys of this size show a share of 30% within the bounds below but for one run of many
// millions.
const many = 1000

var thirty = And(BeNumerically(">", 220), BeNumerically("<", 380))

var _ = variants.Describe("a fault", Roles("a", "b"), Label("faults"), variants.WaitsForTime, Boot(boot), MustBite(), func() {
	It("loses a share of the frames", func(ctx SpecContext, cluster *Cluster) {
		passed := cluster.Link("a", "b").Traffic()
		loss := cluster.Link("a", "b").Lose(0.3)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: many})
		Eventually(ctx, func() (uint64, error) {
			n, err := passed.Frames()
			return n + loss.Bites(), err
		}).Should(BeNumerically("==", many))
		lost := loss.Bites()
		loss.Undo()
		got := numbers(collect(ctx, cluster, "a", "b"))
		Expect(many - len(got)).To(thirty)
		Expect(lost).To(BeNumerically("==", many-len(got)))
		Expect(slices.IsSorted(got)).To(BeTrue())
	})

	It("loses frames in bursts", func(ctx SpecContext, cluster *Cluster) {
		passed := cluster.Link("a", "b").Traffic()
		loss := cluster.Link("a", "b").LoseInBursts(fault.Bursts(0.3, 10))
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 5 * many})
		Eventually(ctx, func() (uint64, error) {
			n, err := passed.Frames()
			return n + loss.Bites(), err
		}).Should(BeNumerically("==", 5*many))
		loss.Undo()
		got, bursts, before := numbers(collect(ctx, cluster, "a", "b")), 0, 0
		for _, number := range got {
			if number > before+1 {
				bursts++
			}
			before = number
		}
		lost := float64(5*many - len(got))
		Expect(lost/(5*many)).To(BeNumerically("~", 0.3, 0.12), "with some 150 bursts")
		Expect(lost / float64(bursts)).To(BeNumerically("~", 10, 5))
		Expect(passed.Dropped()).To(HaveKeyWithValue("burst loss", uint64(lost)))
	})

	It("repeats a share of the frames", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Duplicate(0.3)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: many})
		got := numbers(collect(ctx, cluster, "a", "b"))
		Expect(len(got) - many).To(thirty)
		Expect(slices.Compact(got)).To(Equal(span(1, many)))
	})

	It("delays frames, and keeps their order", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Delay(fault.Uniform(30*time.Millisecond, 10*time.Millisecond))
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 100})
		fire(ctx, cluster, "b", volley{To: "a", First: 1, Last: 100})
		got := collect(ctx, cluster, "a", "b")
		Expect(numbers(got)).To(Equal(span(1, 100)))
		for _, a := range got {
			Expect(a.After).To(BeNumerically(">=", 20*time.Millisecond))
		}
		back := collect(ctx, cluster, "b", "a")
		Expect(numbers(back)).To(Equal(span(1, 100)))
		Expect(slices.MinFunc(back, func(x, y arrival) int { return int(x.After - y.After) }).After).To(BeNumerically("<", 20*time.Millisecond))
	})

	It("has frames overtake each other", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Reorder(0.3, 5*time.Millisecond)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: many})
		Eventually(ctx, arrivals.On).WithArguments(ctx, cluster.Node("b"), "a").Should(HaveLen(many))
		got, err := arrivals.On(ctx, cluster.Node("b"), "a")
		Expect(err).NotTo(HaveOccurred())
		Expect(slices.Sorted(slices.Values(numbers(got)))).To(Equal(span(1, many)))
		Expect(slices.IsSorted(numbers(got))).To(BeFalse())
	})

	It("flips bits in a share of the frames", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").DropIf(even)
		cluster.Link("a", "b").Corrupt(0.3)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: many, Size: 10_000})
		cluster.HealAll() // mends cuts only
		Eventually(ctx, arrivals.On).WithArguments(ctx, cluster.Node("b"), "a").Should(HaveLen(many / 2))
		got, err := arrivals.On(ctx, cluster.Node("b"), "a")
		Expect(err).NotTo(HaveOccurred())
		broken := slices.DeleteFunc(got, func(a arrival) bool { return a.Intact })
		Expect(2 * len(broken)).To(thirty)
	})

	It("bounds the bytes a second", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Limit(1 << 20)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 200, Size: 1024 - header})
		got := collect(ctx, cluster, "a", "b")
		Expect(numbers(got)).To(Equal(span(1, 200)))
		last := got[len(got)-1]
		Expect(last.After).To(BeNumerically(">", 150*time.Millisecond), "200 KiB at 1 MiB/s, less what it took to send them")
	})

	It("drops what a predicate holds for", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").DropIf(even)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 7})
		Expect(numbers(collect(ctx, cluster, "a", "b"))).To(Equal([]int{1, 3, 5, 7}))
	})

	It("drops the second of its kind", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").DropNth(2, even)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 7})
		Expect(numbers(collect(ctx, cluster, "a", "b"))).To(Equal([]int{1, 2, 3, 5, 6, 7}))
	})

	It("holds frames, which can be let go one by one", func(ctx SpecContext, cluster *Cluster) {
		held := cluster.Link("a", "b").Hold()
		traffic := cluster.Link("a", "b").Traffic()
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 4})
		Eventually(ctx, held.Frames).Should(HaveLen(4))
		Expect(traffic).To(HaveFrames(0))

		frames := held.Frames()
		Expect(frames[2]).To(And(HaveField("From", "a"), HaveField("To", "b")))
		held.Release(frames[2])
		Eventually(ctx, traffic).Should(HaveFrames(1))
		held.Drop(frames[0])
		Expect(held.Frames()).To(HaveLen(2))
		held.Undo()
		Expect(numbers(collect(ctx, cluster, "a", "b"))).To(Equal([]int{3, 2, 4}))
	})

	It("lasts while a node restarts, and goes when it is undone", Label("restart"), func(ctx SpecContext, cluster *Cluster) {
		drop := cluster.Link("a", "b").DropIf(even)
		cluster.Restart("b")
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 3})
		Expect(numbers(collect(ctx, cluster, "a", "b"))).To(Equal([]int{1, 3}))
		drop.Undo()
		fire(ctx, cluster, "a", volley{To: "b", First: 4, Last: 5})
		Eventually(ctx, arrivals.On).WithArguments(ctx, cluster.Node("b"), "a").Should(ContainElement(HaveField("Number", 4)))
	})
})

var now = Command(func(_ context.Context, n *Node, _ struct{}) (time.Time, error) { return n.Env().Clock.Now(), nil })

// hasty panics for every frame of this suite.
var hasty = FrameMatching(func(f Frame) bool { return f.Payload[1000] == 0 })

var _ = variants.Describe("a predicate that panics", Roles("a", "b"), Label("faults"), Boot(boot), func() {
	It("holds for no frame", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").DropIf(hasty)
		fire(ctx, cluster, "a", volley{To: "b", First: 1, Last: 3})
		Expect(numbers(collect(ctx, cluster, "a", "b"))).To(Equal([]int{1, 2, 3}))
	})
})

var _ = variants.Describe("a clock", Roles("a", "b"), Label("faults"), Boot(boot), func() {
	It("differs by what it was set to, also after a restart", func(ctx SpecContext, cluster *Cluster) {
		for range 2 {
			cluster.SkewClock("b", time.Hour)
			Expect(now.On(ctx, cluster.Node("a"), struct{}{})).To(BeTemporally("~", time.Now(), time.Minute))
			Expect(now.On(ctx, cluster.Node("b"), struct{}{})).To(BeTemporally("~", time.Now().Add(time.Hour), time.Minute))
			cluster.Restart("b")
		}
		cluster.SkewClock("b", 0)
		Expect(now.On(ctx, cluster.Node("b"), struct{}{})).To(BeTemporally("~", time.Now(), time.Minute))
	})
})
