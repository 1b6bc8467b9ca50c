package mnginkgo_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestWhatRolesSayIsOnTheTimeline(t *testing.T) {
	t.Parallel()
	said := []string{
		"| to standard output", "| to standard error", "| with println", "| to GinkgoWriter", "| to GinkgoT",
		"STEP with By", "ENTRY an entry  of two", "      lines", "INFO to its own log", "| without an end, \uFFFD[31mand red",
	}
	for _, w := range []way{children, isolated, ginkgo2, ginkgo3, isolated2} {
		t.Run(w.name, func(t *testing.T) {
			o := w.run(t, "says").failed(4).shows(" to the standard logger")
			for _, line := range said {
				if n := strings.Count(o.text, "  b  "+line+"\n"); n != 1 {
					t.Errorf("%q is there %d times", line, n)
				}
			}
			if n := strings.Count(o.text, "to standard output"); n != 1 {
				t.Errorf("what b has printed is there %d times", n)
			}
		})
	}
	o := inProcess.run(t, "says", "-ginkgo.v").failed(4).shows("to standard output").shows("b  | to GinkgoWriter").shows("b  | to GinkgoT").
		shows("STEP: b: with By").shows("b: an entry")
	if !regexp.MustCompile(`(?m)^b  \| .* to the standard logger$`).MatchString(o.text) {
		t.Error("the line of the standard logger bears no role")
	}
}

func TestCleanupsOfARoleEndWithItsNode(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated, ginkgo2} {
		t.Run(w.name, func(t *testing.T) {
			o := w.run(t, "defers", "-ginkgo.vv").failed(2).shows("DeferCleanup callback returned error: a does not clean up").shows("2 Passed | 2 Failed").
				shows("done as it fails\n")
			if w.words != "" {
				o.hides("nothing has failed when")
			}
		})
	}
}

func TestCleanupsOfARoleFailAsTheSpecsOwn(t *testing.T) {
	t.Parallel()
	said := func(place, text string) string {
		return "(process N), at " + place + ":\n    " + text + "\n  In [DeferCleanup (Each)] at: " + place + "\n"
	}
	place := at(t, "role_code_test.go", "DeferCleanup(args...)")
	for _, w := range []way{inProcess, children, isolated, ginkgo2} {
		t.Run(w.name, func(t *testing.T) {
			w.tmp = t.TempDir()
			o := w.run(t, "cleans-up").failed(4).hides("stop-timeout").
				shows(said(at(t, "role_code_test.go", "deferred twice"), "deferred twice")).
				shows(said(place, "the clean-up was not done after 100ms, its NodeTimeout")).
				shows(said(place, "the clean-up was not done after 200ms, its NodeTimeout\n"+
					"    and then: DeferCleanup callback returned error: context deadline exceeded")).
				shows("at " + place + ":\n    panic: reflect: Call using string as type int\n")
			if n := strings.Count(o.text, "    deferred twice"); n != 1 {
				t.Errorf("it is said %d times that the inner clean-up has failed", n)
			}
			if left, _ := filepath.Glob(filepath.Join(w.tmp, "ginkgo*")); len(left) > 0 {
				t.Errorf("the run left %q", left)
			}
		})
	}
}

func TestWhatIsLeftRunningFailsNoInnocentSpec(t *testing.T) {
	t.Parallel()
	for _, procs := range []int{0, 1, 2, 3} {
		w := way{name: "in process", procs: procs}
		w.run(t, "leaves-running").failed(0).shows("8 Passed | 0 Failed").
			shows(`(in what role a of the spec "one after another leaves-running leaves 0" has left running)`).
			shows(`(in what role a of the spec "one after another leaves-running leaves 3" has left running)`)
	}
}
