package innards

import (
	"errors"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

// These specs fail when a version of Ginkgo or Gomega is built differently.
func TestInnards(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Innards")
}

func suiteOf(ctx SpecContext) *Suite {
	GinkgoHelper()
	suite, err := SuiteOf(ctx)
	Expect(err).NotTo(HaveOccurred())
	return suite
}

func anything(types.Failure) bool { return true }

var _ = Describe("a suite", func() {
	It("gives what Fail has noted, and where", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		at := types.NewCodeLocation(0)
		state, _ := suite.Take(anything)
		Expect(state).To(Equal(types.SpecStateInvalid))
		suite.Note(types.SpecStateFailed, "out of cheese", at)
		state, _ = suite.Take(func(f types.Failure) bool { return f.Message == "out of luck" })
		Expect(state).To(Equal(types.SpecStateInvalid))
		state, failure := suite.Take(anything)
		Expect(state).To(Equal(types.SpecStateFailed))
		Expect(failure.Message).To(Equal("out of cheese"))
		Expect(failure.Location).To(Equal(at))
	})

	It("knows the panic of Fail by its place", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		at, isFail := IsPanic(panicOf(func() { Fail("out of cheese") }))
		Expect(isFail).To(BeTrue())
		_, failure := suite.Take(func(f types.Failure) bool { return f.Location == at })
		Expect(failure.Message).To(Equal("out of cheese"))
		_, isFail = IsPanic(errors.New("another"))
		Expect(isFail).To(BeFalse())
		_, isFail = IsPanic(FailPanic(at))
		Expect(isFail).To(BeTrue())
	})

	It("does not take a panic of a failure that it has taken", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		fails := panicOf(func() { Fail("out of cheese") })
		state, _ := suite.Take(anything)
		Expect(state).To(Equal(types.SpecStateFailed))
		suite.NotePanic(fails, 0)
		state, _ = suite.Take(anything)
		Expect(state).To(Equal(types.SpecStateInvalid))
		suite.NotePanic("another", 0)
		state, failure := suite.Take(anything)
		Expect(state).To(Equal(types.SpecStatePanicked))
		Expect(failure.ForwardedPanic).To(Equal("another"))
	})

	It("takes what DeferCleanup has registered", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		var done []string
		DeferCleanup(func() { Expect(done).To(Equal([]string{"first", "second"})) })
		last := suite.LastDeferred()
		DeferCleanup(func() { done = append(done, "first") })
		GinkgoT().Cleanup(func() { done = append(done, "second") })
		taken := suite.TakeCleanups(last)
		Expect(taken).To(HaveLen(2))
		Expect(suite.LastDeferred()).To(Equal(last))
		for _, cleanup := range taken {
			cleanup.Body(ctx)
		}
	})

	It("tells where something was deferred, and how long it may take", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		last, here := suite.LastDeferred(), types.NewCodeLocation(0)
		DeferCleanup(func(SpecContext) {}, NodeTimeout(time.Minute))
		DeferCleanup(func() {})
		taken := suite.TakeCleanups(last)
		Expect(taken).To(HaveLen(2))
		Expect(taken[0].NodeTimeout).To(Equal(time.Minute))
		Expect(taken[1].NodeTimeout).To(BeZero())
		Expect(taken[1].At.FileName).To(Equal(here.FileName))
		Expect(taken[1].At.LineNumber).To(Equal(here.LineNumber + 2))
	})

	It("knows the context of the node that runs", func(ctx SpecContext) {
		Expect(suiteOf(ctx).Context()).To(BeIdenticalTo(ctx))
	})

	It("knows when the run is out of time", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		before := *suite.deadline
		defer func() { *suite.deadline = before }()
		*suite.deadline = time.Now().Add(time.Hour)
		Expect(suite.OutOfTime()).To(BeFalse())
		*suite.deadline = time.Now().Add(-time.Hour)
		Expect(suite.OutOfTime()).To(BeTrue())
	})

	It("takes what DeferOnFailure has registered", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		last, called := suite.LastDeferred(), false
		DeferOnFailure(func() { called = true })
		taken := suite.TakeOnFailure(last)
		Expect(taken).To(HaveLen(1))
		taken[0].Body(ctx)
		Expect(called).To(BeTrue())
		Expect(suite.LastDeferred()).To(Equal(last))
	})

	It("acts for a spec of another process", func(ctx SpecContext) {
		suite := suiteOf(ctx)
		heard := &listener{}
		own := *suite.reporter
		suite.Wrap(func(reporters.Reporter) reporters.Reporter { return heard })
		end := suite.Act(types.SpecReport{LeafNodeText: "elsewhere"})
		By("a step there")
		AddReportEntry("an entry there")
		text := CurrentSpecReport().LeafNodeText
		end()
		suite.Wrap(func(reporters.Reporter) reporters.Reporter { return own })
		By("a step here")
		Expect(text).To(Equal("elsewhere"))
		Expect(heard.said).To(Equal([]string{"a step there", "an entry there"}))
		Expect(CurrentSpecReport().ReportEntries).To(BeEmpty())
		Expect(CurrentSpecReport().LeafNodeText).To(Equal("acts for a spec of another process"))
	})

	Context("in a node where DeferCleanup ends the process", func() {
		AfterEach(func() {
			DeferCleanup(func(ctx SpecContext) { // here, for instance
				suite := suiteOf(ctx)
				last := suite.LastDeferred()
				first, second := suite.Permit(), suite.Permit()
				first()
				DeferCleanup(func() {})
				second()
				Expect(suite.TakeCleanups(last)).To(HaveLen(1))
				Expect(*suite.nodeType).To(Equal(types.NodeTypeCleanupAfterEach))
			})
		})
		It("permits it for a while", func() {})
	})
})

var _ = It("knows Gomega's fail handler", func() {
	Expect(InterceptGomegaFailure(func() { FailHandler()("out of cheese") })).To(MatchError("out of cheese"))
})

func panicOf(code func()) (panicked any) {
	defer func() { panicked = recover() }()
	code()
	return nil
}

// listener hears what is said.
type listener struct {
	reporters.NoopReporter
	said []string
}

func (l *listener) EmitSpecEvent(event types.SpecEvent)     { l.said = append(l.said, event.Message) }
func (l *listener) EmitReportEntry(entry types.ReportEntry) { l.said = append(l.said, entry.Name) }

var _ = Describe("GinkgoWriter", func() {
	It("begins each line with a mark", func() {
		mark := ""
		MarkWritten(func() string { return mark })
		GinkgoWriter.Print("of nobody\n")
		mark = "a  | "
		GinkgoWriter.Print("in two ")
		GinkgoWriter.Print("parts\n")
		GinkgoWriter.Print("two\nlines\n")
		mark = ""
		written := GinkgoWriter.(interface{ Bytes() []byte }).Bytes()
		Expect(string(written)).To(Equal("of nobody\na  | in two parts\na  | two\nlines\n"))
	})
})
