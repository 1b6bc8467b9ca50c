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
// channels of one process. A contender that does not finish within the deadline, or whose
// nodes cannot join, has the deadline as its value. The suspicions are those of the clusters
// that formed, of who can have some within the second: the LAN settings need more.
func Formation() contest.Contest {
	c := contest.Contest{Name: "formation", Contenders: []contest.Contender{
		forming(ours, func(size) bool { return true }, startCrowd()),
		forming(listLAN, func(size) bool { return true }, startLAN),
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
	suspicions func() int   // nil of who can have none before those who watch stop
	check      func() error // returns an error unless all see all
	crash      func(context.Context) (time.Duration, error)
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
		return formed{c.Took, c.Suspicions, c.Check, c.Crash, func() error { c.Stop(); return nil }}, nil
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
		return formed{m.Took, m.Suspicions, func() error { return nil }, m.Crash, m.Stop}, nil
	}
}

// startLAN makes memberlist's nodes with their default settings. One that is not heard they
// hold for dead 4 s later or more: nothing that lasts a second or two shows a mistake.
func startLAN(ctx context.Context, n int) (formed, error) {
	c, err := startList(peers.LAN())(ctx, n)
	c.suspicions = nil
	return c, err
}

// errGaveUp is the cause of the end of a context whose cluster did not form in time.
var errGaveUp = errors.New("gave up")

// didNotForm tells whether an error says that a cluster did not form, for want of time or
// since a node could not join.
func didNotForm(err error) bool { return errors.Is(err, errGaveUp) || errors.Is(err, peers.ErrJoin) }

// forming returns a contender that forms a cluster of each size in which it takes part.
func forming(name string, takesPart func(size) bool, start start) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (contest.Sample, error) {
		sample := contest.Sample{}
		for _, s := range sizes {
			if !takesPart(s) {
				continue
			}
			took, err := s.form(ctx, start, sample)
			switch {
			case didNotForm(err):
				took = s.deadline
			case err != nil:
				return nil, err
			}
			sample[s.formed()] = took.Seconds()
		}
		return sample, nil
	}}
}

// form returns how long a cluster took to form. It adds the suspicions until a second later
// to the sample, if there can be some.
func (s size) form(ctx context.Context, start start, sample contest.Sample) (took time.Duration, err error) {
	within, cancel := context.WithTimeoutCause(ctx, s.deadline, errGaveUp)
	defer cancel()
	c, err := start(within, s.nodes)
	if err != nil {
		return 0, err
	}
	if c.suspicions != nil {
		err = idle.Wait(ctx, time.Second)
		sample[suspected] += float64(c.suspicions())
	}
	return c.took, errors.Join(err, c.stop())
}
