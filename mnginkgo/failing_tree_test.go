package mnginkgo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMistakesInTheTreeEndTheRunWithTheirPlace(t *testing.T) {
	t.Parallel()
	const serial = `MultiNode with Parallel() cannot be Serial: Ginkgo runs Serial specs when its other
processes have exited, and their roles would have nowhere to run. Take out Serial, or Parallel()`
	for _, c := range []struct{ kind, line, message string }{
		{"serial-container", `Describe("x", Serial,`, serial},
		{"serial-it", `It("y", Serial,`, serial},
		{"nested", `Context("in",`, "MultiNode inside MultiNode: the container at " +
			at(t, "tree_test.go", `MultiNode(Roles("a", "b")), func() { // outer`) + " has one already"},
		{"outside", `It("x", func(*Cluster)`, "the body takes a *Cluster, but no container around it has MultiNode(Roles(...))"},
		{"node-outside", `It("x", func(SpecContext, *Node)`, "the body takes a *Node, but no container around it has MultiNode(Roles(...))"},
		{"setup-outside", `BeforeEachNode(`, "BeforeEachNode must be called directly in the body of a container that has MultiNode(Roles(...))"},
		{"no-roles", `Roles())`, `MultiNode needs at least one role: MultiNode(Roles("a", "b"))`},
		{"twice", `Roles("a", "a")`, `MultiNode: role "a" is named twice`},
		{"stranger", `SeedRoles("z")`, `MultiNode: SeedRoles("z"): the roles are a`},
		{"two-decorators", `MultiNode(Roles("b"))`, "MultiNode is given twice"},
		{"before-suite", `BeforeSuite(MultiNode`, "MultiNode decorates containers and Its"},
	} {
		o := inProcess.run(t, c.kind)
		want := at(t, "tree_test.go", c.line) + "\n" + c.message + "\n"
		if o.code != 1 || o.text != want {
			t.Errorf("%s: exit code %d, want 1; text\n%s\nwant\n%s", c.kind, o.code, o.text, want)
		}
	}
	o := inProcess.run(t, "command-type")
	if want := "panic: mnginkgo: Command: its argument cannot travel between nodes: codec: chan int cannot be encoded\n"; o.code != 2 || !strings.HasPrefix(o.text, want) {
		t.Errorf("exit code %d, want 2; text\n%s\nwant\n%s", o.code, o.text, want)
	}
}

func TestMistakesInTheSettingsEndTheRunWithTheirLine(t *testing.T) {
	t.Parallel()
	w := children
	w.settings = "trace: false\n\ngossip: 1s\n"
	o := w.run(t, "fine").failed(0)
	o.shows("/ginkgo.yml:3: unknown key \"gossip\"; the keys are eventually-timeout, eventually-polling, ")
	if strings.Count(o.text, "unknown key") != 1 {
		t.Errorf("want the mistake once in:\n%s", o.text)
	}
	w.settings = "eventually-timeout: 50ms\n" // which counts with a context, too
	w.run(t, "hopeless").failed(1).shows("[FAILED] Timed out after Ts.").hides("spec timeout occurred")
	w.settings = "max-children: 0\n"
	w.run(t, "fine").failed(1).shows(`
  [FAILED] processes for this spec: 2 roles need 2 children beside 0 other Ginkgo processes, but max-children is 0: `)
}

func TestDryRunRunsNothing(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children} {
		o := w.run(t, "lost", "-ginkgo.dry-run", "-ginkgo.v")
		if o.code != 0 {
			t.Errorf("exit code %d, want 0", o.code)
		}
		o.shows("Ran 7 of 7 Specs in T seconds\nSUCCESS! -- 7 Passed").hides("views")
	}
}

// writeSettings gives the suite that runs in a folder a ginkgo.yml.
func writeSettings(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "ginkgo.yml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
