package contests_test

import (
	"io"
	"os"
	"testing"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/child"
)

func TestMain(m *testing.M) {
	child.Serve(contests.Parts())
	os.Exit(m.Run())
}

// TestAll holds each contest once, and looks for a value of each contender in each
// measure that has a goal for it.
func TestAll(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	all, done, err := contests.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	for _, c := range all {
		r := c.Run(t.Context(), 1, io.Discard)
		if r.Err != nil {
			t.Error(r.Err)
			continue
		}
		for _, m := range c.Measures {
			for _, who := range c.Contenders {
				for _, v := range r.Values(m.Name, who.Name) {
					if v < 0 {
						t.Errorf("%s: %s has %v", m.Name, who.Name, v)
					}
				}
			}
			if len(r.Ratios(m.Name, m.Yardstick, m.Yardstick)) == 0 && m.Yardstick != "" {
				t.Errorf("%s: no value of %s", m.Name, m.Yardstick)
			}
		}
	}
}
