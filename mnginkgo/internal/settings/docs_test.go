package settings_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
		got.Given, got.InEnvironment = 0, 0
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

// What the table of the other variables has is what the code asks for, which for those of the
// harness stands in one place.
func TestTheOtherVariablesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile(`(?m)^//\t((?:MN|MULTINODE)_[A-Z_]+) `).FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, row[1])
	}
	slices.Sort(documented)
	named := map[string]string{} // the file, by variable
	for _, root := range []string{"../..", "../../../transport"} {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return filepath.SkipDir
			case filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go"):
				return nil
			}
			code, err := os.ReadFile(file)
			for _, literal := range regexp.MustCompile(`"((?:MN|MULTINODE)_[A-Z_]+)"`).FindAllSubmatch(code, -1) {
				named[string(literal[1])] = file
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := slices.Sorted(maps.Keys(named)); !slices.Equal(got, documented) {
		t.Errorf("the code names %q, the documentation has %q", got, documented)
	}
	for variable, file := range named {
		if home := "../../internal/settings/variables.go"; strings.HasPrefix(variable, "MN_") && file != home {
			t.Errorf("%s stands in %s, and not in %s", variable, file, home)
		}
	}
}
