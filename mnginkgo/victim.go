package mnginkgo

import (
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/chaos"
	"github.com/7aca83c2/multinode/transport/fault"
)

// victim is a cluster in the hands of a Nemesis that was unleashed somewhere. Its verbs are the
// Cluster's, but return what goes wrong.
type victim struct {
	*Cluster
	where types.CodeLocation
}

var _ chaos.Victim = victim{}

func (v victim) begin(f *Fault) (chaos.Undo, error) {
	f.where = v.where
	return f.undo, f.begin()
}

// Partition implements chaos.Victim, as the other methods do.
func (v victim) Partition(a, b string) (chaos.Undo, error) { return v.begin(v.partition(a, b)) }

// OneWay is PartitionOneWay.
func (v victim) OneWay(from, to string) (chaos.Undo, error) { return v.begin(v.oneWay(from, to)) }

func (v victim) Isolate(role string) (chaos.Undo, error) { return v.begin(v.isolate(role)) }

func (v victim) Split(left, right []string) (chaos.Undo, error) {
	return v.begin(v.split(left, right))
}

func (v victim) Bridge(left []string, over string, right []string) (chaos.Undo, error) {
	return v.begin(v.bridge(left, over, right))
}

func (v victim) Ring() (chaos.Undo, error) { return v.begin(v.ring()) }

func (v victim) OverlappingMajorities() (chaos.Undo, error) {
	return v.begin(v.overlappingMajorities())
}

func (v victim) Fault(name, a, b string, f fault.Fault) (chaos.Undo, error) {
	return v.begin(v.pair(a, b).ruled(name, f))
}

func (v victim) Reset(a, b string) error {
	_, err := v.pair(a, b).reset()
	return err
}

func (v victim) Crash(role string) (chaos.Undo, error) {
	return func() error { return v.actWithBoot(v.cast.Start, role) }, v.act(v.cast.Crash, role)
}

func (v victim) Kill(role string) (chaos.Undo, error) {
	return func() error { return v.actWithBoot(v.cast.Start, role) }, v.act(v.cast.Kill, role)
}

func (v victim) Pause(role string) (chaos.Undo, error) {
	resume := func() error { return v.cast.Resume(v.context(), v.setSkew, role) }
	return resume, v.cast.Pause(v.context(), role)
}

func (v victim) SkewClock(role string, by time.Duration) (chaos.Undo, error) {
	skew := func(by time.Duration) error { return v.cast.SkewClock(v.context(), v.setSkew, role, by) }
	undo := func() error {
		if v.cast.Skew(role) != by { // a later one lasts
			return nil
		}
		return skew(0)
	}
	return undo, skew(by)
}
