package mnginkgo_test

import (
	"regexp"
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
	w := way{words: "virtual", env: []string{"MN_TWICE=1"}}
	w.run(t, "draws").failed(1).shows("it was not the same: frame 1 differs").shows("a>a  8 bytes")
	w.words += " seeded"
	w.run(t, "draws").shows("1 Passed | 0 Failed")
}

func TestASeedThatFailsIsHadAgain(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual seeded", env: []string{"MN_SEEDS=200"}}
	o := w.run(t, "unlucky").failed(1).shows("the last digit of the seed").shows("DURING REPETITION")
	again := regexp.MustCompile(`again: (MN_SEED=\d+0) go test \. -ginkgo\.focus='\^unlucky fails with some seeds\$'`).FindStringSubmatch(o.text)
	if again == nil {
		t.Fatalf("no command runs it again:\n%s", o.text)
	}
	w.env = again[1:]
	w.run(t, "unlucky").failed(1).shows("the last digit of the seed")
}

func TestDifferentInterleavingsAreCounted(t *testing.T) {
	t.Parallel()
	w := way{words: "virtual seeded", env: []string{"MN_SEEDS=30"}}
	w.run(t, "draws").shows("1 Passed | 0 Failed").shows("30 seeds, 30 different interleavings, 30 frames")
}
