package mnginkgo_test

import "testing"

func TestARoleHasWhatTheSuiteStartedWith(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated} {
		for _, flags := range [][]string{
			{"-extra=2", "-loud"},
			{"-test.run", "^TestBroken$", "-test.timeout", "40s", "-extra", "2"},
			{"--ginkgo.focus", "same|tree", "--loud", "--extra", "2", "-test.short", "-ginkgo.label-filter", "some"},
			{"-test.v", "-extra=2", "-test.count", "1", "rest", "-test.v"},
			{"-extra=2", "-ginkgo.seed", "4711", "--", "-loud"},
		} {
			if o := w.run(t, "surroundings", flags...); o.code != 0 {
				t.Errorf("%s, flags %q: exit code %d, want 0:\n%s", w.name, flags, o.code, o.text)
			} else {
				o.shows("3 Passed | 0 Failed")
			}
		}
	}
}

func TestGomegaWaitsOnRolesAsItDoesInTheSpec(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated} {
		for _, c := range []struct {
			words, settings string
			env             []string
			want            string
		}{
			{"", "", nil, "[5s 2ms 200ms 5ms]"},
			{" sets", "", nil, "[3s 2ms 200ms 5ms]"},
			{"", "", []string{"GOMEGA_DEFAULT_EVENTUALLY_TIMEOUT=1s", "GOMEGA_DEFAULT_CONSISTENTLY_DURATION=2s"}, "[1s 2ms 2s 5ms]"},
			{"", "consistently-duration: 1s\n", []string{"GOMEGA_DEFAULT_CONSISTENTLY_DURATION=2s"}, "[5s 2ms 1s 5ms]"},
			{" sets", "eventually-timeout: 1m\n", nil, "[1m0s 2ms 200ms 5ms]"},
			{" sets", "eventually-timeout: 1m\n", []string{"MN_EVENTUALLY_TIMEOUT=2m"}, "[2m0s 2ms 200ms 5ms]"},
		} {
			w := w
			w.words, w.settings, w.env = w.words+c.words, c.settings, c.env
			o := w.run(t, "waits")
			if o.code != 0 {
				t.Errorf("%s, %+v: exit code %d, want 0:\n%s", w.name, c, o.code, o.text)
			}
			o.shows("at first " + c.want + "\n").shows("at last " + c.want + "\n")
		}
	}
	ginkgo3.run(t, "waits").shows("5 Passed | 0 Failed")
}

func TestASuiteWithoutMultiNodeIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := inProcess
	w.settings = "gossip: 1s\n"
	w.run(t, "plain").shows("1 Passed | 0 Failed").hides("gossip")
}
