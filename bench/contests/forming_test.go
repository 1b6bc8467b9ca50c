package contests_test

import (
	"io"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/contest"
)

// TestCrowds runs the contests of many nodes once, and looks for a value of each contender
// that takes part in the first measure.
func TestCrowds(t *testing.T) {
	for _, c := range []contest.Contest{contests.Formation(), contests.Steady()} {
		r, err := c.Run(t.Context(), 1, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range c.Contenders {
			if values := r.Values(c.Measures[0].Name, who.Name); len(values) != 1 || values[0] <= 0 {
				t.Errorf("%s: %s has %v", c.Name, who.Name, values)
			}
		}
		var table strings.Builder
		contest.WriteTable(&table, r)
		t.Logf("%v\n%s", r.Took, &table)
	}
}
