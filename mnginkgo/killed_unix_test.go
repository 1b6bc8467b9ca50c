//go:build linux || darwin

package mnginkgo_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
)

// TestEachKilledRoleFailsItsSpecAndNoOther runs 40 specs of all kinds while it kills processes
// of their roles at random. MN_KILLS says how often, and MN_KILL_SEED repeats what a run drew,
// as well as the machine lets it.
func TestEachKilledRoleFailsItsSpecAndNoOther(t *testing.T) {
	t.Parallel()
	runs := numberFrom(t, "MN_KILLS", 3)
	for i := range runs {
		w := []way{children, ginkgo2}[i%2]
		t.Run(fmt.Sprintf("%d, %s", i+1, w.name), func(t *testing.T) {
			seed := numberFrom(t, "MN_KILL_SEED", uint64(rand.Uint32()))
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("run again with MN_KILL_SEED=%d", seed)
				}
			})
			w.kills(t, seed)
		})
	}
}

func numberFrom(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(cmp.Or(os.Getenv(variable), fmt.Sprint(otherwise)), 10, 32)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// kills runs the suite while it kills, and looks at what the suite has reported.
func (w way) kills(t *testing.T, seed uint64) {
	t.Helper()
	w.tmp = t.TempDir()
	k := &killer{t: t, marks: t.TempDir(), random: rand.New(rand.NewPCG(seed, 0))}
	k.rest = time.Duration(50+k.random.IntN(400)) * time.Millisecond
	w.env = []string{"MN_MARKS=" + k.marks}
	flags := []string{fmt.Sprintf("-ginkgo.seed=%d", seed), "-ginkgo.randomize-all", "-ginkgo.timeout=40s", "-ginkgo.json-report=report.json"}
	if w.procs > 0 {
		flags = append(flags, "--output-dir="+w.tmp)
	}
	b := w.start(t, "mixed", flags...)
	k.run = b.mark
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		k.work(over)
	}()
	o := b.wait()
	close(over)
	<-ended
	if len(k.hits) == 0 {
		t.Error("nothing was killed")
	}
	r := reportIn(t, w.tmp)
	r.blames(k.hits)
	if failed := r.count(types.SpecStateFailed); failed > 0 {
		o.failed(failed)
	}
	t.Logf("%d kills, %d of %d specs failed", len(k.hits), r.count(types.SpecStateFailed), len(r.specs))
	if t.Failed() {
		t.Logf("killed were %v, and the run printed:\n%s", k.hits, o.text)
	}
}

// hit is the mark of a process that was killed; see testdata/broken.
type hit struct {
	Spec, Role  string
	Incarnation uint64
}

// killer kills processes of roles, and keeps account.
type killer struct {
	t      *testing.T
	marks  string // the folder of the marks
	run    string // in the environment of all processes of the run
	random *rand.Rand
	rest   time.Duration // at most, between two
	hits   []hit
}

// work kills until the run is over, at moments that have nothing to do with what the specs do.
func (k *killer) work(over <-chan struct{}) {
	for wait := time.Duration(0); ; {
		select {
		case <-over:
			return
		case <-time.After(wait):
		}
		longest := k.rest
		if !k.strike() {
			longest = k.rest / 10 // a short look for somebody else
		}
		wait = time.Duration(k.random.Int64N(int64(longest)))
	}
}

// strike kills one process, if it finds one. Its mark is the killer's from the moment it is
// renamed: the process then waits, instead of going on with another spec, and no spec ends
// it, unless another of its processes was killed.
func (k *killer) strike() bool {
	process := k.choose()
	if process == 0 {
		return false
	}
	mark := filepath.Join(k.marks, strconv.Itoa(process))
	if os.Rename(mark, mark+".taken") != nil {
		return false // it has stopped
	}
	data, err := os.ReadFile(mark + ".taken")
	var h hit
	if err = errors.Join(err, json.Unmarshal(data, &h)); err != nil {
		k.t.Error(err)
		return false
	}
	if !k.isOfRun(process) || syscall.Kill(process, syscall.SIGKILL) != nil {
		return false // it has ended, with a spec that has failed
	}
	k.hits = append(k.hits, h)
	return true
}

// choose returns the id of a process that has a mark, or 0.
func (k *killer) choose() int {
	files, err := os.ReadDir(k.marks)
	if err != nil {
		k.t.Error(err)
	}
	var marked []int
	for _, file := range files {
		if process, err := strconv.Atoi(file.Name()); err == nil {
			marked = append(marked, process)
		}
	}
	if len(marked) == 0 {
		return 0
	}
	slices.Sort(marked)
	return marked[k.random.IntN(len(marked))]
}

// isOfRun reports whether a process is one of the run and not another one with its id, on
// systems that tell.
func (k *killer) isOfRun(process int) bool {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", process))
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat("/proc/self")
		return err != nil
	}
	return bytes.Contains(environ, []byte(k.run+"\x00"))
}

// report is what Ginkgo reports of a run.
type report struct {
	t     *testing.T
	specs types.SpecReports
}

// reportIn reads the report of a run, and checks that nothing but specs has failed.
func reportIn(t *testing.T, dir string) *report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	var all []types.Report
	if err = errors.Join(err, json.Unmarshal(data, &all)); err != nil || len(all) != 1 {
		t.Fatalf("%d reports, %v", len(all), err)
	}
	r := &report{t, all[0].SpecReports.WithLeafNodeType(types.NodeTypeIt)}
	if why := all[0].SpecialSuiteFailureReasons; len(why) > 0 {
		t.Errorf("the suite failed: %q", why)
	}
	for _, node := range all[0].SpecReports {
		if node.LeafNodeType != types.NodeTypeIt && node.Failed() {
			t.Errorf("%s failed: %s", node.LeafNodeType, node.Failure.Message)
		}
	}
	if len(r.specs) != 40 {
		t.Errorf("there are %d specs, want 40", len(r.specs))
	}
	return r
}

func (r *report) count(state types.SpecState) int { return r.specs.CountWithState(state) }

// blames checks that what has failed is what was hit, and says so.
func (r *report) blames(hits []hit) {
	r.t.Helper()
	for _, specs := range r.groups() {
		var roles []string
		for _, h := range hits {
			if slices.ContainsFunc(specs, func(s types.SpecReport) bool { return s.FullText() == h.Spec }) {
				roles = append(roles, h.Role)
			}
		}
		r.blamesGroup(specs, roles)
	}
}

// groups returns the specs one by one, but for those of Ordered containers, which share their
// nodes.
func (r *report) groups() (all []types.SpecReports) {
	ordered := map[string]types.SpecReports{}
	for _, spec := range r.specs {
		if !spec.IsInOrderedContainer {
			all = append(all, types.SpecReports{spec})
			continue
		}
		container := strings.Join(spec.ContainerHierarchyTexts, " ")
		ordered[container] = append(ordered[container], spec)
	}
	for _, specs := range ordered {
		all = append(all, specs)
	}
	return all
}

// blamesGroup checks specs of which roles were hit: none fails if there are none, and
// otherwise one, after which the others are skipped.
func (r *report) blamesGroup(specs types.SpecReports, roles []string) {
	r.t.Helper()
	down := false // one has failed
	for _, spec := range specs {
		want := types.SpecStatePassed
		switch {
		case down:
			want = types.SpecStateSkipped
		case spec.State == types.SpecStateFailed && len(roles) > 0:
			down, want = true, types.SpecStateFailed
			r.names(spec, roles)
		}
		if spec.State != want {
			_, all := failureText(spec)
			r.t.Errorf("%q, of which %q were killed, has %s, want %s:\n%s", spec.FullText(), roles, spec.State, want, all)
		}
	}
	if len(roles) > 0 && !down {
		r.t.Errorf("%q, of which %q were killed, did not fail", specs[0].FullText(), roles)
	}
}

// loss matches what is said of a role whose process was killed.
var loss = regexp.MustCompile(`role (\w+) lost its process: (?:child process \(process id \d+\) died: signal: killed)?`)

// names checks that a failed spec says which role was killed, where it says why it failed, and
// of no other role that it was.
func (r *report) names(spec types.SpecReport, roles []string) {
	r.t.Helper()
	why, all := failureText(spec)
	found := loss.FindAllStringSubmatch(why, -1)
	folded := strings.Join(strings.Fields(all), " ") // the account has it in lines
	wrong := slices.DeleteFunc(loss.FindAllStringSubmatch(folded, -1), func(found []string) bool {
		return strings.HasSuffix(found[0], "killed") && slices.Contains(roles, found[1])
	})
	if len(found) == 0 || len(wrong) > 0 {
		r.t.Errorf("%q does not say that it lost one of %q, which were killed, and no other:\n%s", spec.FullText(), roles, all)
	}
}

// failureText returns why a node has failed, and all that it says of it.
func failureText(spec types.SpecReport) (why, all string) {
	why = spec.Failure.Message
	for _, more := range spec.AdditionalFailures {
		why += "\n" + more.Failure.Message
	}
	all = why
	for _, entry := range spec.ReportEntries {
		all += "\n" + entry.Name + "\n" + entry.StringRepresentation()
	}
	return why, all
}
