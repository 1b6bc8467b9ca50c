package rolecode

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

func TestCleanups(t *testing.T) {
	if before := innards.FailHandler(); before != nil { // the other tests'
		defer RegisterFailHandler(before)
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "Cleanups")
}

var _ = Describe("what code on a role defers", func() {
	var (
		done     []string
		suite    *innards.Suite
		cleanups *Cleanups
		b        *Owner
	)
	deferring := func(what string) { DeferCleanup(func() { done = append(done, what) }) }

	BeforeEach(func(ctx SpecContext) {
		done, cleanups = nil, &Cleanups{}
		var err error
		suite, err = innards.SuiteOf(ctx)
		Expect(err).NotTo(HaveOccurred())
		b = NewOwner("b", "a spec", suite, false, func(stage.Failure) {})
		DeferCleanup(b.Close)
	})

	It("is the role's until the spec no longer waits, although the code goes on", func(ctx SpecContext) {
		last := suite.LastDeferred()
		waiting, end := Waiting(ctx)
		returned := cleanups.During(waiting, b)
		deferring("b's")
		end()
		deferring("the spec's")
		returned()
		Expect(suite.TakeCleanups(last)).To(HaveLen(1))
		Expect(cleanups.Run(ctx)).To(BeEmpty())
		Expect(done).To(Equal([]string{"b's"}))
	})

	It("is the spec's if the code begins when that no longer waits", func(ctx SpecContext) {
		last := suite.LastDeferred()
		waiting, end := Waiting(ctx)
		end()
		returned := cleanups.During(waiting, b)
		deferring("late")
		returned()
		Expect(suite.TakeCleanups(last)).To(HaveLen(1))
		Expect(cleanups.Run(ctx)).To(BeEmpty())
		Expect(done).To(BeEmpty())
	})

	It("is the spec's if that does not wait", func(ctx SpecContext) {
		last := suite.LastDeferred()
		returned := cleanups.During(ctx, b)
		deferring("somebody's")
		returned()
		Expect(suite.TakeCleanups(last)).To(HaveLen(1))
		Expect(cleanups.Run(ctx)).To(BeEmpty())
	})

	for _, alone := range []bool{false, true} {
		Context(fmt.Sprintf("with the suite for itself: %v", alone), func() {
			BeforeEach(func() {
				b = NewOwner("b", "a spec", suite, alone, func(stage.Failure) {})
				DeferCleanup(b.Close)
			})

			run := func(ctx SpecContext, deferring func()) []*stage.Failure {
				last := suite.LastDeferred()
				waiting, end := Waiting(ctx)
				returned := cleanups.During(waiting, b)
				deferring()
				returned()
				failures := cleanups.Run(waiting)
				end()
				Expect(suite.TakeCleanups(last)).To(BeEmpty())
				return failures
			}

			It("is undone right after what has deferred it", func(ctx SpecContext) {
				failures := run(ctx, func() {
					deferring("first")
					DeferCleanup(func() {
						deferring("nested")
						done = append(done, "second")
						DeferCleanup(func() error { return errors.New("out of cheese") })
					})
					deferring("third")
				})
				Expect(failures).To(HaveExactElements(HaveField("Message", "DeferCleanup callback returned error: out of cheese")))
				Expect(done).To(Equal([]string{"third", "second", "nested", "first"}))
			})

			It("fails when its NodeTimeout is over", func(ctx SpecContext) {
				failures := run(ctx, func() {
					DeferCleanup(func(ctx SpecContext) { <-ctx.Done() }, NodeTimeout(time.Millisecond))
					DeferCleanup(func(ctx SpecContext) error { <-ctx.Done(); return ctx.Err() }, NodeTimeout(2*time.Millisecond))
					DeferCleanup(func(SpecContext) { deferring("in time") }, NodeTimeout(time.Hour))
				})
				Expect(done).To(Equal([]string{"in time"}))
				Expect(failures).To(HaveExactElements(
					HaveField("Message", "the clean-up was not done after 2ms, its NodeTimeout\nand then: "+
						"DeferCleanup callback returned error: context deadline exceeded"),
					And(HaveField("Message", "the clean-up was not done after 1ms, its NodeTimeout"), HaveField("File", HaveSuffix("cleanups_test.go"))),
				))
			}, SpecTimeout(10*time.Second))

			It("fails where it was deferred if no code of the user's has", func(ctx SpecContext) {
				_, file, line, _ := runtime.Caller(0)
				failures := run(ctx, func() {
					DeferCleanup(func(int) {}, "no number")
					DeferCleanup(GinkgoT().Fatalf, "out of %s", "cheese")
					DeferCleanup(func() { panic("in code of the user's") })
				})
				Expect(failures).To(HaveLen(3))
				for i, f := range failures { // the latest comes first
					Expect(f.Where()).To(Equal(fmt.Sprintf("%s:%d", file, line+4-i)), f.Message)
				}
			})
		})
	}

	It("does not go on for ever", func(ctx SpecContext) {
		last := suite.LastDeferred()
		waiting, end := Waiting(ctx)
		returned := cleanups.During(waiting, b)
		var again func()
		again = func() { DeferCleanup(again) }
		again()
		returned()
		failures := cleanups.Run(waiting)
		end()
		Expect(failures).To(HaveExactElements(MatchError(ContainSubstring("without an end"))))
		Expect(suite.TakeCleanups(last)).To(BeEmpty())
	})

	It("is undone in the reverse of its order, whichever role's code returns first", func(ctx SpecContext) {
		a := NewOwner("a", "a spec", suite, false, func(stage.Failure) {})
		defer a.Close()
		waiting, end := Waiting(ctx)
		defer end()
		ofA := cleanups.During(waiting, a)
		deferring("first")
		ofB := cleanups.During(waiting, b)
		deferring("second")
		ofB()
		ofA()
		Expect(cleanups.Run(waiting)).To(BeEmpty())
		Expect(done).To(Equal([]string{"second", "first"}))
	})
})
