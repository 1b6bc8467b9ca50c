package contests

import (
	"context"
	"errors"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/transport"
)

const (
	recorderOff = "recorder off"
	recorderOn  = "recorder on"
)

// ways are how frames come to the Switch, and the time that the recorder may take for one.
var ways = []struct {
	name  string
	burst int
	more  float64 // seconds
}{
	{"64 B frame through the Switch, sent by itself", 1, 40e-9},
	{"64 B frame through the Switch, in bursts of 64", 64, 15e-9},
}

// Recorder is what it takes to record what becomes of each frame.
func Recorder() contest.Contest {
	c := contest.Contest{Name: "recorder", Contenders: []contest.Contender{
		{Name: recorderOff, Run: switched()}, {Name: recorderOn, Run: switched(transport.WithRecord())},
	}}
	for _, w := range ways {
		c.Measures = append(c.Measures, contest.Measure{
			Name: w.name, Unit: contest.Seconds, Yardstick: recorderOff,
			Goals: []contest.Goal{contest.AtMostMore(recorderOn, recorderOff, w.more)},
		})
	}
	return c
}

// Passes are short, so that most of them are not interrupted. In the first ones the ring of the receiver fills.
const (
	passes    = 500
	passing   = 1 << 13 // frames in each
	takeEvery = 1 << 10
)

// switched returns what sends frames through a Switch within one goroutine, and has the median time for one.
func switched(options ...transport.Option) run {
	return func(ctx context.Context) (contest.Sample, error) {
		sample := contest.Sample{}
		for _, w := range ways {
			sw := transport.NewSwitch(options...)
			from, err := sw.Attach("a", nil)
			to, err2 := sw.Attach("b", nil)
			if err := errors.Join(err, err2); err != nil {
				return nil, err
			}
			var seconds []float64
			for range passes {
				took, err := pass(from, to, w.burst)
				if err := errors.Join(err, ctx.Err()); err != nil {
					return nil, err
				}
				seconds = append(seconds, took.Seconds()/passing)
			}
			sample[w.name] = contest.SpreadOf(seconds).Median
		}
		return sample, nil
	}
}

// pass sends frames in bursts and takes them out again.
func pass(from, to *transport.Port, burst int) (time.Duration, error) {
	payload := make([]byte, 64)
	var batch transport.Batch
	frames := from.NewBurst()
	began := time.Now()
	for i := 1; i <= passing; i++ {
		if err := frames.Send("b", payload); err != nil {
			return 0, err
		}
		if i%burst == 0 {
			frames.End()
		}
		if i%takeEvery == 0 {
			to.Take(&batch)
		}
	}
	return time.Since(began), nil
}
