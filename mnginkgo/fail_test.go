package mnginkgo

import (
	"errors"
	"fmt"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// hollow is an error around none.
type hollow struct{}

func (hollow) Error() string   { return "hollow" }
func (hollow) Unwrap() []error { return nil }

func TestOnlySkipsSkip(t *testing.T) {
	skip, abort := &stage.Failure{Kind: stage.Skip}, &stage.Failure{Kind: stage.Abort}
	fail, stuck := &stage.Failure{}, &stage.Failure{Kind: stage.Stuck}
	plain := errors.New("plain")
	for _, c := range []struct {
		err   error
		state types.SpecState
		worst *stage.Failure
	}{
		{skip, types.SpecStateSkipped, skip},
		{fmt.Errorf("leave(b): %w", errors.Join(skip, skip)), types.SpecStateSkipped, skip},
		{errors.Join(skip, fail), types.SpecStateFailed, fail},
		{errors.Join(skip, fmt.Errorf("stop b: %w", stuck), fail), types.SpecStateFailed, stuck},
		{errors.Join(skip, plain), types.SpecStateFailed, skip},
		{errors.Join(skip, hollow{}), types.SpecStateFailed, skip},
		{errors.Join(fail, abort), types.SpecStateAborted, fail},
		{plain, types.SpecStateFailed, nil},
		{hollow{}, types.SpecStateFailed, nil},
	} {
		if state, f := stateOf(c.err), worst(c.err); state != c.state || f != c.worst {
			t.Errorf("%v: got %v, %v; want %v, %v", c.err, state, f, c.state, c.worst)
		}
	}
	a := answerOf(errors.Join(skip, plain), nil)
	if got := stateOf(a.err()); got != types.SpecStateFailed {
		t.Errorf("the answer of a Skip and an error is %v", got)
	}
}
