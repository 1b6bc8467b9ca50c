package mnginkgo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
)

// wrongSuite returns the suite of testdata/wrong, and wrongRaceSuite the one that looks for
// data races whatever this test does.
var (
	wrongSuite     = sync.OnceValues(func() (string, error) { return buildWrong("wrong.test", raceFlag()) })
	wrongRaceSuite = sync.OnceValues(func() (string, error) {
		if raceFlag() == "-race=true" {
			return wrongSuite()
		}
		return buildWrong("wrong-race.test", "-race=true")
	})
)

func buildWrong(name, race string) (string, error) {
	built.Store(true)
	dir, err := tools()
	if err != nil {
		return "", err
	}
	suite := filepath.Join(dir, name)
	if out, err := exec.Command("go", "test", "-c", race, "-o", suite, "./testdata/wrong").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go test -c ./testdata/wrong: %w\n%s", err, out)
	}
	return suite, nil
}

// wrongRun is one run of the suite.
type wrongRun struct {
	wrong
	variant string
	procs   int    // of ginkgo; 0 is go test
	layout  string // "ordered" or "spread"
	seed    int
}

// asked is what MN_WRONG says.
func (r wrongRun) asked() string {
	return strings.Join([]string{r.kind, r.moment, r.variant, r.role, r.layout}, " ")
}

// command is for people who want to see it with their own eyes.
func (r wrongRun) command() string {
	set := strings.Join(append(slices.Clone(r.env), fmt.Sprintf("MN_WRONG=%q", r.asked())), " ")
	race := ""
	if r.kind == "race" {
		race = "-race "
	}
	if r.procs == 0 {
		return fmt.Sprintf("%s go test %s./mnginkgo/testdata/wrong -ginkgo.randomize-all -ginkgo.seed=%d", set, race, r.seed)
	}
	return fmt.Sprintf("%s go tool ginkgo %s-procs=%d --randomize-all --seed=%d ./mnginkgo/testdata/wrong", set, race, r.procs, r.seed)
}

// verdict is what the run has found.
type verdict struct {
	outcome
	whole   bool // it has a report of all specs
	printed string
	specs   []types.SpecReport
	suite   []types.SpecReport // the nodes around them
}

func (r wrongRun) run(t *testing.T) verdict {
	t.Helper()
	build := wrongSuite
	if r.kind == "race" {
		build = wrongRaceSuite
	}
	suite, err := build()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	cmd := exec.Command(suite, "-ginkgo.no-color", "-ginkgo.randomize-all", fmt.Sprintf("-ginkgo.seed=%d", r.seed), "-ginkgo.json-report=report.json")
	if r.procs > 0 {
		cmd = exec.Command(filepath.Join(filepath.Dir(suite), "ginkgo"), "--no-color", "--randomize-all", fmt.Sprintf("--seed=%d", r.seed),
			fmt.Sprintf("--procs=%d", r.procs), "--json-report=report.json", "--output-dir="+tmp, suite)
	}
	b := &broken{t: t, cmd: cmd, output: &syncBuffer{}, tmp: tmp, mark: "MN_TEST_RUN=" + t.TempDir()}
	cmd.Dir = tmp
	cmd.Env = append(append(os.Environ(), "MN_WRONG="+r.asked(), "TMPDIR="+tmp, b.mark), r.env...)
	cmd.Stdout, cmd.Stderr = b.output, b.output
	inOwnGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	tooLong := time.AfterFunc(runLimit, func() { _ = cmd.Process.Kill() })
	err = cmd.Run()
	if !tooLong.Stop() {
		t.Errorf("the run took more than %v", runLimit)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	b.leavesNothing()
	v := verdict{outcome: outcome{t, cmd.ProcessState.ExitCode(), normalWrong(b.output.String())}, printed: b.output.String()}
	v.read(tmp)
	return v
}

// normalWrong takes out of a text what differs from run to run, and all that only shows how
// it is laid out.
func normalWrong(text string) string {
	text = normal(strings.ReplaceAll(text, folder+"/testdata/wrong/", ""))
	return strings.Join(strings.Fields(text), " ")
}

// read reads Ginkgo's report. If one of its processes has ended early there is none of
// the others' specs, and the notes that the suite itself has made are read.
func (v *verdict) read(tmp string) {
	v.t.Helper()
	var reports []types.Report
	if data, err := os.ReadFile(filepath.Join(tmp, "report.json")); err == nil {
		_ = json.Unmarshal(data, &reports) // it is empty then
	}
	for _, report := range reports {
		for _, spec := range report.SpecReports {
			if spec.LeafNodeType.Is(types.NodeTypeIt) {
				v.whole = true
				v.specs = append(v.specs, spec)
			} else {
				v.suite = append(v.suite, spec)
			}
		}
	}
	if v.whole {
		return
	}
	notes, _ := filepath.Glob(filepath.Join(tmp, "specs-*"))
	for _, note := range notes {
		data, err := os.ReadFile(note)
		if err != nil {
			v.t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var spec types.SpecReport
			if err := json.Unmarshal(line, &spec); err != nil {
				v.t.Fatal(err)
			}
			v.specs = append(v.specs, spec)
		}
	}
}

// red returns the names of specs that have failed, and guilty the report of the guilty one.
func (v *verdict) red() (names []string) {
	for _, spec := range v.specs {
		if spec.State.Is(types.SpecStateFailureStates) {
			names = append(names, spec.FullText())
		}
	}
	return names
}

func (v *verdict) guilty() types.SpecReport {
	i := slices.IndexFunc(v.specs, func(s types.SpecReport) bool { return s.LeafNodeText == "guilty" })
	if i < 0 {
		return types.SpecReport{}
	}
	return v.specs[i]
}
