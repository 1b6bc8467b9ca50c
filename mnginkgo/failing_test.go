package mnginkgo_test

import (
	"slices"
	"strings"
	"testing"
)

func TestWrongMembersPrintTheTableAndTheAccount(t *testing.T) {
	t.Parallel()
	eachWay(t, "members", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] Timed out after Ts.
  Expected
      <*mnginkgo.Cluster>: a, b and c after partition(a, b)
  every live node to have exactly these members up
      ["a", "b", "c"]
  but
      a  sees  `)
	})
}

func TestAPanicOnARoleShowsItsStack(t *testing.T) {
	t.Parallel()
	eachWay(t, "panic", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] on role b (process N), at ` + at(t, "role_test.go", "counts map[string]int) { counts") + `:
    panic: assignment to entry in nil map
      mnginkgo/testdata/broken_test.countIn(...)
      	` + at(t, "role_test.go", "counts map[string]int) { counts") + `
      mnginkgo/testdata/broken_test.init`).shows(`
  In [It] at: ` + at(t, "role_test.go", "counts map[string]int) { counts") + `
`).shows("  b  INFO about to panic").hides("rolecode")
	})
}

func TestAFailedExpectOnARole(t *testing.T) {
	t.Parallel()
	eachWay(t, "expect", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] on role b (process N), at ` + at(t, "role_test.go", `Expect(node.Role()).To(Equal("a"))`) + `:
    Expected
        <string>: b
    to equal
        <string>: a
  In [It] at: ` + at(t, "role_test.go", `Expect(node.Role()).To(Equal("a"))`) + `
`)
	})
}

func TestFailOnARoleKeepsItsMessageAndItsLine(t *testing.T) {
	t.Parallel()
	place := at(t, "role_test.go", `Fail("b gives up")`)
	eachWay(t, "fail", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] on role b (process N), at ` + place + `:
    b gives up
  In [It] at: ` + place + `
`)
	})
}

func TestACommandsFailureIsShownOnce(t *testing.T) {
	t.Parallel()
	stumbles := at(t, "role_test.go", "counts map[string]int) { counts")
	asserts := at(t, "role_test.go", "Expect(node.Role()).To(Equal(want))")
	eachWay(t, "command", everyWay, func(t *testing.T, o outcome) {
		o.failed(3).shows(`
  [FAILED] Unexpected error: command on b, at ` + stumbles + `:
    panic: assignment to entry in nil map
      <*mnginkgo.CommandError>:
      command on b, at ` + stumbles + `:
        panic: assignment to entry in nil map
      stack on b:
          mnginkgo/testdata/broken_test.countIn(...)
          	` + stumbles + `
`).shows(`
  In [It] at: ` + at(t, "role_test.go", "stumble.On") + `
`).shows(`
  [FAILED] Unexpected error: command on b, at ` + asserts + `:
    Expected
        <string>: b
    to equal
        <string>: a
      <*mnginkgo.CommandError>:
      command on b, at ` + asserts + `:
        Expected
            <string>: b
        to equal
            <string>: a

  In [It] at: ` + at(t, "role_test.go", "assert.On") + `
`).shows(`
  [FAILED] Unexpected error: command on b: not today
      <*mnginkgo.CommandError>:
      command on b: not today

  In [It] at: ` + at(t, "role_test.go", "refuse.On") + `
`).shows(`
          Tms  *  command (` + at(t, "role_test.go", "refuse = Command") + `) failed on b after Tms: not today
`)
	})
}

func TestAMissingBarrierEntrantIsNamed(t *testing.T) {
	t.Parallel()
	eachWay(t, "barrier", append(everyWay, ginkgo3), func(t *testing.T, o outcome) {
		o.failed(2).shows(`; the body of c has ended
  In [It] at: ` + at(t, "role_test.go", "node.Barrier(\"ready\")") + `
`).shows(`, at ` + at(t, "role_test.go", "node.Barrier(\"ready\") // kept") + `:
    barrier "ready": arrived a, b; missing c; waited Tms
  In [It] at: ` + at(t, "role_test.go", "node.Barrier(\"ready\") // kept") + `
`)
	})
}

func TestVerbsFailAtTheirLineWithWhatIsAllowed(t *testing.T) {
	t.Parallel()
	eachWay(t, "verbs", []way{inProcess, children}, func(t *testing.T, o outcome) {
		o.failed(6).shows("  views\n      a  killed\n").shows("  *  kill(a)\n")
		for call, message := range map[string]string{
			`cluster.Partition("a", "a")`: `partition(a, a): role "a" is named twice: a link needs two different roles`,
			`cluster.Crash("z")`:          `crash: unknown role "z": the roles are a, b`,
			`cluster.Crash("a") // again`: `crash: role "a" is crashed; it must be running`,
			`cluster.Kill("z")`:           `kill: unknown role "z": the roles are a, b`,
			`cluster.Kill("a") // again`:  `kill: role "a" is killed; it must be running`,
			`cluster.Node("z")`:           `Node: unknown role "z": the roles are a, b`,
		} {
			o.shows("  [FAILED] " + message + "\n  In [It] at: " + at(t, "role_test.go", call) + "\n")
		}
	})
}

func TestABootThatFailsNamesTheRole(t *testing.T) {
	t.Parallel()
	eachWay(t, "boot", []way{inProcess, children}, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
    views
...
      b  not started
`).shows(`
  [FAILED] boot b: port 80 is taken
  In [BeforeEach] at: ` + at(t, "boot_test.go", `broken("boot",`) + `
`)
	})
	children.run(t, "boot panic").failed(1).shows(`
  [FAILED] boot b: on role b (process N), at ` + at(t, "role_test.go", "counts map[string]int) { counts") + `:
    panic: assignment to entry in nil map
`)
	children.run(t, "before-each-node").failed(1).shows(`
  [FAILED] boot b: on role b (process N), at ` + at(t, "boot_test.go", "BeforeEachNode(") + `:
    Expected
        <string>: b
    to equal
        <string>: a
`)
}

func TestABootThatDoesNotEndIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated} {
		w.settings = "boot-timeout: 100ms\n"
		w.run(t, "endless").failed(1).shows(`
  [FAILED] boot b: not done after 100ms, the boot-timeout
  In [BeforeEach] at: ` + at(t, "boot_test.go", `broken("endless",`) + `
`)
		w.run(t, "endless deaf").failed(1).shows(`
  [FAILED] boot b: on role b (process N), at ` + at(t, "boot_test.go", "select {} // deaf") + `:
    still booting for Ts: code on a role must end with its context, which has ended: not done after 100ms, the boot-timeout
      mnginkgo/testdata/broken_test.init.func`)
	}
}

func TestProgressShowsWhatBoots(t *testing.T) {
	t.Parallel()
	w := children
	w.settings = "boot-timeout: 800ms\n"
	w.run(t, "endless", "-ginkgo.poll-progress-after=100ms", "-ginkgo.poll-progress-interval=1s").
		failed(1).shows(`b: booting for Tms; `)
}

func TestOptionsWithoutEffectAreNamed(t *testing.T) {
	t.Parallel()
	eachWay(t, "lacking", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] MultiNode: Boot and Detector: Detector is for DefaultBoot, which this Boot does not call
`)
	})
}

func TestAMatcherWithoutItsMethodEndsTheEventually(t *testing.T) {
	t.Parallel()
	eachWay(t, "memberless", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [FAILED] Told to stop trying after Ts.
  struct {} on a has no method Members() []Member, which this matcher needs
`)
	})
}

// A report must read well in a terminal of 80 columns; only places in files, which
// depend on where the code lies, may be longer.
func TestTheAccountFitsIn80Columns(t *testing.T) {
	t.Parallel()
	o := children.run(t, "members").shows(`
    a, b and c after partition(a, b)
      Failed at T s, after waiting `).shows(`
    page: PAGE
    parallel variant; seed `).shows(`
    views
      a  sees  a `).shows(`
    links that lost or delayed frames
      a>b  `).shows(`
    timeline
          Tms  *  start(a, b, c)
          Tms  a  INFO formed a cluster
`).hides("node=").hides("msg=")
	for _, line := range strings.Split(o.text, "\n") {
		if len(line) > 80 && !strings.Contains(line, ".go") {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

func TestAPassingSpecHasAnAccountWithVOnly(t *testing.T) {
	t.Parallel()
	for _, w := range everyWay {
		if o := w.run(t, "fine", "-ginkgo.v"); o.code != 0 {
			t.Errorf("exit code %d, want 0: %s", o.code, o.text)
		} else {
			o.shows("    views\n      a  sees  a up, b up; a as the leader\n").shows("INFO formed a cluster")
		}
	}
	if o := children.run(t, "fine"); o.code != 0 {
		t.Errorf("exit code %d, want 0: %s", o.code, o.text)
	} else {
		o.hides("views")
	}
}

func TestANodeThatDoesNotStopIsNamed(t *testing.T) {
	t.Parallel()
	ways := slices.Clone(everyWay)
	for i := range ways {
		ways[i].env = []string{"MN_STOP_TIMEOUT=500ms"}
	}
	eachWay(t, "stuck", ways, func(t *testing.T, o outcome) {
		o.failed(1).shows(`still running: /sleeper: not done after 500ms, the stop-timeout`).shows("INFO formed a cluster")
	})
}
