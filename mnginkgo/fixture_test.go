package mnginkgo_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The tests of failing runs build testdata/broken once and run it as a user would:
// as go test does, and with the ginkgo command.

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := tools(); err == nil && dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// tools returns the folder with broken.test and ginkgo.
var tools = sync.OnceValues(func() (string, error) {
	if !built.Load() {
		return "", nil // no test needed them
	}
	if err := readSources(); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "failing-*")
	if err != nil {
		return "", err
	}
	for _, build := range [][]string{
		{"test", "-c", raceFlag(), "-o", filepath.Join(dir, "broken.test"), "./testdata/broken"},
		{"build", "-o", filepath.Join(dir, "ginkgo"), "github.com/onsi/ginkgo/v2/ginkgo"},
	} {
		if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
			return dir, fmt.Errorf("go %s: %w\n%s", strings.Join(build, " "), err, out)
		}
	}
	return dir, nil
})

// raceFlag has the tools look for data races if this test does.
func raceFlag() string {
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return "-race=true"
	}
	return "-race=false"
}

var built atomic.Bool // some test asked for the tools

// readSources has go test know what the tools are made of. It keeps the result of a
// test until something changes that the test itself is made of, or has looked at.
func readSources() error {
	return filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			_, err = os.Stat(path)
		}
		return err
	})
}

// way is one way to run the broken suite.
type way struct {
	name  string
	procs int    // of ginkgo; 0 is go test
	words string // for MN_BROKEN
	suite string // the test binary; "" for that of broken as it is

	settings string   // the ginkgo.yml of the suite's folder, if any
	env      []string // in addition
	tmp      string   // for what it keeps on disk; "" for one of its own
}

var (
	inProcess = way{name: "in one process"}
	children  = way{name: "with children", words: "parallel"}
	ginkgo2   = way{name: "on two Ginkgo processes", procs: 2, words: "parallel"}
	ginkgo3   = way{name: "on three Ginkgo processes", procs: 3, words: "parallel"}
	isolated  = way{name: "isolated", words: "isolated"}
	isolated2 = way{name: "isolated, on two Ginkgo processes", procs: 2, words: "isolated"}
	everyWay  = []way{inProcess, children, ginkgo2}
)

// outcome is what a run left behind.
type outcome struct {
	t    *testing.T
	code int
	text string // without what differs from run to run
}

// eachWay runs a kind in several ways, with -short in one of them, and has check look at each outcome.
func eachWay(t *testing.T, kind string, ways []way, check func(*testing.T, outcome)) {
	t.Helper()
	if testing.Short() {
		ways = ways[len(kind)%len(ways):][:1]
	}
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { check(t, w.run(t, kind)) })
	}
}

// run runs a kind of broken suite and checks that nothing of it is left.
func (w way) run(t *testing.T, kind string, flags ...string) outcome {
	t.Helper()
	r := w.start(t, kind, flags...)
	return r.wait()
}

// broken is a run under way.
type broken struct {
	t      *testing.T
	cmd    *exec.Cmd
	output *syncBuffer
	tmp    string
	mark   string // in the environment of all its processes
}

func (w way) start(t *testing.T, kind string, flags ...string) *broken {
	t.Helper()
	var dir string
	suite := w.suite
	if suite == "" || w.procs > 0 {
		built.Store(true)
		var err error
		if dir, err = tools(); err != nil {
			t.Fatal(err)
		}
		suite = cmp.Or(suite, filepath.Join(dir, "broken.test"))
	}
	cmd := exec.Command(suite, append([]string{"-ginkgo.no-color"}, flags...)...)
	if w.procs > 0 {
		for i, flag := range flags {
			flags[i] = strings.Replace(flag, "-ginkgo.", "--", 1)
		}
		args := append([]string{"--no-color", fmt.Sprintf("-procs=%d", w.procs)}, flags...)
		cmd = exec.Command(filepath.Join(dir, "ginkgo"), append(args, suite)...)
	}
	b := &broken{t: t, cmd: cmd, output: &syncBuffer{}, tmp: w.tmp}
	if b.tmp == "" {
		b.tmp = t.TempDir()
	}
	b.mark = "MN_TEST_RUN=" + t.TempDir() // no other has that name
	cmd.Dir = b.tmp
	cmd.Env = append(os.Environ(), "MN_BROKEN="+kind+" "+w.words, "TMPDIR="+b.tmp, b.mark)
	cmd.Env = append(cmd.Env, w.env...)
	cmd.Stdout, cmd.Stderr = b.output, b.output
	if w.settings != "" {
		writeSettings(t, b.tmp, w.settings)
	}
	inOwnGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return b
}

// runLimit is more than any broken suite takes, on a busy machine too.
const runLimit = 50 * time.Second

func (b *broken) wait() outcome {
	b.t.Helper()
	tooLong := time.AfterFunc(runLimit, func() { _ = b.cmd.Process.Kill() })
	err := b.cmd.Wait()
	if !tooLong.Stop() {
		b.t.Errorf("the run took more than %v", runLimit)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	o := outcome{b.t, b.cmd.ProcessState.ExitCode(), normal(b.output.String())}
	o.hides("DATA RACE")
	b.leavesNothing()
	if b.t.Failed() {
		b.t.Logf("the run printed:\n%s", o.text)
	}
	return o
}

// leavesNothing checks that neither process nor folder of the run is left.
func (b *broken) leavesNothing() {
	b.t.Helper()
	left, _ := filepath.Glob(filepath.Join(b.tmp, "multinode-*"))
	if left = slices.DeleteFunc(left, func(path string) bool { return filepath.Base(path) == "multinode-failures" }); len(left) > 0 {
		b.t.Errorf("the run left %q behind", left)
	}
	var alive []string
	for range 200 { // children see their broker go, and then end
		if alive = processesWith(b.mark); len(alive) == 0 {
			return
		}
		<-time.After(10 * time.Millisecond) // another process says no more than its end
	}
	b.t.Errorf("the run left processes behind: %q", alive)
}

// processesWith returns the ids of the processes with a line in their environment,
// on systems that tell.
func processesWith(line string) (ids []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environ, err := os.ReadFile(file)
		if err == nil && bytes.Contains(environ, []byte(line+"\x00")) {
			ids = append(ids, filepath.Base(filepath.Dir(file)))
		}
	}
	return ids
}

var (
	folder  = func() string { dir, _ := os.Getwd(); return dir }()
	varying = []struct {
		pattern *regexp.Regexp
		by      string
	}{
		{regexp.MustCompile(`\x1b\[[0-9;]*m`), ""},
		{regexp.MustCompile(regexp.QuoteMeta(folder + "/testdata/broken/")), ""},
		{regexp.MustCompile(regexp.QuoteMeta(folder) + `/(\w+\.go):\d+`), "mnginkgo/$1"},
		{regexp.MustCompile(` @ \d\d/\d\d/\d\d [0-9:.]+`), ""},
		{regexp.MustCompile(`\(process (id )?\d+\)`), "(process N)"},
		{regexp.MustCompile(`after process \d+`), "after process N"},
		{regexp.MustCompile(`(?m)^ +\d+\.\d+ms  `), "          Tms  "},
		{regexp.MustCompile(`\d+\.\d+(s\b|ms\b| seconds| s\b)`), "T$1"},
		{regexp.MustCompile(`(?m)^( +page: ).*/multinode-failures/.*`), "${1}PAGE"},
		{regexp.MustCompile(`differs is number \d+`), "differs is number N"},
		{regexp.MustCompile(`for \d+ms`), "for Tms"},
		{regexp.MustCompile(`waited \d+ms`), "waited Tms"},
		{regexp.MustCompile(` \| 0x[0-9a-f]+`), ""},
		{regexp.MustCompile(`(?m)^(\s+)github\.com/7aca83c2/multinode/`), "$1"},
		{regexp.MustCompile(`\(0x[^)]*\)|\(\{0x[^)]*\)`), "(...)"},
		{regexp.MustCompile(` \+0x[0-9a-f]+`), ""},
		{regexp.MustCompile(`goroutine \d+`), "goroutine N"},
		{regexp.MustCompile(`(?m)[ \t]+$`), ""},
	}
)

// normal takes out of a text what differs from run to run.
func normal(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.by)
	}
	return text
}

// failed checks the exit code of a run that ginkgo and go test must count as failed.
func (o outcome) failed(specs int) outcome {
	o.t.Helper()
	if o.code != 1 {
		o.t.Errorf("exit code %d, want 1", o.code)
	}
	want := fmt.Sprintf("| %d Failed |", specs)
	if specs > 0 && !strings.Contains(o.text, want) {
		o.t.Errorf("want %q in:\n%s", want, o.text)
	}
	return o
}

// shows checks that the text has these lines, wherever; a line "..." stands for any
// number of lines.
func (o outcome) shows(lines string) outcome {
	o.t.Helper()
	pattern := regexp.QuoteMeta(strings.Trim(lines, "\n"))
	pattern = regexp.MustCompile(`(?m)^[ \t]*\\\.\\\.\\\.\n`).ReplaceAllString(pattern, `(?:.*\n)*?`)
	if !regexp.MustCompile(pattern).MatchString(o.text) {
		o.t.Errorf("want\n%s\nin:\n%s", strings.Trim(lines, "\n"), o.text)
	}
	return o
}

// matches checks that a regular expression matches somewhere.
func (o outcome) matches(pattern string) outcome {
	o.t.Helper()
	if !regexp.MustCompile(pattern).MatchString(o.text) {
		o.t.Errorf("want %s in:\n%s", pattern, o.text)
	}
	return o
}

// hides checks that a text does not occur.
func (o outcome) hides(text string) outcome {
	o.t.Helper()
	if strings.Contains(o.text, text) {
		o.t.Errorf("want no %q in:\n%s", text, o.text)
	}
	return o
}

// at returns the place of a line of the broken suite that has a text in it.
func at(t *testing.T, file, text string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "broken", file))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if strings.Contains(line, text) {
			return fmt.Sprintf("%s:%d", file, i+1)
		}
	}
	t.Fatalf("%s has no line with %q", file, text)
	return ""
}

// syncBuffer is a buffer that may be read while a process writes to it.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
