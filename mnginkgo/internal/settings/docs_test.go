package settings_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// The table in mnginkgo's doc.go has every key in the order of the error message, its
// default and its variable.
func TestTheDocumentedSettingsAreThoseThereAre(t *testing.T) {
	page, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range regexp.MustCompile(`(?m)^//\t([a-z-]+) +(\S+) +(MN_\S+)`).FindAllStringSubmatch(string(page), -1) {
		name, value, variable := row[1], row[2], row[3]
		names = append(names, name)
		got, err := settings.Load(t.TempDir(), []string{variable + "=" + value})
		given := got.Given
		got.Given = 0
		if err != nil || got != settings.Default() || !given.Has(name) {
			t.Errorf("%s, %s, %s: settings %+v, %v; want the defaults", name, variable, value, got, err)
		}
		if _, err := settings.Load(t.TempDir(), []string{variable + "=?"}); err == nil || !strings.Contains(err.Error(), variable+": "+name+" is") {
			t.Errorf("%s=? gives error %v, want one about %s", variable, err, name)
		}
	}
	_, suite := folder(t, "no-such-key: 1\n")
	_, err = settings.Load(suite, nil)
	if want := "the keys are " + strings.Join(names, ", "); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got error %v, want it to end in %q", err, want)
	}
}
