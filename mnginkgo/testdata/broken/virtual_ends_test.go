package broken_test

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// stubborn is a node that fails to stop.
type stubborn struct{}

func (stubborn) Stop(context.Context) error { return errors.New("the door is stuck") }

var _ = broken("ends-badly", Roles("a"), Boot(func(context.Context, *Env) (Instance, error) { return stubborn{}, nil }), func() {
	It("ends badly", func(*Cluster) {
		time.Sleep(59 * time.Minute)
		switch {
		case is("fails"):
			Fail("and this before")
		case is("skips"):
			Skip("this one")
		}
	})
	It("begins anew", func(*Cluster) {
		Expect(time.Now().Minute()).To(BeZero(), "by the clock of its own")
	})
})

var _ = kind == "ends-badly" && AfterSuite(func() {
	Expect(runtime.GOMAXPROCS(0)).To(Equal(runtime.NumCPU()), "processors")
	Expect(debug.SetGCPercent(100)).To(Equal(100), "percent of garbage")
})

var _ = broken("ends-sometimes", Roles("a"), Boot(silent), func() {
	It("ends for some seeds", func(cluster *Cluster) {
		switch {
		case cluster.Seed()%2 == 0 && is("leaves"):
			go standStill()
		case cluster.Seed()%8 == 1 && is("breaks"):
			<-outside
		}
	})
})

var _ = kind == "many" && broken("many", Roles("a"), Boot(silent), Seeds(50), func() {
	It("has many seeds", func(*Cluster) {})
})

var _ = broken("repeats", Roles("a"), Boot(silent), func() {
	attempts := 0
	say := func(ctx SpecContext, _ *Cluster) {
		attempts++
		GinkgoWriter.Println("written in attempt", attempts)
		AddReportEntry("said in attempt", attempts)
		Expect(attempts < 3).To(Equal(is("passes")))
	}
	if is("passes") {
		It("passes at first", MustPassRepeatedly(3), say)
	} else {
		It("fails at first", FlakeAttempts(2), say)
	}
})

var _ = broken("misspelt", Roles("a", "b"), func() {
	It("unleashes nothing", func(cluster *Cluster) {
		cluster.Unleash(Chaos{Schedule: "1s for 1s: partiton a b"})
	})
})

var _ = broken("namesakes", Roles("a"), Boot(silent), func() {
	for i := range 2 {
		It("is one of two", func(*Cluster) {
			if i == 0 {
				<-outside
			}
		})
	}
})

var _ = broken("abandoned", Roles("a"), Boot(silent), func() {
	BeforeEach(func() { <-outside })
	It("is not come to", SpecTimeout(time.Second), func(SpecContext, *Cluster) {})
})
