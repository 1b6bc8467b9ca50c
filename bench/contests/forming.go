package contests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/bench/crowd"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	"github.com/7aca83c2/multinode/bench/peers"
	"github.com/7aca83c2/multinode/cluster"
)

const (
	listLAN   = "memberlist LAN"
	listTight = "memberlist tight"
	suspected = "false suspicions while forming and for 1 s after, all sizes"
)

// size is a cluster to be formed, and for how long a contender may try.
type size struct {
	nodes    int
	deadline time.Duration
	goal     float64 // of multinode, in seconds
	tight    bool    // whether memberlist takes part with tight settings
}

var sizes = []size{
	{10, 5 * time.Second, 60e-3, true},
	{50, 5 * time.Second, 300e-3, true},
	{100, 8 * time.Second, 800e-3, false},
}

func (s size) formed() string {
	return fmt.Sprintf("formation of %d nodes in one process, %.0f s at most", s.nodes, s.deadline.Seconds())
}

// Formation compares how long clusters of some sizes take until all nodes see all, over
// channels of one process. A contender that does not finish within the deadline has the
// deadline as its value. The suspicions are those of the clusters that formed.
func Formation() contest.Contest {
	c := contest.Contest{Name: "formation", Contenders: []contest.Contender{
		forming(ours, func(size) bool { return true }, startCrowd()),
		forming(listLAN, func(size) bool { return true }, startList(peers.LAN())),
		forming(listTight, func(s size) bool { return s.tight }, startList(peers.Tight())),
	}}
	for _, s := range sizes {
		c.Measures = append(c.Measures, contest.Measure{
			Name: s.formed(), Unit: contest.Seconds, Yardstick: listLAN,
			Goals: []contest.Goal{contest.Below(ours, s.goal)},
		})
	}
	c.Measures = append(c.Measures, contest.Measure{
		Name: suspected, Unit: contest.Number, Goals: []contest.Goal{contest.Never(ours)},
	})
	return c
}

// formed is a cluster that has formed.
type formed struct {
	took       time.Duration
	suspicions func() int
	check      func() error // returns an error unless all see all
	stop       func() error
}

// start makes a cluster of n nodes, or returns an error once ctx ends.
type start = func(ctx context.Context, n int) (formed, error)

func startCrowd(options ...cluster.Option) start {
	return func(ctx context.Context, n int) (formed, error) {
		c, err := crowd.Start(ctx, n, options...)
		if err != nil {
			return formed{}, err
		}
		return formed{c.Took, c.Suspicions, c.Check, func() error { c.Stop(); return nil }}, nil
	}
}

// startList makes the nodes in memory, where memberlist is faster. That all see all is
// only known of its suspicions.
func startList(settings peers.Settings) start {
	return func(ctx context.Context, n int) (formed, error) {
		m, err := peers.StartMemberlist(ctx, n, settings.InMemory())
		if err != nil {
			return formed{}, err
		}
		return formed{m.Took, m.Suspicions, func() error { return nil }, m.Stop}, nil
	}
}

// errGaveUp is the cause of the end of a context whose cluster did not form in time.
var errGaveUp = errors.New("gave up")

// forming returns a contender that forms a cluster of each size in which it takes part.
func forming(name string, takesPart func(size) bool, start start) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (contest.Sample, error) {
		sample := contest.Sample{}
		for _, s := range sizes {
			if !takesPart(s) {
				continue
			}
			took, suspicions, err := s.form(ctx, start)
			switch {
			case errors.Is(err, errGaveUp):
				took = s.deadline
			case err != nil:
				return nil, err
			default:
				sample[suspected] += float64(suspicions)
			}
			sample[s.formed()] = took.Seconds()
		}
		return sample, nil
	}}
}

// form returns how long a cluster took to form, and its suspicions until a second later.
func (s size) form(ctx context.Context, start start) (took time.Duration, suspicions int, err error) {
	within, cancel := context.WithTimeoutCause(ctx, s.deadline, errGaveUp)
	defer cancel()
	c, err := start(within, s.nodes)
	if err != nil {
		return 0, 0, err
	}
	err = idle.Wait(ctx, time.Second)
	suspicions = c.suspicions()
	return c.took, suspicions, errors.Join(err, c.stop())
}
