package contests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	"github.com/7aca83c2/multinode/bench/peers"
)

const (
	crashNodes    = 10 // with which memberlist's default settings take seconds, not ten
	crashDeadline = 8 * time.Second
)

// Crash compares how soon the nodes of a small cluster notice a crash. A contender that
// takes longer than the deadline has that as its value.
func Crash() contest.Contest {
	what := fmt.Sprintf("crash of one of %d nodes, until all others know, %.0f s at most", crashNodes, crashDeadline.Seconds())
	return contest.Contest{
		Name: "crash",
		Contenders: []contest.Contender{
			crashing(what, ours, startCrowd()),
			crashing(what, oursTight, startCrowd(deadline250)),
			crashing(what, listLAN, startLAN),
			crashing(what, listTight, startList(peers.Tight())),
		},
		Measures: []contest.Measure{{Name: what, Unit: contest.Seconds, Yardstick: listLAN}},
	}
}

func crashing(what, name string, start start) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (sample contest.Sample, err error) {
		c, err := formAnew(ctx, crashNodes, start)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, c.stop()) }()
		if err := idle.Wait(ctx, afterForming); err != nil {
			return nil, err
		}
		within, cancel := context.WithTimeoutCause(ctx, crashDeadline, errGaveUp)
		defer cancel()
		took, err := c.crash(within)
		if errors.Is(err, errGaveUp) {
			took, err = crashDeadline, nil
		}
		return contest.Sample{what: took.Seconds()}, err
	}}
}
