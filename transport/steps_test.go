package transport_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// withSteps runs a test in a bubble where steps are taken.
func withSteps(t *testing.T, seed uint64, heed func(time.Time, transport.Frame), test func(steps *transport.Steps)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		steps := transport.NewSteps(seed, synctest.Wait, heed)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { steps.Run(ctx) })
		test(steps)
		cancel()
		running.Wait()
	})
}

func TestActionsOfOneTimeTakePlaceByName(t *testing.T) {
	withSteps(t, 1, nil, func(steps *transport.Steps) {
		var did []string
		do := func(name, what string) { steps.Later(name, func() { did = append(did, what) }) }
		do("c", "c")
		do("b", "b1")
		do("b", "b2")
		do("a", "a")
		do("b", "b3")
		steps.Do("d")
		want(t, did, "a", "b1", "b2", "b3", "c")
	})
}

// TestFramesOfOneSeedComeAtTheSameTimes sends on two links from goroutines that race.
func TestFramesOfOneSeedComeAtTheSameTimes(t *testing.T) {
	run := func(seed uint64) string {
		var came []string
		heed := func(at time.Time, f transport.Frame) {
			came = append(came, fmt.Sprintf("%d %s %s", at.UnixNano(), f.Link, f.Payload))
		}
		withSteps(t, seed, heed, func(steps *transport.Steps) {
			sw := transport.NewSwitch(transport.WithSteps(steps))
			to := attach(t, sw, "c", nil)
			for _, from := range []transport.Address{"a", "b"} {
				port := attach(t, sw, from, nil)
				go send(t, port, "c", "v", "w", "x", "y", "z")
			}
			time.Sleep(time.Millisecond)
			steps.Do("the end")
			if waits := take(to); len(waits) != 10 || len(came) != 10 {
				t.Errorf("there are %v", waits)
			}
		})
		return strings.Join(came, "\n")
	}
	first := run(1)
	for range 10 {
		if again := run(1); again != first {
			t.Fatalf("came\n%s\nand then\n%s", first, again)
		}
	}
	if run(2) == first {
		t.Error("another seed is the same")
	}
}
