package raftkv_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/linearizable"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

// chaos is what the clients have to live with.
var chaos = Chaos{
	Mix: map[string]int{
		"partition": 2, "one-way": 2, "isolate": 3, "split": 3, "bridge": 1, "overlapping-majorities": 1,
		"crash": 2, "delay": 2, "lose": 2, "reset": 1,
	},
	Every:   fault.Exponential(200 * time.Millisecond),
	Lasting: fault.Uniform(500*time.Millisecond, 400*time.Millisecond),
}

// clients work for a while under chaos, or until enough holds of what they have seen, and
// return that.
func clients(ctx SpecContext, cluster *Cluster, within time.Duration, enough func(*history) bool) *history {
	GinkgoHelper()
	Eventually(ctx, cluster).Should(AgreeOnLeader())
	h := NewHistory[operation, string](cluster)
	nemesis := cluster.Unleash(chaos)
	work, end := context.WithTimeout(ctx, within)
	defer end()
	var working sync.WaitGroup
	for number := range 5 {
		working.Go(func() {
			defer GinkgoRecover()
			client(work, cluster, h, number)
		})
	}
	for look := time.NewTicker(5 * time.Second); work.Err() == nil; {
		select {
		case <-look.C:
			if enough(h) {
				end()
			}
		case <-work.Done():
		}
	}
	working.Wait()
	nemesis.Stop()
	return h
}

// howLong is how long the clients of the store that is well work: MN_CHAOS=2m, say.
func howLong() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("MN_CHAOS")); err == nil {
		return d
	}
	return 3 * time.Second
}

func init() {
	five := Roles("a", "b", "c", "d", "e")

	inAllVariants("the store, under chaos", five, func() {
		It("does one thing after another, as far as anybody can tell", func(ctx SpecContext, cluster *Cluster) {
			h := clients(ctx, cluster, howLong(), func(*history) bool { return false })
			returned := slices.DeleteFunc(h.Operations(), func(o Operation[operation, string]) bool { return o.Outcome != CallReturned })
			Expect(len(returned)).To(BeNumerically(">", 100))
			drawn := register
			drawn.Drawing = filepath.Join(os.TempDir(), fmt.Sprintf("raftkv-%d.html", os.Getpid()))
			Expect(drawn.Check(h, time.Minute)).To(Succeed())
		})
	})

	tooLong := Options()
	for _, role := range five {
		tooLong = Options(tooLong, Data(role, time.Second))
	}
	inAllVariants("a store whose read lease is too long, under chaos", five, func() {
		It("is found out", func(ctx SpecContext, cluster *Cluster) {
			began := time.Now()
			h := clients(ctx, cluster, time.Minute, func(h *history) bool {
				return errors.Is(register.Check(h, time.Minute), linearizable.ErrNotLinearizable)
			})
			Expect(register.Check(h, time.Minute)).To(MatchError(linearizable.ErrNotLinearizable))
			AddReportEntry("found out after", time.Since(began).Round(time.Millisecond))
		})
	}, tooLong)
}
