package mnginkgo_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

// records returns those that a run leaves, by the text of their specs, and fails unless each has a page.
func (w way) records(t *testing.T, kind string, failed int, flags ...string) (map[string]*record.Record, outcome) {
	t.Helper()
	w.tmp = t.TempDir()
	if !slices.ContainsFunc(w.env, func(v string) bool { return strings.HasPrefix(v, "MN_RECORD_DIR=") }) {
		w.env = append(slices.Clone(w.env), "MN_RECORD_DIR="+filepath.Join(w.tmp, "multinode-failures")) // ginkgo has it run elsewhere
	}
	o := w.run(t, kind, flags...)
	if failed > 0 {
		o.failed(failed)
	}
	files, _ := filepath.Glob(filepath.Join(w.tmp, "multinode-failures", "*.json"))
	all := map[string]*record.Record{}
	for _, file := range files {
		r := opened(t, file, record.Read)
		of := opened(t, strings.TrimSuffix(file, "json")+"html", page.Read)
		if of.Spec != r.Spec || len(of.Frames.Sent) != len(r.Frames.Sent) {
			t.Errorf("the page of %q has another record", r.Spec)
		}
		all[r.Spec] = r
	}
	if ignore, err := os.ReadFile(filepath.Join(w.tmp, "multinode-failures", ".gitignore")); len(files) > 0 && string(ignore) != "*\n" {
		t.Errorf("git does not ignore the folder: %q, %v", ignore, err)
	}
	return all, o
}

func TestARecordHasWhatHappened(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, {name: "virtual", words: "virtual"}, children, ginkgo2, isolated} {
		t.Run(w.name, func(t *testing.T) {
			all, o := w.records(t, "recorded", 1)
			r := all["recorded waits for members in vain"]
			if r == nil {
				t.Fatalf("there are %d records", len(all))
			}
			o.shows("      Failed at T s, after waiting").shows("    page: PAGE\n")
			hasHead(t, r)
			hasVerbs(t, r)
			hasLives(t, r)
			hasViews(t, r)
			hasFrames(t, r)
			if b := r.Barriers; len(b) != 3 || b[0].Name != "ready" || b[0].End == nil {
				t.Errorf("barriers %+v", b)
			}
			if op := r.Operations; len(op) != 1 || !op[0].Command || op[0].Role != 2 || op[0].Input != "21" || op[0].Output != "42" || op[0].End == nil {
				t.Errorf("operations %+v", op)
			}
			if !slices.ContainsFunc(r.Log, func(l record.Line) bool { return l.Role == 2 && l.Text == "INFO doubles  n=21" }) {
				t.Errorf("log %+v", r.Log)
			}
		})
	}
}

func hasHead(t *testing.T, r *record.Record) {
	t.Helper()
	f := r.Failure
	if f == nil {
		t.Fatal("there is no failure")
	}
	want := `to have exactly these members up ["a", "b", "c"]`
	if f.Wanted != want || !f.Whole || len(f.Rows) != 3 || f.Rows[2].Role != 2 || f.Waited < 40_000 || f.At < f.Waited || f.At > r.Took {
		t.Errorf("the failure is %+v, after %d", *f, r.Took)
	}
	if !strings.HasPrefix(f.Place, "broken/record_test.go:") || !strings.HasPrefix(r.Place, "broken/record_test.go:") || r.Labels[0] != "partition" {
		t.Errorf("it is at %s, in %s, with labels %q", f.Place, r.Place, r.Labels)
	}
	var about []string
	for _, s := range r.Summary {
		about = append(about, s.About)
	}
	if !slices.Equal(about, []string{"failure", "views", "faults", "silence"}) || !strings.Contains(r.Summary[3].Text, "a and b have not heard each other") {
		t.Errorf("it says %+v", r.Summary)
	}
}

func hasVerbs(t *testing.T, r *record.Record) {
	t.Helper()
	var verbs []string
	last := int64(0)
	for _, v := range r.Verbs {
		verbs = append(verbs, v.Text)
		if v.End == nil || *v.End < v.At || v.At < last {
			t.Errorf("verb %+v", v)
		}
		last = v.At
	}
	if want := []string{"start(a, b, c)", "crash(c)", "restart: start(c)", "split(a | b, c)", "heal(a, c)"}; !slices.Equal(verbs, want) {
		t.Errorf("verbs %q", verbs)
	}
	if len(r.Faults) != 1 {
		t.Fatalf("faults %+v", r.Faults)
	}
	f := r.Faults[0]
	ended := map[[2]int]bool{}
	for _, l := range f.Links {
		ended[[2]int{l.From, l.To}] = l.End != nil
	}
	want := map[[2]int]bool{{0, 1}: false, {1, 0}: false, {0, 2}: true, {2, 0}: true}
	if f.Kind != record.Cut || f.End != nil || f.Bites == 0 || !maps.Equal(ended, want) || !strings.Contains(f.Place, "record_test.go:") {
		t.Errorf("the fault is %+v", f)
	}
}

func hasLives(t *testing.T, r *record.Record) {
	t.Helper()
	var lives []string
	for _, l := range r.Lives {
		if l.Role == 2 && l.At <= r.Failure.At {
			lives = append(lives, fmt.Sprint(l.State, l.Incarnation))
		}
	}
	if want := []string{"booting1", "running1", "crashed1", "booting2", "running2"}; !slices.Equal(lives, want) {
		t.Errorf("the lives of c are %q", lives)
	}
}

// hasViews checks that each node saw a cluster of three, a and b saw each other unreachable after the split, and none was polled.
func hasViews(t *testing.T, r *record.Record) {
	t.Helper()
	whole, apart := map[int]bool{}, map[[2]int]bool{}
	for _, v := range r.Views {
		if v.Polled || v.Leader == nil {
			t.Errorf("view %+v", v)
		}
		up := 0
		for _, m := range v.Members {
			if m.Status == "up" && !m.Unreachable {
				up++
			}
			if m.Unreachable && v.At > r.Faults[0].At {
				apart[[2]int{v.Role, m.Role}] = true
			}
		}
		whole[v.Role] = whole[v.Role] || up == 3
	}
	if len(whole) != 3 || !whole[0] || !whole[1] || !whole[2] || !apart[[2]int{0, 1}] {
		t.Errorf("whole %v, apart %v", whole, apart)
	}
}

// hasFrames checks that frames come after they were sent, that those that were cut were lost while the cut was on, and that
// none is missing.
func hasFrames(t *testing.T, r *record.Record) {
	t.Helper()
	f, n := r.Frames, len(r.Roles)
	delivered, lost := map[int]uint64{}, map[int]uint64{}
	sent := int64(0)
	kinds := map[string]bool{}
	for i := range f.Sent {
		sent += f.Sent[i]
		kinds[f.Kinds[f.Kind[i]]] = true
		switch fate := f.Fates[f.Fate[i]]; fate {
		case "delivered":
			delivered[f.Link[i]]++
		case "waiting":
		default:
			lost[f.Link[i]]++
			cut := r.Faults[0]
			if at := sent + f.Took[i]; fate == record.Cut && at < cut.At {
				t.Errorf("a frame on link %d was cut at %d, and the cut began at %d", f.Link[i], at, cut.At)
			}
		}
		if f.Fate[i] != record.Waiting && f.Took[i] < 0 {
			t.Errorf("frame %d ended before it was sent", i)
		}
	}
	for _, l := range r.Links {
		dropped := uint64(0)
		for _, frames := range l.Dropped {
			dropped += frames
		}
		if link := l.From*n + l.To; delivered[link] != l.Delivered || lost[link] != dropped {
			t.Errorf("link %d has %d delivered and %d lost, of %+v", link, delivered[link], lost[link], l)
		}
	}
	links := slices.DeleteFunc(slices.Clone(r.Links), func(l record.Link) bool { return l.From == l.To })
	if len(links) != 6 || !kinds["/cluster heartbeat"] || r.LeftOut.Frames != 0 {
		t.Errorf("%d links, kinds %v, left out %+v", len(links), kinds, r.LeftOut)
	}
}

func TestAViewIsRecordedWhenItChangesOrIsPolled(t *testing.T) {
	t.Parallel()
	eachWay(t, "lamps", []way{inProcess, children}, func(t *testing.T, o outcome) { o.failed(1) })
	all, _ := inProcess.records(t, "lamps", 1)
	r := all["lamps see who leads"]
	if r == nil {
		t.Fatal("there is no record")
	}
	var seen []string
	for _, v := range r.Views {
		if v.At <= r.Failure.At {
			seen = append(seen, fmt.Sprint(r.Roles[v.Role], " ", *v.Leader, " ", v.Polled, " ", v.Mute))
		}
	}
	slices.Sort(seen)
	if want := []string{"polled -1 true true", "polled 1 true true", "told -1 false true", "told 0 false true"}; !slices.Equal(seen, want) {
		t.Errorf("got %q", seen)
	}
}

func TestAnInvariantFailsItsSpecWhenItIsBroken(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, {name: "virtual", words: "virtual"}, children} {
		t.Run(w.name, func(t *testing.T) {
			all, o := w.records(t, "never", 2)
			o.shows("[FAILED] always one leader: ").shows(`[FAILED] Always("nothing"): the function is nil`)
			r := all["never has two leaders"]
			if r == nil {
				t.Fatal("there is no record")
			}
			if r.Failure.At < r.Faults[0].At || r.Failure.At > r.Faults[0].At+1_000_000 || r.Took > 5_000_000 {
				t.Errorf("it failed at %d, and was over at %d", r.Failure.At, r.Took)
			}
			if last := r.Verbs[len(r.Verbs)-1].Text; last != "isolate(a)" && last != "heal all" {
				t.Errorf("the last verb is %s", last)
			}
		})
	}
}

func TestAStallShowsItsGoroutines(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children} {
		t.Run(w.name, func(t *testing.T) {
			w.env = []string{"MN_BARRIER_TIMEOUT=200ms", "MN_BOOT_TIMEOUT=200ms"}
			all, o := w.records(t, "stalls", 3)
			for spec, what := range map[string]string{
				"stalls in a command": "a command on b", "stalls in a spec": "the spec", "stalls at a barrier": `the barrier "ready"`,
			} {
				o.shows("    goroutines when " + what + " timed out\n")
				r := all[spec]
				if r == nil || len(r.Stalls) != 1 || r.Stalls[0].What != what {
					t.Fatalf("%s: %+v", spec, r)
				}
				isAt := func(g record.Goroutines) bool {
					return slices.Equal(g.Roles, []int{1}) && g.Count == 1 && strings.Contains(g.Stack, "waitForOthers")
				}
				if !slices.ContainsFunc(r.Stalls[0].Where, isAt) {
					t.Errorf("%s: b is not there: %+v", spec, r.Stalls[0].Where)
				}
			}
			all, o = w.records(t, "stalled-boot", 1)
			o.shows("    goroutines when the boot of ").shows("the boot-timeout")
			for _, r := range all {
				if len(r.Stalls) == 0 || // the first boot that fails may end the other
					!strings.Contains(r.Stalls[0].Where[0].Stack, "waitForOthers") {
					t.Errorf("stalls %+v", r.Stalls)
				}
			}
		})
	}
}

func TestWhichSpecsLeaveAPage(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{"failed": 0, "always": 1, "never": 0} {
		w := inProcess
		w.env = []string{"MN_RECORD=" + setting}
		if all, o := w.records(t, "fine", 0); len(all) != want || o.code != 0 {
			t.Errorf("%s: a spec that passes leaves %d records, and the run %d", setting, len(all), o.code)
		}
		want = 1
		if setting == "never" {
			want = 0
		}
		if all, _ := w.records(t, "members", 1); len(all) != want {
			t.Errorf("%s: a spec that fails leaves %d records", setting, len(all))
		}
	}
	w := inProcess
	w.env = []string{"MN_RECORD_DIR=/dev/null/x"}
	_, o := w.records(t, "members", 1)
	o.shows("    page: there is none: record-dir: mkdir /dev/null")
}

// opened returns what a file has.
func opened[R any](t *testing.T, file string, read func(f io.Reader) (R, error)) R {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := read(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

func TestFramesAreOfTheKindsThatTheUserNames(t *testing.T) {
	t.Parallel()
	all, _ := inProcess.records(t, "kinds", 1)
	r := all["kinds are named"]
	if r == nil {
		t.Fatal("there is no record")
	}
	kinds := map[string]bool{}
	for i, k := range r.Frames.Kind {
		kinds[fmt.Sprint(r.Roles[r.Frames.Link[i]/len(r.Roles)], ": ", r.Frames.Kinds[k])] = true
	}
	if !kinds["a: long"] || !kinds["b: /cluster join"] || kinds["b: long"] {
		t.Errorf("got %v", kinds)
	}
}

func TestAPageShowsARunThatPassed(t *testing.T) {
	t.Parallel()
	for kind, w := range map[string]way{"unsure": inProcess, "unlucky-once": {name: "virtual", words: "virtual", env: []string{"MN_SHRINK=off"}}} {
		t.Run(kind, func(t *testing.T) {
			w.tmp = t.TempDir()
			w.run(t, kind)
			pages, _ := filepath.Glob(filepath.Join(w.tmp, "multinode-failures", "*.html"))
			pages = slices.DeleteFunc(pages, func(file string) bool { return filepath.Base(file) == "index.html" })
			if len(pages) != 1 {
				t.Fatalf("there are %q", pages)
			}
			bad := opened(t, pages[0], page.Read)
			good := opened(t, pages[0], page.ReadBeside)
			if bad.State != "failed" || good == nil || good.State != "passed" || good.Spec != bad.Spec || len(good.Frames.Sent) == 0 {
				t.Errorf("it shows %+v beside %+v", good, bad)
			}
		})
	}
	w := inProcess
	w.env = []string{"MN_RECORD=always", "MN_RECORD_DIR=" + t.TempDir()} // an earlier run of the suite
	w.run(t, "sometimes", "-ginkgo.seed=1")
	w.env = append(w.env, "MN_BROKEN_NOW=1")
	w.run(t, "sometimes", "-ginkgo.seed=1").failed(1).shows("      Unlike the run that passed: after start(a, b), the spec did crash(b)")
}

func TestAnIndexListsTheSpecsOfARun(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, ginkgo2} {
		t.Run(w.name, func(t *testing.T) {
			w.tmp = t.TempDir()
			folder := filepath.Join(w.tmp, "multinode-failures")
			w.env = []string{"MN_RECORD_DIR=" + folder}
			o := w.run(t, "unsure", "-ginkgo.junit-report="+filepath.Join(w.tmp, "junit.xml"))
			if o.code != 0 {
				t.Errorf("exit code %d", o.code)
			}
			x := opened(t, filepath.Join(folder, "index.html"), page.ReadIndex)
			got := map[string]page.Listed{}
			for _, l := range x.Specs {
				got[l.Spec] = l
			}
			flaky, plain := got["unsure passes in the end"], got["unsure passes"]
			if len(x.Specs) != 2 || flaky.Outcome() != "flaky" || flaky.Attempts != 2 || flaky.Page == "" || plain.Outcome() != "passed" || plain.Page != "" {
				t.Errorf("got %+v", x.Specs)
			}
			if !slices.Equal(plain.Idle, []string{"mtu(a, b: mtu 1500)"}) || !slices.Equal(plain.Roles, []string{"a", "b"}) || plain.Variant == "" || plain.Took == 0 {
				t.Errorf("got %+v", plain)
			}
			junit, err := os.ReadFile(filepath.Join(w.tmp, "junit.xml"))
			if want := "[[ATTACHMENT|" + filepath.Join(folder, flaky.Page) + "]]"; err != nil || !strings.Contains(string(junit), want) {
				t.Errorf("no %s in %s, %v", want, junit, err)
			}
		})
	}
}
