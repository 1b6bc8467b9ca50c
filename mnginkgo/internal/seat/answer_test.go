package seat

import (
	"errors"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

func TestAnAnswerOfASkipAndAnErrorIsNoSkip(t *testing.T) {
	a := answerOf(errors.Join(&stage.Failure{Kind: stage.Skip}, errors.New("plain")), nil)
	if kind := stage.KindOf(a.Err()); kind != "" {
		t.Errorf("it is %q", kind)
	}
}
