package mnginkgo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
)

// TestWhatGoesWrongOnARoleTurnsItsSpecRed does each way of the table: what is red must be the
// guilty spec, alone, with the text that a user needs. By default each way is done under go
// test in one variant, and under ginkgo in another, with 1, 2 or 3 processes in turn; one of
// the two, and of every second way, with -short. With MN_WAYS=all every combination is done, which takes some minutes.
func TestWhatGoesWrongOnARoleTurnsItsSpecRed(t *testing.T) {
	t.Parallel()
	allWrongs(t, wrongs)
}

func TestWhatEndsAProcessTurnsTheSpecOfItsRoleRed(t *testing.T) {
	t.Parallel()
	allWrongs(t, deadly)
}

func TestADataRaceTurnsTheSpecOfItsRoleRed(t *testing.T) {
	t.Parallel()
	allWrongs(t, races)
}

func allWrongs(t *testing.T, table []wrong) {
	for i, w := range table {
		if testing.Short() && i%2 == 1 {
			continue
		}
		for _, r := range w.runs(i) {
			t.Run(strings.ReplaceAll(r.asked(), " ", "/")+fmt.Sprintf("/procs=%d", r.procs), func(t *testing.T) {
				t.Parallel()
				v := r.run(t)
				r.judge(&v)
				if t.Failed() {
					t.Logf("%s\nprinted:\n%s", r.command(), v.printed)
				}
			})
		}
	}
}

// runs returns the runs of the way, which is the n-th: by default one as go test does it and
// one with the ginkgo command, of two variants.
func (w wrong) runs(n int) (chosen []wrongRun) {
	var variants []string
	for _, variant := range []string{"in-process", "parallel", "isolated"} {
		if w.except[variant] == "" {
			variants = append(variants, variant)
		}
	}
	all := os.Getenv("MN_WAYS") == "all"
	for i, variant := range variants {
		for procs := range 4 {
			if procs > 1 && w.onlyInFirst() {
				continue
			}
			turn := n + procs
			if !all && (turn%len(variants) != i || procs > 0 && procs != 1+n%3 && (procs != 1 || !w.onlyInFirst())) {
				continue
			}
			for j, layout := range w.layouts() {
				if all || j == turn/2%len(w.layouts()) {
					chosen = append(chosen, wrongRun{w.on([]string{"a", "c"}[turn%2]), variant, procs, layout, turn + 1})
				}
			}
		}
	}
	if !all && testing.Short() {
		return chosen[n%len(chosen):][:1]
	}
	return chosen
}

// onlyInFirst reports whether the way needs that no process of Ginkgo's but the first may have the
// role: at the end of the run the others have exited, and what Fail has noted in one of them when
// its spec is over may be the failure of its own spec.
func (w wrong) onlyInFirst() bool {
	return w.moment == "last" || w.kind == "recovered-fail" && w.moment == "over"
}

// on is the way on a role, if it is not to be another one.
func (w wrong) on(role string) wrong {
	if w.role == "" {
		w.role = role
	}
	return w
}

// layouts are whether the guilty spec is in an Ordered container. Ginkgo skips what comes
// behind a BeforeAll that has failed, and such it is there if the boot fails.
func (w wrong) layouts() []string {
	if w.boots() {
		return []string{"spread"}
	}
	return []string{"ordered", "spread"}
}

// boots reports whether it goes wrong before the spec's first body.
func (w wrong) boots() bool { return w.moment == "boot" || w.moment == "before-each-node" }

// judge checks what the run has found.
func (r wrongRun) judge(v *verdict) {
	v.t.Helper()
	guilty := v.guilty()
	if code := r.exitCode(); v.code != code {
		v.t.Errorf("exit code %d, want %d", v.code, code)
	}
	var want []string
	if r.end == guiltyFails || r.end == allStops {
		want = []string{strings.TrimPrefix(map[string]string{"ordered": "in order "}[r.layout]+"suspect guilty", " ")}
	}
	if red := v.red(); !slices.Equal(red, want) {
		v.t.Errorf("red are %q, want %q", red, want)
	}
	r.judgeOthers(v)
	switch r.end {
	case guiltyFails, allStops, guiltySkips:
		r.judgeFailure(v, guilty)
	case suiteFails:
		r.judgeSuite(v)
	case nothing:
		if guilty.State != types.SpecStatePassed {
			v.t.Errorf("the guilty spec is %s, want it passed", guilty.State)
		}
	}
}

func (r wrongRun) exitCode() int {
	if r.end == nothing || r.end == guiltySkips {
		return 0
	}
	return 1
}

// judgeOthers checks that the innocent specs have passed, and of what is around them nothing
// is red that is not to be.
func (r wrongRun) judgeOthers(v *verdict) {
	v.t.Helper()
	missing := r.innocents()
	for _, spec := range v.specs {
		if spec.LeafNodeText != "guilty" && spec.State == types.SpecStatePassed {
			missing--
		}
	}
	mayMiss := 0
	if !v.whole { // the one of a Ginkgo process that hosted the guilty role
		mayMiss = 1
	}
	if missing > mayMiss && r.end != allStops {
		v.t.Errorf("%d innocent specs have not passed", missing)
	}
	if r.end != suiteFails && v.whole {
		for _, text := range v.suiteFailures() {
			v.t.Errorf("red beside the specs: %s", text)
		}
	}
}

// innocents returns how many innocent specs there are.
func (r wrongRun) innocents() int {
	if r.layout == "ordered" {
		return 6 + 6
	}
	return 6
}

// judgeFailure checks that the failure of the guilty spec has all that a user needs.
func (r wrongRun) judgeFailure(v *verdict, guilty types.SpecReport) {
	v.t.Helper()
	want := map[end]types.SpecState{guiltySkips: types.SpecStateSkipped, allStops: types.SpecStateAborted}[r.end]
	if want != 0 && guilty.State != want {
		v.t.Errorf("the guilty spec is %s, want it %s", guilty.State, want)
	}
	message := guilty.Failure.Message + " " + guilty.Failure.ForwardedPanic
	for _, more := range guilty.AdditionalFailures {
		if r.timesOut() {
			message += " " + more.Failure.Message
		} else {
			v.t.Errorf("the guilty spec has an additional failure: %s", more.Failure.Message)
		}
	}
	message = normalWrong(message)
	for _, text := range r.texts(v.t) {
		if !strings.Contains(message, text) {
			v.t.Errorf("want %q in the guilty spec's failure:\n%s", text, message)
		}
	}
	if at := r.place(v.t); at != "" {
		if found := fmt.Sprintf("%s:%d", filepath.Base(guilty.Failure.Location.FileName), guilty.Failure.Location.LineNumber); found != at {
			v.t.Errorf("the guilty spec has failed at %s, want %s", found, at)
		}
	}
}

// texts returns what the guilty spec's failure must say.
func (r wrongRun) texts(t *testing.T) []string {
	kind := wrongKinds[r.kind]
	switch {
	case r.died() != "" && r.kind == "errorf": // as in any goroutine without a GinkgoRecover
		return []string{"role " + r.role + " lost its process: ", "Your Test Panicked", wrongAt(t, "acts_test.go", r.kind)}
	case r.died() != "":
		return append([]string{"role " + r.role + " lost its process: ", " died: " + r.died(), "last words of " + r.role, kind.text}, r.says...)
	case r.kind == "error":
		return append([]string{kind.text, r.role}, r.says...)
	case r.kind == "race" && r.variant == "in-process":
		return []string{"the race detector has found a data race in the process of the spec: see what it has printed"}
	case r.kind == "race", r.isGinkgos():
		return append([]string{kind.text}, r.says...)
	}
	who := "on role " + r.role + " (process N), at "
	if r.variant == "in-process" && r.moment == "cleanup" { // it may be that of others at work at the same time
		who = "(process N), at "
	}
	if strings.HasSuffix(r.moment, "command") && !r.timesOut() {
		who = "command on " + r.role + ", at "
	}
	return append([]string{who + wrongAt(t, "acts_test.go", r.kind) + ": ", kind.text}, r.says...)
}

// died returns how the process of the role ends; "" if it lives on. A panic of a goroutine
// that the harness has not started ends it.
func (w wrong) died() string {
	inOwn := slices.Contains([]string{"goroutine", "left-running", "after-return", "over", "last"}, w.moment)
	if inOwn && (w.kind == "panic" || w.kind == "errorf") {
		return "exit status 2"
	}
	return wrongKinds[w.kind].died
}

// isGinkgos reports whether Ginkgo itself notes the failure, which knows no roles.
func (r wrongRun) isGinkgos() bool {
	return r.variant == "in-process" && strings.HasPrefix(r.kind, "recovered-")
}

// timesOut reports whether the spec first fails of a time that is up, and then of what took
// it, when its nodes are stopped.
func (r wrongRun) timesOut() bool {
	return r.kind == "deaf" && !r.boots() && r.moment != "stop" && r.moment != "cleanup"
}

// place returns where [FAIL] says that the guilty spec has failed; "" if that is not known.
func (r wrongRun) place(t *testing.T) string {
	switch {
	case r.isGinkgos() && r.kind == "recovered-panic": // it names a line of Go's library
		return ""
	case r.at != "":
		return wrongAt(t, "guilty_test.go", r.at)
	case r.died() != "" || r.kind == "error", r.timesOut(), r.kind == "race" && r.variant == "in-process":
		return ""
	}
	return wrongAt(t, "acts_test.go", r.kind)
}

// judgeSuite checks that the suite is red, with a text that names the spec and the role.
func (r wrongRun) judgeSuite(v *verdict) {
	v.t.Helper()
	failures := v.suiteFailures()
	if len(failures) != 1 {
		v.t.Errorf("%d nodes around the specs are red, want 1: %q", len(failures), failures)
		return
	}
	kind := wrongKinds[r.kind]
	texts := append([]string{"role " + r.role + " of the spec \"", "suspect guilty\"", kind.text, "rocess"}, r.says...)
	if r.died() != "" {
		texts = append(texts, " died: "+r.died(), "last words of "+r.role)
	}
	for _, text := range texts {
		if !strings.Contains(failures[0], text) {
			v.t.Errorf("want %q in the suite's failure:\n%s", text, failures[0])
		}
	}
}

// suiteFailures returns the failures of the nodes around the specs.
func (v *verdict) suiteFailures() (texts []string) {
	for _, node := range v.suite {
		if node.State.Is(types.SpecStateFailureStates) {
			texts = append(texts, normalWrong(node.Failure.Message))
		}
	}
	return texts
}

// wrongAt returns the place of a line of the suite that ends with a comment.
func wrongAt(t *testing.T, file, comment string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "wrong", file))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasSuffix(line, " // "+comment) {
			return fmt.Sprintf("%s:%d", file, i+1)
		}
	}
	t.Fatalf("%s has no line with the comment %q", file, comment)
	return ""
}
