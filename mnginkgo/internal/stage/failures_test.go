package stage

import (
	"errors"
	"fmt"
	"testing"
)

// hollow is an error around none.
type hollow struct{}

func (hollow) Error() string   { return "hollow" }
func (hollow) Unwrap() []error { return nil }

func TestOnlySkipsSkip(t *testing.T) {
	skip, abort := &Failure{Kind: Skip}, &Failure{Kind: Abort}
	fail, stuck := &Failure{}, &Failure{Kind: Stuck}
	plain := errors.New("plain")
	for _, c := range []struct {
		err   error
		kind  string
		worst *Failure
	}{
		{skip, Skip, skip},
		{fmt.Errorf("leave(b): %w", errors.Join(skip, skip)), Skip, skip},
		{errors.Join(skip, fail), "", fail},
		{errors.Join(skip, fmt.Errorf("stop b: %w", stuck), fail), "", stuck},
		{errors.Join(skip, plain), "", skip},
		{errors.Join(skip, hollow{}), "", skip},
		{errors.Join(fail, abort), Abort, fail},
		{plain, "", nil},
		{hollow{}, "", nil},
	} {
		if kind, f := KindOf(c.err), Worst(c.err); kind != c.kind || f != c.worst {
			t.Errorf("%v: got %q, %v; want %q, %v", c.err, kind, f, c.kind, c.worst)
		}
	}
}
