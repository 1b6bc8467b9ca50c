package mnginkgo_test

import (
	"regexp"
	"testing"
)

func TestASkipHidesNothing(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, ginkgo2} {
		w.run(t, "skips").failed(2).shows("2 Passed | 2 Failed | 0 Pending | 2 Skipped").
			shows("Expected\n        <string>: what runs").shows("b does not clean up")
	}
	isolated.run(t, "skips").failed(3).shows("2 Passed | 3 Failed | 0 Pending | 2 Skipped").
		shows("role b lost its process: child process (process N) died: exit status 3, without a last word")
}

func TestASkipOfOneRoleHidesNoPanicOfAnother(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated, ginkgo2} {
		w.words += " stopping"
		w.run(t, "skips", "-ginkgo.focus=does not stop").failed(1).shows("panic: b does not stop").shows("a does not stop")
		w.run(t, "skips", "-ginkgo.focus=does not clean up").failed(1).shows("b does not clean up").shows("a does not stop")
	}
}

func TestASpecOfAnOrderedContainerFailsOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated, ginkgo2, isolated2} {
		check := func(o outcome) {
			o.failed(3).shows("9 Passed | 3 Failed")
			if n := len(regexp.MustCompile(`(?m)^ +\[FAIL\] .* is guilty$`).FindAllString(o.text, -1)); n != 3 {
				t.Errorf("%s: %d guilty specs are red:\n%s", w.name, n, o.text)
			}
		}
		check(w.run(t, "ordered"))
		if w.words != "" {
			w.words += " dies"
			check(w.run(t, "ordered"))
		}
	}
}
