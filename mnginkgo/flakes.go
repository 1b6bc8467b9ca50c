package mnginkgo

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/flakes"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rerun"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// noteFlakes adds the run of a spec that is over to the file that MN_TALLY names, if there is such.
func (v *virtualTime) noteFlakes(p *plan, spec ginkgo.SpecReport, failed bool) error {
	file := os.Getenv(settings.Tally)
	if file == "" {
		return nil
	}
	return flakes.Run{Seed: seedOf(p, spec), Failed: failed, Verbs: v.cluster.verbs()}.Append(file)
}

func (c *Cluster) verbs() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.done)
}

// lab has many runs of one spec done, each with another seed.
type lab struct {
	spec rerun.Spec
	dir  string
	done atomic.Int64

	counted func(done int)
}

// countFlakes runs a spec with as many more seeds as MN_FLAKES says, in processes of their own, reports which share
// of them passes, and returns an error unless all do.
func (p *plan) countFlakes(ctx context.Context, spec ginkgo.SpecReport) error {
	n := config.Flakes
	if n == 0 || spec.IsInOrderedContainer || spec.NumAttempts > 1 || ctx.Err() != nil {
		return nil
	}
	dir, err := os.MkdirTemp("", "multinode-flakes-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l := &lab{spec: p.rerunOf(spec), dir: dir}
	detach := ginkgo.AttachProgressReporter(func() string {
		return fmt.Sprintf("multinode: %d of %d seeds of the spec have run", l.done.Load(), n)
	})
	defer detach()
	defer bar.Clear()
	began := time.Now()
	l.counted = func(done int) { bar.Show(time.Now(), done, n, "seeds of "+spec.FullText()) }
	runs, err := l.run(ctx, seedOf(p, spec), n)
	if err != nil {
		return fmt.Errorf("flakes: after %d seeds: %w", len(runs), err)
	}
	ginkgo.AddReportEntry(fmt.Sprintf("multinode: %d seeds in %v", n, time.Since(began).Round(100*time.Millisecond)),
		p.where, ginkgo.ReportEntryVisibilityAlways, flakes.Table(runs))
	if failed, example := flakes.Failed(runs); failed > 0 {
		return fmt.Errorf("%d of %d seeds failed; one of them: %s", failed, n, again(example.Seed, "", spec.FullText()))
	}
	return nil
}

// run has the seeds run, by as many processes as there are processors.
func (l *lab) run(ctx context.Context, seed uint64, n int) ([]flakes.Run, error) {
	parts := min(processors, n)
	found := make([][]flakes.Run, parts)
	group, ctx := errgroup.WithContext(ctx)
	for i := range parts {
		group.Go(func() (err error) {
			found[i], err = l.runPart(ctx, derive(seed, i), filepath.Join(l.dir, fmt.Sprint(i)), (n+i)/parts)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(found...), err
}

// runPart has some seeds run. A process of its own runs them until one fails; then another one goes on.
func (l *lab) runPart(ctx context.Context, seed uint64, file string, n int) (runs []flakes.Run, err error) {
	for len(runs) < n {
		before := len(runs)
		outcome, err := l.spec.Run(ctx, settings.Tally+"="+file, fmt.Sprintf("MN_SEED=%d", derive(seed, before)),
			fmt.Sprintf("MN_SEEDS=%d", n-before), "MN_FLAKES=0", "MN_SAME=1", "MN_SHRINK=off")
		if err != nil {
			return runs, err
		}
		if runs, err = flakes.Read(file); err != nil {
			return runs, err
		}
		failed := outcome.State.Is(types.SpecStateFailureStates)
		switch {
		case failed && (len(runs) == before || !runs[len(runs)-1].Failed): // it could not even write that
			lost := flakes.Run{Seed: drawSeed(derive(seed, before), l.spec.Text, 1+len(runs)-before), Failed: true}
			if err := lost.Append(file); err != nil {
				return runs, err
			}
			runs = append(runs, lost)
		case len(runs) == before:
			return runs, fmt.Errorf("no seed was run: the spec %s", how(outcome))
		}
		l.counted(int(l.done.Add(int64(len(runs) - before))))
	}
	return runs, nil
}

// derive returns another seed, by number.
func derive(seed uint64, number int) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %d", seed, number)
	return h.Sum64()
}
