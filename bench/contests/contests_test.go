package contests_test

import (
	"io"
	"os"
	"regexp"
	"testing"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/child"
)

func TestMain(m *testing.M) {
	child.Serve(contests.Parts())
	os.Exit(m.Run())
}

// TestContests holds each contest once, or in short only the quick ones. Run looks for a
// value of each yardstick, and of who has a goal.
func TestContests(t *testing.T) {
	quick := regexp.MustCompile("^(actors|remote|recorder|three nodes|command|idle|virtual time: )")
	all, done, err := contests.Of(t.Context(), func(name string) bool { return !testing.Short() || quick.MatchString(name) })
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
		}
	}
}
