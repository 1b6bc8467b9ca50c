package guide_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The two files for CI have the same jobs, whose commands are run here on a suite that is specs in three variants. What
// they are written in is checked by make workflows, for GitHub; for GitLab, whose linter is its server, by the
// keywords that are known here.

// github is what there is of a workflow that TestGitHub needs: actionlint knows the rest.
type github struct {
	Jobs map[string]struct {
		Env   map[string]string
		Steps []struct{ Run string }
	}
}

// gitlab is a pipeline. Of GitLab's keywords it has those that are used, so that a misspelt one is an error.
type gitlab struct {
	Image     string
	Variables map[string]string
	Cache     struct {
		Key   struct{ Files []string }
		Paths []string
	}
	Jobs map[string]struct {
		Rules     []struct{ If string }
		Timeout   string
		Variables map[string]string
		Script    []string
		Coverage  string
		Artifacts struct {
			When    string
			Paths   []string
			Reports struct{ Junit string }
		}
	} `yaml:",inline"`
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	var workflow github
	decode(t, "../ci/github.yml", &workflow, false)
	for _, name := range []string{"specs", "seeds"} {
		job, is := workflow.Jobs[name]
		if !is {
			t.Fatalf("there is no job %q", name)
		}
		var commands []string
		for _, step := range job.Steps {
			commands = append(commands, step.Run)
		}
		pipeline(t, name, commands, job.Env)
	}
}

func TestGitLab(t *testing.T) {
	t.Parallel()
	var config gitlab
	decode(t, "../ci/gitlab.yml", &config, true)
	for _, name := range []string{"specs", "seeds"} {
		job, is := config.Jobs[name]
		if !is {
			t.Fatalf("there is no job %q", name)
		}
		folder, out := pipeline(t, name, job.Script, job.Variables)
		if _, err := os.Stat(filepath.Join(folder, job.Artifacts.Reports.Junit)); err != nil || job.Artifacts.When != "always" {
			t.Errorf("%s: JUnit, %s: %v", name, job.Artifacts.When, err)
		}
		if pattern := strings.Trim(job.Coverage, "/"); pattern != "" && !regexp.MustCompile(pattern).MatchString(out) {
			t.Errorf("%s: %s finds no coverage in\n%s", name, pattern, out)
		}
	}
}

func decode(t *testing.T, file string, into any, strictly bool) {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	decoder := yaml.NewDecoder(text)
	decoder.KnownFields(strictly)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// pipeline runs the commands of a job where a suite is, and returns its folder and what they print. Each has to run specs, of which
// there is a JUnit report. They are run without --race, which would compile everything once more.
func pipeline(t *testing.T, job string, commands []string, env map[string]string) (folder, out string) {
	t.Helper()
	folder = newFolder(t, "recipes/recipes_suite_test.go", "recipes/variants_test.go")
	begin := `go mod init example.com/orders
go mod edit -replace github.com/7aca83c2/multinode=` + clone(t) + ` -require github.com/7aca83c2/multinode@v0.0.0
go get -tool github.com/onsi/ginkgo/v2/ginkgo@v2.34.0
go mod tidy
`
	script := strings.ReplaceAll(strings.Join(commands, "\n"), " --race", "")
	run := exec.CommandContext(t.Context(), "bash", "-euxo", "pipefail", "-c", begin+script)
	run.Dir, run.Env = folder, environment()
	for name, value := range env {
		run.Env = append(run.Env, name+"="+value)
	}
	printed, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", job, err, printed)
	}
	report, err := os.ReadFile(filepath.Join(folder, "reports", "junit.xml"))
	if err != nil {
		t.Fatalf("%s: %v\n%s", job, err, printed)
	}
	if want := map[string]string{"specs": `status="passed"`, "seeds": "1000 seeds"}[job]; !strings.Contains(string(report), want) {
		t.Errorf("%s: no %q in the report\n%s", job, want, report)
	}
	return folder, string(printed)
}
