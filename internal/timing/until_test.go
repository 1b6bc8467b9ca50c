package timing_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

func TestATimerOfAnInstantThatHasPassedGoesOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, ago := range []time.Duration{0, time.Hour} {
			fired := make(chan time.Time, 1)
			timer := time.AfterFunc(time.Hour, func() { fired <- time.Now() })
			set := time.Now()
			timer.Reset(timing.Until(set.Add(-ago)))
			if late := (<-fired).Sub(set); late != 1 {
				t.Errorf("%v late", late)
			}
		}
		if in := timing.Until(time.Now().Add(time.Minute)); in != time.Minute {
			t.Errorf("%v until in a minute", in)
		}
	})
}
