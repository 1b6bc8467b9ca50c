package settings_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// folder makes module/suites/one with the file's text in module/suites, and
// returns the module's path and the suite's.
func folder(t *testing.T, text string) (module, suite string) {
	t.Helper()
	module = t.TempDir()
	suite = filepath.Join(module, "suites", "one")
	if err := os.MkdirAll(suite, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(module, "go.mod"), "module x\n")
	write(t, filepath.Join(module, "suites", settings.FileName), text)
	return module, suite
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLoadTakesTheNearestFileUpwards(t *testing.T) {
	module, suite := folder(t, "gossip-interval: 20ms\nlog-level: debug\ndown-after: off\ntrace: true # loud\n")
	write(t, filepath.Join(module, settings.FileName), "gossip-interval: 30ms\n")
	got, err := settings.Load(suite, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Default()
	want.GossipInterval, want.LogLevel, want.DownAfter, want.Trace = 20*time.Millisecond, slog.LevelDebug, 0, true
	want.Given = got.Given
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLoadStopsAtTheModule(t *testing.T) {
	_, outer := folder(t, "gossip-interval: 20ms\n")
	write(t, filepath.Join(outer, "go.mod"), "module y\n")
	got, err := settings.Load(outer, nil)
	if err != nil || got != settings.Default() {
		t.Errorf("got %+v, %v; want the defaults", got, err)
	}
}

func TestEnvironmentOverridesTheFile(t *testing.T) {
	_, suite := folder(t, "max-children: 3\n")
	got, err := settings.Load(suite, []string{"MN_MAX_CHILDREN=5", "MN_TRACE=", "MN_OF_OTHERS=1", "HOME=/"})
	if err != nil || got.MaxChildren != 5 {
		t.Errorf("got %d children, %v; want 5", got.MaxChildren, err)
	}
}

func TestGivenAreThoseThatWereNamed(t *testing.T) {
	_, suite := folder(t, "eventually-timeout: 5s\n")
	got, err := settings.Load(suite, []string{"MN_TRACE=false", "MN_LOG_LEVEL="})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"eventually-timeout": true, "trace": true, "log-level": false, "eventually-polling": false, "no-such-key": false,
	} {
		if got.Given.Has(name) != want {
			t.Errorf("%s given: %t, want %t", name, !want, want)
		}
		if inEnvironment := got.InEnvironment.Has(name); inEnvironment != (name == "trace") {
			t.Errorf("%s is in the environment: %t", name, inEnvironment)
		}
	}
}

func TestMistakesNameTheLineAndTheRemedy(t *testing.T) {
	for text, want := range map[string]string{
		"trace: true\ngossip: 1s\n":      `ginkgo.yml:2: unknown key "gossip"; the keys are eventually-timeout, eventually-polling, `,
		"gosip-interval: 1s\n":           `ginkgo.yml:1: unknown key "gosip-interval": is it gossip-interval?`,
		"hosts-wait: soon\n":             `ginkgo.yml:1: hosts-wait is "soon": must be a duration above 0 such as "50ms" or "2s"`,
		"hosts-wait: -1s\n":              `ginkgo.yml:1: hosts-wait is "-1s": must be a duration above 0 such as "50ms" or "2s"`,
		"down-after: never\n":            `ginkgo.yml:1: down-after is "never": must be a duration above 0 such as "50ms" or "2s", or "off"`,
		"max-children: -1\n":             `ginkgo.yml:1: max-children is "-1": must be a whole number of at least 0`,
		"log-level: loud\n":              `ginkgo.yml:1: log-level is "loud": must be debug, info, warn or error`,
		"trace: perhaps\n":               `ginkgo.yml:1: trace is "perhaps": must be true or false`,
		"trace: true\n\ntrace: false\n":  `ginkgo.yml:3: "trace" is set a second time; the first is on line 1`,
		"trace:\n  deep: true\n":         `ginkgo.yml:1: "trace" must have one plain value`,
		"- trace\n":                      `ginkgo.yml:1: must be a list of "key: value" lines; the keys are eventually-timeout`,
		"trace: true\n  log-level: warn": `ginkgo.yml: yaml: line 2`,
	} {
		_, suite := folder(t, text)
		_, err := settings.Load(suite, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want %s", text, err, want)
		}
	}
}

func TestABadVariableIsNamed(t *testing.T) {
	_, suite := folder(t, "# nothing\n")
	for entry, want := range map[string]string{
		"MN_TRACE=loud":             `environment variable MN_TRACE: trace is "loud": must be true or false`,
		"MN_BARIER_TIMEOUT=3s":      `environment variable MN_BARIER_TIMEOUT: unknown key "barier-timeout": is it barrier-timeout?`,
		"MN_EVENTUALLLY_TIMEOUT=3s": `environment variable MN_EVENTUALLLY_TIMEOUT: unknown key "eventuallly-timeout": is it eventually-timeout?`,
		"MN_HOST_WAIT=3s":           `environment variable MN_HOST_WAIT: unknown key "host-wait": is it hosts-wait?`,
		"MN_TRAEC=true":             `environment variable MN_TRAEC: unknown key "traec": is it trace?`,
		"MN_LOG_LEVEI=warn":         `environment variable MN_LOG_LEVEI: unknown key "log-levei": is it log-level?`,
	} {
		_, err := settings.Load(suite, []string{entry})
		if err == nil || err.Error() != "settings: "+want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

func TestAnotherNameOfTheFileIsNotOverlooked(t *testing.T) {
	module, suite := folder(t, "")
	for _, dir := range []string{module, suite} {
		other := filepath.Join(dir, "ginkgo.yaml")
		write(t, other, "trace: true\n")
		_, err := settings.Load(dir, nil)
		if want := "settings: " + other + " is not read: name it ginkgo.yml"; err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}
