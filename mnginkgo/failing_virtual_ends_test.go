package mnginkgo_test

import (
	"testing"
	"time"
)

// Virtual time ends with its spec, however that ends.

func TestWhatFailsInTheEndEndsVirtualTime(t *testing.T) {
	t.Parallel()
	for word, failed := range map[string]int{"passes": 2, "fails": 2, "skips": 2} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			for _, env := range []string{"MN_SEEDS=1", "MN_SEEDS=2"} {
				way{words: "virtual " + word, env: []string{env}}.run(t, "ends-badly").failed(failed).
					shows("the door is stuck").hides("by the clock of its own").hides("percent of garbage").hides("processors")
			}
		})
	}
}

func TestASpecWithTheTextOfOneThatIsGivenUpRuns(t *testing.T) {
	t.Parallel()
	way{words: "virtual", env: []string{"MN_VIRTUAL_STILL=1s"}}.run(t, "namesakes").failed(1).shows("1 Passed | 1 Failed")
}

func TestASpecThatGinkgoLeavesAloneIsOverSoon(t *testing.T) {
	t.Parallel()
	built.Store(true)
	if _, err := tools(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	way{words: "virtual", env: []string{"MN_VIRTUAL_STILL=2s"}}.run(t, "abandoned").failed(1).shows("[TIMEDOUT]")
	if took := time.Since(began); took > soonAfter {
		t.Errorf("it took %v", took)
	}
}

func TestSeedsThatFailInTheEndAreCounted(t *testing.T) {
	t.Parallel()
	for word, env := range map[string][]string{"leaves": {"MN_FLAKES=30"}, "breaks": {"MN_FLAKES=40", "MN_VIRTUAL_STILL=1s"}} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			way{words: "virtual " + word, env: env}.run(t, "ends-sometimes", "-ginkgo.seed=1").failed(1).
				matches(`\d+ of \d0 seeds failed; one of them: MN_SEED=\d+ `)
		})
	}
}

func TestMNSEEDSTakesThePlaceOfSeeds(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual"}
	w.run(t, "many").shows("50 seeds, ")
	w.env = []string{"MN_SEEDS=3"}
	w.run(t, "many").shows("multinode: 3 seeds, ")
	w.env = []string{"MN_SEED=3"}
	w.run(t, "many").shows("1 Passed").hides(" seeds, ")
	way{}.run(t, "many").shows("MultiNode: Seeds(50) without Virtual(): only in virtual time a seed decides what happens")
}

func TestWhatGinkgoRepeatsByItselfIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"MN_SAME=2", "MN_SEEDS=5"} {
		w := way{env: []string{env}}
		w.words = "virtual passes"
		passes := w.run(t, "repeats").failed(1).shows("written in attempt 1").shows("written in attempt 3").matches(`said in attempt[^\n]*\n +1\n`)
		w.words = "virtual"
		fails := w.run(t, "repeats").failed(1).shows("written in attempt 1").shows("written in attempt 2").matches(`said in attempt[^\n]*\n +1\n`)
		if env == "MN_SEEDS=5" {
			passes.shows("one seed, not 5: it is in an Ordered container, or Ginkgo was told how often to run it")
			fails.shows("one seed, not 5")
		}
	}
}

func TestNothingIsMadeSmallerOfWhatWasNotUnleashed(t *testing.T) {
	t.Parallel()
	way{words: "virtual"}.run(t, "misspelt").failed(1).shows("partiton").hides("schedule was not made smaller")
}
