package mnginkgo_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDataIsKeptIfItIsToBe(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, isolated} {
		w.run(t, "keeps-data").failed(1).hides("kept")
		w.settings = "keep-data: true\n"
		b := w.start(t, "keeps-data")
		_ = b.cmd.Wait() // it fails
		o := outcome{t, b.cmd.ProcessState.ExitCode(), normal(b.output.String())}
		kept, _ := filepath.Glob(filepath.Join(b.tmp, "multinode-data-*", "2-b", "file"))
		if len(kept) != 1 {
			t.Fatalf("the run keeps %q of b's data", kept)
		}
		o.failed(1).shows("data that is kept\n      b  " + filepath.Dir(kept[0]) + "\n").hides("\n      a  " + b.tmp)
		if err := os.RemoveAll(filepath.Dir(filepath.Dir(kept[0]))); err != nil {
			t.Error(err)
		}
	}
}

func TestTheDeathOfAnIsolatedRoleFailsItsSpecOnly(t *testing.T) {
	t.Parallel()
	eachWay(t, "lost", []way{isolated, isolated2}, func(t *testing.T, o outcome) {
		o.failed(4).shows(`
  [FAILED] Unexpected error: role b lost its process: child process (process N) died: exit status 2
      <*cast.Loss>:
      role b lost its process: child process (process N) died: exit status 2
      its last output:
            panic: out of cheese
`).shows(`
  [FAILED] Unexpected error: role b lost its process: child process (process N) died: exit status 7, without a last word
`).shows(`
  [FAILED] Told to stop trying after Ts.
  role b lost its process: child process (process N) died: signal: killed
  its last output:
    famous last words
  In [It] at: `).hides("additional failures").shows("3 Passed | 4 Failed")
	})
}

func TestVerbsForProcessesNeedIsolatedRoles(t *testing.T) {
	t.Parallel()
	eachWay(t, "own-process", []way{inProcess, children}, func(t *testing.T, o outcome) {
		const needs = ": needs a process for each role alone: MultiNode(Roles(...), Parallel(Isolated()))\n"
		o.failed(5).shows("[FAILED] pause(b)" + needs).shows("[FAILED] resume(b)" + needs).
			shows("[FAILED] exit(b)" + needs).shows("[FAILED] may-exit(a, b)" + needs).
			shows("role b has no process of its own; that needs MultiNode(Roles(...), Parallel(Isolated()))\n")
	})
}

func TestAPausedRoleAndAnotherEndSaySo(t *testing.T) {
	t.Parallel()
	isolated.run(t, "ends").failed(6).shows(`
  [FAILED] role b is paused
`).shows(`
      command on b: role b is paused
`).shows(`
      b  paused
`).shows(`
  [FAILED] Expected
      <*mnginkgo.Handle>: b of a and b after exit(3, b)
  to have exited with code 4
  but it
      exited with code 3
`).shows(`
  to have been ended by the signal "segmentation fault"
  but it
      was ended by the signal "killed"
`).shows(`
  but it
      has not ended
`).shows(`
  [FAILED] only a role's process, given as cluster.Node(role), can have exited with code 0: this is <*mnginkgo.Cluster>: a and b
`)
}

func TestAKilledConductorLeavesNoPausedProcess(t *testing.T) {
	t.Parallel()
	if o := isolated.run(t, "killed"); o.code != -1 {
		t.Errorf("exit code %d of a killed process, want -1", o.code)
	}
	isolated2.run(t, "killed").failed(0)
	w := isolated2
	w.words += " second"
	w.run(t, "killed").failed(0)
}
