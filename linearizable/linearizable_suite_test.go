package linearizable_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/linearizable"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestLinearizable(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Linearizable")
}

// one is a register in the process of the spec.
type one struct {
	mu    sync.Mutex
	value string
}

func (o *one) do(what asked) (answer string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	answer, o.value = register.Step(o.value, what)
	return answer
}

// Clients whose operations take no time at all, in virtual time, still come one after another.
var _ = DescribeTableSubtree("a history that is recorded", func(clock Option) {
	Describe("with that clock", MultiNode(Roles("a"), clock), func() {
		It("tells who was first, at one instant too", func(cluster *Cluster) {
			h := NewHistory[asked, string](cluster)
			h.Begin("a", put1).Returned("ok")
			h.Begin("b", put2).Returned("ok")
			h.Begin("c", read).Returned("1")
			Expect(register.Check(h, time.Minute)).To(MatchError(linearizable.ErrNotLinearizable))
		})

		It("tells who was at work at once", func(cluster *Cluster) {
			h := NewHistory[asked, string](cluster)
			second := h.Begin("b", put2)
			h.Begin("a", put1).Returned("ok")
			second.Returned("ok")
			h.Begin("c", read).Returned("1")
			Expect(register.Check(h, time.Minute)).To(Succeed())
		})

		It("has how each operation ended", func(cluster *Cluster) {
			h := NewHistory[asked, string](cluster)
			no := errors.New("no")
			h.BeginOn(cluster.Node("a"), "a", put1).Returned("ok")
			h.Begin("b", put2).Failed(no)
			h.Begin("c", put2).Unknown(no)
			h.Begin("d", read)
			all := h.Operations()
			for i, want := range []string{"a a put 1 returned ok <nil>", "b  put 2 failed  no", "c  put 2 unknown  no", "d  get unknown  <nil>"} {
				o := all[i]
				Expect(fmt.Sprint(o.Client, " ", o.Role, " ", o.Input, " ", o.Outcome, " ", o.Output, " ", o.Err)).To(Equal(want))
				if Expect(o.Called).To(BeNumerically(">", 0)); o.Outcome == CallUnknown {
					Expect(o.Ended).To(BeZero())
				} else {
					Expect(o.Ended).To(BeNumerically(">", o.Called))
				}
			}
			Expect(all).To(HaveLen(4))
		})

		It("is kept by many clients at once", func(cluster *Cluster) {
			h, store := NewHistory[asked, string](cluster), &one{}
			var working sync.WaitGroup
			for i := range 5 {
				working.Go(func() {
					defer GinkgoRecover()
					for n := range 20 {
						what := []asked{read, {put: fmt.Sprint(i, " ", n)}}[n%2]
						call := h.Begin(fmt.Sprint("client ", i), what)
						call.Returned(store.do(what))
					}
				})
			}
			working.Wait()
			Expect(h.Operations()).To(HaveLen(100))
			Expect(register.Check(h, time.Minute)).To(Succeed())
		})
	})
}, Entry("in real time", RealTime()), Entry("in virtual time", Virtual()))
