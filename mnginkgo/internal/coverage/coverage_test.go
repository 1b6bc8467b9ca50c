package coverage_test

import (
	"slices"
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

func TestWhatDoesNotCountLeavesChildrenAlone(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("this run counts")
	}
	if got, err := coverage.ForChildren(); err != nil || got != nil {
		t.Errorf("children get %q, %v; want nothing", got, err)
	}
}
