package mnginkgo

import (
	"math/bits"
	"os"
	"path/filepath"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/shelf"
	"github.com/7aca83c2/multinode/record"
)

// others are runs of the spec that ran last in this process, for one that runs more than once: a page shows one that has
// failed above one that has passed.
var others struct {
	spec   string
	passed *record.Record
	failed *record.Record
	page   string // of the one that has failed; "" if it has none, or has one that shows both
}

func forgetOthers(spec string) {
	if others.spec != spec {
		others.spec, others.passed, others.failed, others.page = spec, nil, nil, ""
	}
}

// keepPassed keeps the record of a run that has passed, if its spec runs again, and shows it below one that has failed before.
// Of many runs it keeps the first and then ever fewer: one is as good as another.
func (c *Cluster) keepPassed(ctx ginkgo.SpecContext) {
	spec := ctx.SpecReport()
	if c.noted == nil || spec.Failed() || spec.State.Is(types.SpecStateSkipped) || spec.MaxFlakeAttempts <= 1 && spec.MaxMustPassRepeatedly <= 1 {
		return
	}
	forgetOthers(spec.FullText())
	if bits.OnesCount(uint(spec.NumAttempts)) != 1 && others.page == "" {
		return
	}
	others.passed = c.recordOf(spec, c.learn(ctx))
	if _, err := os.Stat(others.page); err != nil { // none, or it was one too many
		return
	}
	if shelf.WriteBeside(others.page, others.failed, others.passed) == nil { // or it is as it was
		others.page = ""
	}
}

// goodRun returns the record of a run of the spec that has passed, or nil: one of this process, or one that an earlier
// run of the suite has left.
func goodRun(bad *record.Record) *record.Record {
	forgetOthers(bad.Spec)
	if good := others.passed; good != nil && good.Place == bad.Place && good.Variant == bad.Variant {
		return good
	}
	return theShelf().Passed(bad.Spec, bad.Variant)
}

// keepFailed keeps the record of a run that has failed, in case that another one passes.
func keepFailed(bad *record.Record, page string) {
	forgetOthers(bad.Spec)
	if others.passed == nil {
		others.failed, others.page = bad, page
	}
}

// theShelf returns the folder, from where the process was started, whatever its folder is now.
func theShelf() shelf.Shelf {
	dir := config.RecordDir
	if home, err := origin.Dir(); err == nil && !filepath.IsAbs(dir) {
		dir = filepath.Join(home, dir)
	}
	return shelf.Shelf{Dir: dir, Keep: config.RecordKeep, Run: startedAt}
}

// startedAt is when this process was, which a bubble's clock does not know.
var startedAt = time.Now()
