package mnginkgo_test

import (
	"regexp"
	"strings"
	"testing"
)

func TestWhatGoesWrongInVirtualTime(t *testing.T) {
	t.Parallel()
	for word, wants := range map[string][]string{
		"waits":   {"virtual time: it has not returned", "it has gone on for 1h0m0s of virtual time, the virtual-limit", "broken_test.standStill("},
		"leaves":  {"virtual time: 1 goroutines are left 10m0s after its end", "broken_test.standStill("},
		"outside": {"virtual time: its clock stands still, and has for 2s", "wait for something outside", at(t, "virtual_test.go", "<-outside")},
		"accepts": {"its clock stands still", "broken_test.accept("},
		"spins":   {"its clock stands still", "broken_test.spin("},
		"panics":  {"[PANICKED]", "index out of range [1] with length 0", at(t, "virtual_test.go", "none[1]++")},
		"fails":   {"[FAILED]", "to equal", at(t, "virtual_test.go", "Expect(1)"), "virtual variant"},
		"late":    {"Timed out after Ts.", "a>b"},
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			w := way{words: "virtual " + word, env: []string{"MN_VIRTUAL_STILL=2s"}}
			o := w.run(t, "goes-wrong").failed(1)
			for _, want := range wants {
				o.shows(want)
			}
			o.shows("1 Passed | 1 Failed")
		})
	}
}

func TestVirtualTimeNeedsTheSuitesTest(t *testing.T) {
	t.Parallel()
	way{words: "virtual forgotten"}.run(t, "goes-wrong").failed(2).
		shows("Virtual needs the suite's test: write RunSpecs(VirtualTime(t), ...) where RunSpecs(t, ...) is")
}

func TestVirtualTimeRunsNoPrograms(t *testing.T) {
	t.Parallel()
	way{words: "virtual"}.run(t, "starts-a-program").failed(1).
		shows("Exec and Program start a real process, for which virtual time does not wait")
}

func TestWhatDiffersInVirtualTimeIsShown(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual", env: []string{"MN_SAME=2"}}
	w.run(t, "draws").failed(1).shows("it was not the same: frame 1 differs").shows("a>a  8 bytes")
	w.words += " seeded"
	w.run(t, "draws").shows("1 Passed | 0 Failed")
}

func TestASeedThatFailsIsHadAgain(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual seeded", env: []string{"MN_SEEDS=200"}}
	o := w.run(t, "unlucky").failed(1).shows("the last digit of the seed").shows("DURING REPETITION").
		hides("Attempt #1")
	for _, said := range []string{"draws with seed", "this seed it is"} {
		if n := strings.Count(o.text, said); n != 1 {
			t.Errorf("the report has %q %d times, want it once, from the run that failed", said, n)
		}
	}
	o.matches(`again: MN_SEED=\d+0 go`).doesAgain(w, "unlucky").failed(1).shows("the last digit of the seed")
}

// again matches the command that a report has for doing something again.
var again = regexp.MustCompile(`again: ((?:MN_\w+=\S+ )+)go test \. -run='\^TestBroken\$' (-ginkgo\.focus)='(.*)'`)

// doesAgain runs the last command that the outcome of a way names.
func (o outcome) doesAgain(w way, kind string) outcome {
	o.t.Helper()
	found := again.FindAllStringSubmatch(o.text, -1)
	if found == nil {
		o.t.Fatalf("no command does it again:\n%s", o.text)
	}
	last := found[len(found)-1]
	w.env = strings.Fields(last[1])
	return w.run(o.t, kind, last[2]+"="+last[3])
}

func TestTheScheduleOfASpecThatFailsIsMadeSmaller(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual brief", env: []string{"MN_SHRINK=1m"}}
	all, o := w.records(t, "shrinks", 1, "-ginkgo.seed=2")
	if r := all["shrinks keeps its members"]; len(all) != 1 || !strings.Contains(r.Schedule, "\n  # schedule of: shrinks keeps its members\n") {
		t.Errorf("the record has %+v", r)
	}
	o.matches(`1 of \d+ faults are enough: \d+ tries in`).
		matches(`# schedule of: shrinks keeps its members\n +\S+ for \S+: one-way \w \w\n`).
		shows("with these it has failed in 10 of 10 more runs").
		shows("once in the parallel variant: it fails there, too")
	for range 3 {
		o.doesAgain(w, "shrinks").failed(1).matches(`unleash\(replay of \S+schedule-\d+.txt\)`).shows("every live node to have exactly these members up").
			hides("the smallest schedule")
	}
}

func TestWhatNoScheduleIsNeededForIsSaid(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"always":  "it fails without any fault, too: 2 tries in",
		"undrawn": "the schedule was not made smaller: with the same seed and the same faults, the spec failed otherwise, at " + at(t, "virtual_test.go", "WithTimeout(time.Second)"),
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			way{words: "virtual " + word, env: []string{"MN_SHRINK=1m"}}.run(t, "shrinks", "-ginkgo.seed=2").failed(1).shows(want)
		})
	}
}

func TestNoScheduleIsMadeSmaller(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual brief"}
	w.run(t, "shrinks", "-ginkgo.seed=2", "-ginkgo.fail-fast").failed(1).hides("the smallest schedule")
	w.env = []string{"MN_SHRINK=off"}
	w.run(t, "shrinks", "-ginkgo.seed=2").failed(1).hides("the smallest schedule")
	w.env = []string{"MN_SHRINK=1ms"}
	w.run(t, "shrinks", "-ginkgo.seed=2").failed(1).shows("the schedule was not made smaller: the time for it was over")
}

func TestTheShareOfSeedsThatPassIsShown(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual", env: []string{"MN_FLAKES=60"}}
	o := w.run(t, "flaky", "-ginkgo.seed=3").failed(1).
		matches(`multinode: 60 seeds in `).
		matches(`(?m)^      all +60 +\d\d\.\d %$`).
		matches(`(?m)^        partition +\d\d +100\.0 %$`).
		matches(`(?m)^        crash +\d\d +\d\d\.\d %$`).
		matches(`\d+ of 60 seeds failed; one of them: MN_SEED=\d+ go test`)
	w.env = []string{"MN_SEED=" + regexp.MustCompile(`one of them: MN_SEED=(\d+)`).FindStringSubmatch(o.text)[1]}
	w.run(t, "flaky").failed(1).shows("it does not bear two crashes")
	w.env = []string{"MN_FLAKES=60"}
	w.run(t, "draws").shows("1 Passed | 0 Failed").matches(`all +60  100\.0 %`)
}

func TestDifferentInterleavingsAreCounted(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual seeded", env: []string{"MN_SEEDS=30"}}
	w.run(t, "draws").shows("1 Passed | 0 Failed").shows("30 seeds, 30 different interleavings, 30 frames")
}
