package coverage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/coverage"
)

// The tests of mnginkgo see that what runs in children is counted.

func TestOtherProgramsWriteTheirCountersWhereTheUserSaid(t *testing.T) {
	if got := coverage.ForPrograms(); got != nil {
		t.Errorf("in no child there is %q for programs, want nothing", got)
	}
	t.Setenv("MN_PROGRAMS_GOCOVERDIR", "/of/the/user")
	if got, want := coverage.ForPrograms(), []string{"GOCOVERDIR=/of/the/user"}; !slices.Equal(got, want) {
		t.Errorf("in a child there is %q for programs, want %q", got, want)
	}
}

func TestChildrenCountIfThisRunDoes(t *testing.T) {
	counts := testing.CoverMode() != ""
	got, err := coverage.ForChildren()
	has := slices.ContainsFunc(got, func(v string) bool { return strings.HasPrefix(v, "GOCOVERDIR=/") })
	if err != nil || has != counts || !counts && got != nil {
		t.Errorf("children get %q, %v; this run counts: %t", got, err, counts)
	}
}
