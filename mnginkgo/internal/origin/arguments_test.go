package origin_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
)

func TestOwnArgumentsKeepsTheUsersHoweverFlagsAreSpelt(t *testing.T) {
	defined := flag.NewFlagSet("", flag.ContinueOnError)
	for _, name := range []string{"test.v", "test.short", "ginkgo.v", "loud"} {
		defined.Bool(name, false, "")
	}
	for _, name := range []string{"test.run", "test.timeout", "ginkgo.focus", "ginkgo.label-filter", "extra", "testing"} {
		defined.String(name, "", "")
	}
	for args, want := range map[string]string{
		"":                                     "",
		"-test.run=^TestX$ -extra=2":           "-extra=2",
		"-test.run ^TestX$ -extra 2":           "-extra 2",
		"--test.run ^TestX$ --extra 2":         "--extra 2",
		"-test.v -test.run ^TestX$ -loud -x=1": "-loud -x=1",
		"-test.v=true -loud=false":             "-loud=false",
		"-extra -test.run":                     "-extra -test.run", // a value, whatever it looks like
		"-extra= -test.v":                      "-extra=",
		"-ginkgo.focus a -ginkgo.v -extra 2":   "-extra 2",
		"-ginkgo.focus=a=b -extra=2":           "-extra=2",
		"-loud rest -test.v":                   "-loud rest -test.v",
		"-test.v -- -test.v -extra":            "-- -test.v -extra",
		"-test.v -extra 2 --":                  "-extra 2 --",
		"-test.v - -test.v":                    "- -test.v",
		"rest":                                 "rest",
		"-testing 1 -test.v":                   "-testing 1", // only begins like theirs
		"-unknown 1 -test.v -unknown -test.v":  "-unknown 1 -unknown",
		"-test.run":                            "",
		"-extra 1 -extra 2":                    "-extra 1 -extra 2",
		"-ginkgo.label-filter x -test.short":   "-ginkgo.label-filter x -test.short",
		"-test.timeout 30s -test.paniconexit0": "",
		"-test.testlogfile=/a -test.coverprofile=c -test.gocoverdir=/b": "",
	} {
		if got := origin.OwnArguments(strings.Fields(args), defined); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("of %q it keeps %q, want %q", args, got, want)
		}
	}
}
