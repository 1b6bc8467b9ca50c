package guide_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestTheShellCommandsOfTheGuideSucceed(t *testing.T) {
	rewrite(t, "runs in ", func(t *testing.T, b block, dir string) string {
		strict := strings.ReplaceAll(b.text, "-ginkgo.focus=", "-ginkgo.fail-on-empty -ginkgo.focus=")
		if out, err := shell(t, dir, strict); err != nil {
			t.Errorf("%s: %v\n%s", b, err, out)
		}
		return b.text
	})
}

func TestWhatTheGuideShowsIsPrinted(t *testing.T) {
	rewrite(t, "prints in ", func(t *testing.T, b block, what string) string {
		dir, command, _ := strings.Cut(what, ": ")
		out, err := shell(t, dir, command)
		if err != nil {
			t.Fatalf("%s: %v\n%s", b, err, out)
		}
		return excerpt(t, b, out)
	})
}

func TestTheFailuresOfTheGuideArePrinted(t *testing.T) {
	rewrite(t, "fails in ", func(t *testing.T, b block, what string) string {
		dir, command, _ := strings.Cut(what, ": ")
		out, err := shell(t, dir, command)
		if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) {
			t.Fatalf("%s: %q has not failed: %v\n%s", b, command, err, out)
		}
		return excerpt(t, b, out)
	})
}

// modules is where Go keeps those that it has downloaded.
var modules = regexp.MustCompile(`[^\s(]+/pkg/mod/`)

// shell runs commands in a folder below this one, and returns what they print. The folder of this package is called
// /guide there, and that of the module /multinode, as a chapter is not to depend on where it was made.
func shell(t *testing.T, dir, commands string) (string, error) {
	t.Helper()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", compiled(t, dir, commands))
	run.Dir = dir
	temp := t.TempDir()
	run.Env = append(environment(), "TMPDIR="+temp)
	out, err := run.CombinedOutput()
	root := filepath.Join(here, "..", "..", "..")
	text := strings.NewReplacer(here, "/guide", root, "/multinode", temp, "/tmp").Replace(string(out))
	return modules.ReplaceAllString(text, "/go/pkg/mod/"), err
}

var (
	compiling sync.Mutex
	suites    = map[string]string{} // the binary of a suite, by its folder and tags
)

var goTest = regexp.MustCompile(`go test (-tags=fails )?\. `)

// compiled returns the commands with the binary of the suite in place of each "go test .", which would link it each time.
func compiled(t *testing.T, dir, commands string) string {
	t.Helper()
	return goTest.ReplaceAllStringFunc(commands, func(command string) string {
		compiling.Lock()
		defer compiling.Unlock()
		if suites[dir+command] == "" {
			binary := filepath.Join(binaries, fmt.Sprint(len(suites))+".test")
			build := exec.CommandContext(t.Context(), "bash", "-c", strings.Replace(command, "go test", "go test -c -o "+binary, 1))
			build.Dir = dir
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, out)
			}
			suites[dir+command] = binary
		}
		return suites[dir+command] + " "
	})
}

var binaries string // a folder

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "guide"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(binaries); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// environment is that of this process without its settings of multinode, so that a chapter does not depend on how it is run.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MN_") || strings.HasPrefix(v, "GOFLAGS=") })
	return append(env, "GINKGO_NO_COLOR=TRUE")
}

// elided stands for any number of lines.
const elided = "..."

// excerpt returns the block, if its lines were printed, one right after another but for elisions. If not, it fails the
// test, or, to update, returns what was printed instead: between two elisions from the line that is the first there to the
// one that is the last. An empty block gets all.
func excerpt(t *testing.T, b block, out string) string {
	t.Helper()
	printed := strings.Split(strings.TrimRight(out, "\n"), "\n")
	if b.text == "" {
		return strings.Join(printed, "\n") + "\n"
	}
	var now []string
	for i, part := range parts(b.text) {
		if i > 0 {
			now = append(now, part.elision)
		}
		if len(part.lines) == 0 {
			continue
		}
		lines := part.lines
		from, to := find(lines, printed)
		if from < 0 && *update {
			if from, to = anchor(lines, printed); from >= 0 {
				lines = printed[from:to]
			}
		}
		if from < 0 {
			t.Fatalf("%s: this was not printed, or not in this order:\n%s\nbut:\n%s", b, strings.Join(lines, "\n"), out)
		}
		now, printed = append(now, lines...), printed[to:]
	}
	return strings.Join(now, "\n") + "\n"
}

// part is what stands between two elisions; elision is the line before it.
type part struct {
	elision string
	lines   []string
}

func parts(text string) []part {
	all := []part{{}}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.TrimSpace(line) == elided {
			all = append(all, part{elision: line})
			continue
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, line)
	}
	return all
}

// find returns where the lines were printed, one right after another, and the line after them, or -1. A sentence may have been
// printed in other lines, as what differs in it is longer or shorter.
func find(lines, printed []string) (from, to int) {
	for i := range len(printed) - len(lines) + 1 {
		if slices.EqualFunc(lines, printed[i:i+len(lines)], same) {
			return i, i + len(lines)
		}
	}
	want := mask(strings.Join(lines, " "))
	for i := range printed {
		for n := max(1, len(lines)-2); n <= len(lines)+2 && i+n <= len(printed); n++ {
			if mask(strings.Join(printed[i:i+n], " ")) == want {
				return i, i + n
			}
		}
	}
	return -1, 0
}

// anchor returns where the first of the lines was printed, and the line after the last, whatever is between them now.
// It returns -1 if one of the two was not.
func anchor(lines, printed []string) (from, to int) {
	is := func(line string) func(string) bool {
		return func(p string) bool {
			return lineNumber.ReplaceAllString(mask(p), "") == lineNumber.ReplaceAllString(mask(line), "")
		}
	}
	from = slices.IndexFunc(printed, is(lines[0]))
	if from < 0 {
		return -1, 0
	}
	n := slices.IndexFunc(printed[from:], is(lines[len(lines)-1]))
	if n < 0 {
		return -1, 0
	}
	return from, from + n + 1
}

var lineNumber = regexp.MustCompile(`\.go:\d+`)

func same(a, b string) bool { return mask(a) == mask(b) }

// masks are what differs from one run to the next: times, seeds, process ids, addresses, temporary paths, ports, counts of frames and tries, and
// how far columns are apart.
var masks = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(/multinode/\S+\.go):\d+`), "$1:LINE"},
	{regexp.MustCompile(`page: \S+/multinode-failures/\S+`), "page: PAGE"},
	{regexp.MustCompile(`met by (\d+|one|no) frames?`), "met by N frames"},
	{regexp.MustCompile(`@ \d+/\d+/\d+ [\d:.]+`), "@ TIME"},
	{regexp.MustCompile(`(?i)(seed[ :=]*)\d+`), "${1}SEED"},
	{regexp.MustCompile(`\b\d+\.\d{6}\b`), "TIME"},
	{regexp.MustCompile(`\d+(\.\d+)? ?(µs|ms|s|seconds)\b`), "TIME"},
	{regexp.MustCompile(`\b(\d+[hm])+TIME`), "TIME"},
	{regexp.MustCompile(`(process|process id|pid) \d+`), "$1 PID"},
	{regexp.MustCompile(`0x[0-9a-f]+`), "ADDRESS"},
	{regexp.MustCompile(`/tmp/[^\s:]*`), "PATH"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`\d+ (delivered|dropped|delayed)`), "N $1"},
	{regexp.MustCompile(`\d+ tries`), "N tries"},
	{regexp.MustCompile(`\s+`), " "},
}

// scheduled is a line of a schedule, whose times are those that were written or drawn.
var scheduled = regexp.MustCompile(`^ *[\d.]+m?s for [\d.]+m?s: `)

func mask(line string) string {
	if scheduled.MatchString(line) {
		return strings.TrimSpace(line)
	}
	for _, m := range masks {
		line = m.pattern.ReplaceAllString(line, m.with)
	}
	return strings.TrimSpace(line)
}
