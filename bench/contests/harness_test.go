package contests_test

import (
	"io"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/contest"
)

// TestHarness runs each contest once, and looks for a value of each contender.
func TestHarness(t *testing.T) {
	all, done, err := contests.Harness(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	for _, c := range all {
		r, err := c.Run(t.Context(), 1, io.Discard)
		if err != nil {
			t.Error(err)
			continue
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
