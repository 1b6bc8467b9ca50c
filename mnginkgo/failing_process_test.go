package mnginkgo_test

import "testing"

func TestALostProcessFailsItsSpecOnly(t *testing.T) {
	t.Parallel()
	children.run(t, "lost").failed(4).shows(`
  In [It] at: ` + at(t, "process_test.go", `HaveMembers("a")) // b is one`) + `
`).shows(`
  [FAILED] Unexpected error: role b lost its process: child process (process N) died: exit status 2
      <*cast.Loss>:
      role b lost its process: child process (process N) died: exit status 2
      its last output:
            panic: out of cheese

            goroutine N [running]:
            mnginkgo/testdata/broken_test.init.func`).shows(`
  In [It] at: ` + at(t, "process_test.go", "explode.On") + `
`).shows(`
  [FAILED] Unexpected error: role b lost its process: child process (process N) died: exit status 7, without a last word
`).shows(`
  In [It] at: ` + at(t, "process_test.go", "exit.On") + `
`).hides("connection closed").hides("additional failures").shows(`
      b  without its process
...
          Tms  *  role b lost its process: child process (process N) died: signal: killed
  << Timeline

  [FAILED] Told to stop trying after Ts.
  role b lost its process: child process (process N) died: signal: killed
  its last output:
    famous last words
  In [It] at: `).shows(`
  [FAILED] role b lost its process: child process (process N) died: signal: killed, without a last word
  In [It] at: ` + at(t, "process_test.go", `It("dies in the middle of a body"`) + `
`).shows("3 Passed | 4 Failed")
}

func TestAGinkgoProcessThatDiesAsAHostIsNamedAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ginkgo3, {procs: 4, words: "parallel"}} {
		w.run(t, "host").failed(0).shows("role a lost its process: Ginkgo process ").
			hides("[FAIL] host [BeforeEach]").hides("connection closed").hides("additional failures")
	}
	w := ginkgo3
	w.words += " panics"
	w.run(t, "host").failed(0).shows(`
      <*cast.Loss>:
      role a lost its process: Ginkgo process `).shows(`
      its last output:
            panic: out of cheese

            goroutine N [running]:
            mnginkgo/testdata/broken_test.init.func`)
}

func TestALossThatNobodyNoticesFailsTheSpecAtItsEnd(t *testing.T) {
	t.Parallel()
	children.run(t, "unnoticed").failed(2).shows(`
  [FAILED] in [DeferCleanup (Each)] - ` + at(t, "process_test.go", `It("loses b and looks away`) + `
...
  << Timeline

  [FAILED] role b lost its process: child process (process N) died: signal: killed
  its last output:
    famous last words
`).shows(`
    role b lost its process: child process (process N) died: signal: killed
    its last output:
      famous last words
    views
...
  [FAILED] something else
`)
}

func TestTheDeathOfProcess1IsNamed(t *testing.T) {
	t.Parallel()
	ginkgo2.run(t, "process-1").failed(0).shows(`
  [FAILED] processes for this spec: process 1 has died, and the broker of this run with it
`).shows(`
  [FAILED] process 1 has died, and the broker of this run with it
  its last output:
    panic: process 1 is out of cheese

    goroutine N [running]:
`)
}

func TestAPanicOfTheSpecItselfLeavesNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, "conductor", everyWay, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
  [PANICKED] Test Panicked`).shows(`
    views
      a  sees  a up, b up; a as the leader
      b  crashed
`).shows("1 Passed | 1 Failed")
	})
	for _, w := range []way{inProcess, children} { // which die, as go test's do
		if o := w.run(t, "conductor-dies"); o.code != 2 {
			t.Errorf("%s: exit code %d, want 2:\n%s", w.name, o.code, o.text)
		} else {
			o.shows("panic: the spec's process is out of cheese\n")
		}
	}
}

func TestASuiteWithoutTheLineIsToldToAddIt(t *testing.T) {
	t.Parallel()
	for _, w := range []way{children, ginkgo2} {
		w.words += " lineless"
		w.run(t, "fine").failed(1).shows(`
  [FAILED] a spec with Parallel() needs the broker, and this suite starts none. Add this line to it:

      var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

  or call StartBroker and JoinBroker inside the SynchronizedBeforeSuite it has
`)
	}
	w := inProcess
	w.words = "lineless"
	if o := w.run(t, "fine"); o.code != 0 {
		t.Errorf("exit code %d without Parallel(), want 0:\n%s", o.code, o.text)
	}
}

func TestProcessesWithDifferentTreesAreToldWhere(t *testing.T) {
	t.Parallel()
	place := at(t, "tree_test.go", "is named after process")
	child := `
    multinode: child process: child process built another tree of specs than process 1;
    all processes must build the same. The first node that differs is number N:
      process 1: It "is named after process N" at ` + place + `
      child process: It "is named after process N" at ` + place + `
    Look for code in a container's body that depends on the process, the time, an unsorted map or chance
`
	children.run(t, "tree").failed(1).shows(`
  [FAILED] processes for this spec: start a child process: child process (process N) died: exit status 1
  its last output:` + child)
	ginkgo2.run(t, "tree").failed(1).shows(`
  [FAILED] JoinBroker: Ginkgo process 2 built another tree of specs than process 1;
  all processes must build the same. The first node that differs is number N:
    process 1: It "is named after process N" at ` + place + `
    Ginkgo process 2: It "is named after process N" at ` + place + `
  Look for code in a container's body that depends on the process, the time, an unsorted map or chance
  In [SynchronizedBeforeSuite] at: mnginkgo/spec.go
`)
}

func TestALossInTheLastMomentIsNotMissed(t *testing.T) {
	t.Parallel()
	children.run(t, "last-moment").failed(3).shows(`
  [FAILED] role b lost its process: child process (process N) died: signal: killed`).
		hides("additional failures")
}
