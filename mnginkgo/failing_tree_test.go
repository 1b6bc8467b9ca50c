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
		isMistake(t, c.kind, c.line, c.message)
	}
	o := inProcess.run(t, "command-type")
	if want := "panic: mnginkgo: Command: its argument cannot travel between nodes: codec: chan int cannot be encoded\n"; o.code != 2 || !strings.HasPrefix(o.text, want) {
		t.Errorf("exit code %d, want 2; text\n%s\nwant\n%s", o.code, o.text, want)
	}
}

// isMistake checks that a kind of tree is refused with nothing but a place and a message.
func isMistake(t *testing.T, kind, line, message string) {
	t.Helper()
	o := inProcess.run(t, kind)
	want := at(t, "tree_test.go", line) + "\n" + message + "\n"
	if o.code != 1 || o.text != want {
		t.Errorf("%s: exit code %d, want 1; text\n%s\nwant\n%s", kind, o.code, o.text, want)
	}
}

func TestOptionsThatMakeNoSenseEndTheRunWithTheirPlace(t *testing.T) {
	t.Parallel()
	for kind, message := range map[string]string{
		"options-nil":          "MultiNode: option 1 is nil",
		"options-nil-inside":   "MultiNode: Options: option 2 is nil",
		"parallel-nil":         "MultiNode: Parallel: option 1 is nil",
		"boot-nil":             "MultiNode: Boot(nil): take it out for the default",
		"detector-nil":         "MultiNode: Detector(nil): take it out for the default",
		"downing-nil":          "MultiNode: Downing(nil): take it out for the default",
		"downing-func-nil":     "MultiNode: DowningFunc(nil): take it out for the default",
		"cluster-options-nil":  "MultiNode: ClusterOptions: option 2 is nil",
		"barrier-timeout-zero": "MultiNode: BarrierTimeout(0s): it must be more than 0",
		"barrier-timeout-less": "MultiNode: BarrierTimeout(-1s): it must be more than 0",
		"datagram-buffer":      "MultiNode: DatagramBuffer(0): it must be more than 0",
		"connection-timeout":   "MultiNode: ConnectionTimeout(0s): it must be more than 0",
		"ips-too-few":          "MultiNode: IPAddresses has 1 addresses for 2 roles: give each one, or none at all",
		"ips-no-ip":            `MultiNode: IPAddresses: ParseAddr("b"): unable to parse IP`,
		"ips-twice":            `MultiNode: IPAddresses: hosts "a" and "b" have the same IP address 10.0.0.1`,
		"starting-twice":       `MultiNode: Starting names role "a" twice`,
		"seeds-twice":          `MultiNode: SeedRoles names role "b" twice`,
		"stray-option":         "Parallel is an option of MultiNode: MultiNode(Roles(...), Parallel(...))",
		"stray-isolated":       "Isolated is an option of MultiNode: MultiNode(Roles(...), Isolated(...))",
	} {
		isMistake(t, kind, `"`+kind+`":`, message)
	}
}

func TestBodiesOfTheWrongShapeAreToldTheRightOnes(t *testing.T) {
	t.Parallel()
	const may = ": below MultiNode it must be one of func(), func(SpecContext), func(*Cluster), func(SpecContext, *Cluster), " +
		"func(*Node), func(SpecContext, *Node)"
	for _, c := range []struct{ kind, line, message string }{
		{"body-swapped", "It(\"y\", body)", "the body is a func(*Cluster, SpecContext)" + may},
		{"body-both", "It(\"y\", body)", "the body is a func(*Node, *Cluster)" + may},
		{"body-error", "It(\"y\", body)", "the body is a func(*Cluster) error" + may},
		{"body-value", "It(\"y\", body)", "the body is a func(*Env)" + may},
		{"body-many", "It(\"y\", body)", "the body is a func(...*Cluster)" + may},
		{"body-of-before", `"body-of-before":`, "the body is a func(*Node, SpecContext)" + may},
		{"body-nil", "It(\"y\", body)", "the body is nil"},
		{"body-container", `"body-container":`, "the body of a container takes no *Cluster: the bodies inside it do"},
		{"body-suite", `"body-suite":`, "the body takes a *Cluster, but a BeforeSuite is in no container that has MultiNode(Roles(...))"},
	} {
		isMistake(t, c.kind, c.line, c.message)
	}
	inProcess.run(t, "body-two").failed(0).shows("  [It] node must be passed a single function - but more than one was passed in.\n")
}

func TestContainersOfOneTextAndPlaceHaveTheirOwnRolesAndOptions(t *testing.T) {
	t.Parallel()
	o := inProcess.run(t, "twins")
	for _, roles := range []string{"roles [a b] [a b]", "roles [a c] [a c]", "roles [b] [b]"} {
		o.shows(roles)
	}
	if o.code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", o.code, o.text)
	}
}

func TestWhatBelongsInTheTreeIsRefusedWhileSpecsRun(t *testing.T) {
	t.Parallel()
	const belongs = `MultiNode does nothing while specs run: it belongs beside the text of a container or an It: Describe("orders", MultiNode(Roles("a", "b")), func() { ... })`
	eachWay(t, "late", []way{inProcess, ginkgo2}, func(t *testing.T, o outcome) {
		o.failed(5).shows("\n  [FAILED] " + belongs + "\n  In [BeforeEach] at: " + at(t, "tree_test.go", "// before") + "\n").
			shows("\n  [FAILED] " + belongs + "\n  In [It] at: " + at(t, "tree_test.go", "// in an It") + "\n").
			shows("\n  [FAILED] BeforeEachNode does nothing while specs run: it belongs directly in the body of a container that has " +
				"MultiNode(Roles(...))\n  In [It] at: " + at(t, "tree_test.go", "// set-up") + "\n").
			shows("  mnginkgo: Command: declare it in a package variable or in the body of a container: ").
			shows("\n  [FAILED] on role b (process N), at " + at(t, "tree_test.go", "// on a role") + ":\n    " + belongs + "\n")
	})
	w := inProcess
	w.words = "lineless"
	w.run(t, "late-suite").failed(0).shows("  [FAILED] " + belongs + "\n  In [BeforeSuite] at: " + at(t, "tree_test.go", "// suite") + "\n")
}

func TestATableIsToldWhereItsClusterIs(t *testing.T) {
	t.Parallel()
	const adds = "    MultiNode adds none: the body of a table takes no *Cluster and no *Node.\n    ClusterFrom(ctx) returns the cluster\n"
	inProcess.run(t, "tables").failed(4).
		shows("    The Table Body function expected 2 parameters but you passed in 1\n" + adds).
		shows("    but you passed in <int>\n" + adds).
		shows("  [FAILED] Expected\n      <int>: 2\n").
		shows("  assignment to entry in nil map\n")
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

func TestAChildBuildsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	o := children.run(t, "lean").shows("here [plain mixed declares]").shows("on b [mixed declares] <nil>")
	if o.code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", o.code, o.text)
	}
}
