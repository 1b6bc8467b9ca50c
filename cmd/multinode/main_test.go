package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asCommand has the test binary be the command.
const asCommand = "MULTINODE_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command is the command in a folder.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it serves by mistake
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Dir = dir
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// result runs the command until it ends.
func result(t *testing.T, dir string, args ...string) (code int, out, complaint string) {
	t.Helper()
	c := command(t, dir, args...)
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	if err := c.Run(); c.ProcessState == nil {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

func TestExitCodesAndWhatIsSaid(t *testing.T) {
	dir := tree(t)
	empty := t.TempDir()
	for _, c := range []struct {
		dir, args, out, complaint string // of the latter two, what there is in it
		code                      int
	}{
		{dir, "", "", "usage: multinode <command>", 2},
		{dir, "help", "usage: multinode <command>", "", 0},
		{dir, "report", "", "multinode: there is no command \"report\"\nusage: multinode <command>\n\ncommands:\n  show ", 2},
		{dir, "show -h", "-around time\n", "", 0},
		{dir, "show -all", "", "flag provided but not defined: -all\nmultinode show -h says how", 2},
		{dir, "show -list -text", "", "-list and -text exclude each other", 2},
		{dir, "show -list -trace x", "", "-list and -trace exclude each other", 2},
		{dir, "show -role a", "", "-role needs -text", 2},
		{dir, "show -list -from 1s", "", "-from needs -text", 2},
		{dir, "show -text -from noon", "", "neither seconds nor a duration", 2},
		{dir, "show -text -match (", "", "missing closing )", 2},
		{dir, "show -text -role z", "", "multinode: text: there is no role \"z\": a, b\n", 2},
		{dir, "show -text -kinds noise", "", "there is no kind \"noise\"", 2},
		{empty, "show", "", "there is no record of a failed spec here", 1},
		{empty, "show -list", "", "there is no record of a failed spec here", 1},
		{empty, "show -text nowhere", "", "nowhere", 1},
		{dir, "show -text multinode-failures/secret.txt", "", "multinode-failures/secret.txt is neither a record nor a page", 1},
		{dir, "show -trace no/such/folder", "", "no/such/folder", 1},
	} {
		code, out, complaint := result(t, c.dir, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.out) || (c.out == "") != (out == "") || !strings.Contains(complaint, c.complaint) || (c.complaint == "") != (complaint == "") {
			t.Errorf("%q ends with %d, and says\n%s%s", c.args, code, out, complaint)
		}
	}
}

func TestList(t *testing.T) {
	code, out, complaint := result(t, tree(t), "show", "-list")
	want := `2030-01-02 03:04:06  failed    two
    Failed at 0.004 s: no
    suites/y/multinode-failures/20300102-030406.500-p2-two.json
2030-01-02 03:04:05  failed    one
    Failed at 0.004 s: no
    suites/x/multinode-failures/20300102-030405.000-p1-one.json
2030-01-02 03:04:04  failed    three
    Failed at 0.004 s: no
    multinode-failures/below/20300102-030404.000-p1-page-alone.html
`
	if code != 0 || filepath.ToSlash(out) != want || complaint != "" {
		t.Errorf("it ends with %d and says\n%s%s", code, out, complaint)
	}
}

func TestText(t *testing.T) {
	dir := tree(t)
	const head = `failed  two
  - Failed at 0.004 s: no
  roles     a, b
  run       virtual, 5 ms from 2000-01-01 00:00:00 on, seed 9 of --seed=0

`
	const columns = "    seconds  what       who   which\n"
	for args, want := range map[string]string{
		"show -text": columns + `   0.000100  verb       spec  start(a, b), took 0.2 ms
   0.000200  life       a     running
   0.003000  life       b     crashed
   0.004000  failure    spec  no
`,
		"show suites -text -around 1ms":              columns + "   0.003000  life       b     crashed\n   0.004000  failure    spec  no\n",
		"show -text -from 0.0001 -to 200us":          columns + "   0.000100  verb       spec  start(a, b), took 0.2 ms\n   0.000200  life       a     running\n",
		"show -text -role a -kinds life,barrier":     "    seconds  what       who  which\n   0.000200  life       a    running\n",
		"show -text -frames -link a>b -match ^frame": "    seconds  what       who  which\n   0.000500  frame      a>b  57 bytes, took 0.009 ms\n",
		"show -text -kinds life -frames -from .0004": "    seconds  what       who  which\n   0.000500  frame      a>b  57 bytes, took 0.009 ms\n   0.003000  life       b    crashed\n",
	} {
		if code, out, complaint := result(t, dir, strings.Fields(args)...); code != 0 || out != head+want || complaint != "" {
			t.Errorf("%q ends with %d and says\n%s%s", args, code, out, complaint)
		}
	}
	_, out, _ := result(t, dir, "show", "-text", "multinode-failures/below/20300102-030404.000-p1-page-alone.html")
	if !strings.HasPrefix(out, "failed  three\n") {
		t.Errorf("of a page alone it says\n%s", out)
	}
}

func TestTrace(t *testing.T) {
	dir := tree(t)
	code, out, complaint := result(t, dir, "show", "-trace", "out.json")
	written, err := os.ReadFile(filepath.Join(dir, "out.json"))
	if code != 0 || err != nil || complaint != "" || !strings.HasPrefix(out, "out.json is the trace of ") {
		t.Errorf("it ends with %d and %v, and says\n%s%s", code, err, out, complaint)
	}
	_, printed, _ := result(t, dir, "show", "-trace", "-")
	if printed != string(written) || !json.Valid(written) || !strings.Contains(printed, `"traceEvents"`) {
		t.Errorf("it is %.100s, and in a terminal %.100s", written, printed)
	}
}

func TestServingEndsWithCtrlC(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Ctrl-C cannot be sent there")
	}
	c := command(t, tree(t), "show")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	c.Stderr = &complaint
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	address, _, served := strings.Cut(said, " ")
	if err != nil || !served || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Errorf("it says %q, %v", said, err)
	}
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if html, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(html), "20300102-030406.500-p2-two.html") {
		t.Errorf("got %d %.100s, %v", answer.StatusCode, html, err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil || complaint.Len() > 0 {
		t.Errorf("it ends with %v and says %s", err, complaint.String())
	}
}
