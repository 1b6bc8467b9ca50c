package mnginkgo_test

import (
	"testing"
	"time"
)

// soonAfter is far more than a run takes to end after its timeout, and far less than Ginkgo's
// grace period of 30 s, for which a run that waits for what is stuck would last.
const soonAfter = 15 * time.Second

// untilStuck is when the run is cut off. A busy machine needs a part of that until something is stuck:
// it has a process for each role to start, under the race detector.
const untilStuck = 2 * time.Second

func TestWhatIsStuckIsShownWhenTheRunIsOutOfTime(t *testing.T) {
	t.Parallel()
	for i, kind := range []string{"command", "lonely-command", "body", "boot", "stop", "view", "lonely-view"} {
		ways := []way{inProcess, children, isolated, ginkgo2, isolated2}
		if testing.Short() {
			ways = ways[i%len(ways):][:1]
		}
		for _, w := range ways {
			t.Run(kind+" "+w.name, func(t *testing.T) {
				t.Parallel()
				spec := "conducts"
				if kind == "body" {
					spec = "runs on the roles"
				}
				w.words += " " + kind
				built.Store(true)
				if _, err := tools(); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				w.run(t, "stands-still", "-ginkgo.focus="+spec, "-ginkgo.timeout="+untilStuck.String()).failed(0).
					shows("[TIMEDOUT]").shows("broken_test.standStill(").hides("give back the processes")
				if took := time.Since(began); took > soonAfter {
					t.Errorf("it took %v", took)
				}
			})
		}
	}
}
