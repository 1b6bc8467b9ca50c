package seat

import (
	"errors"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Answer is what code on a role has returned, or what went wrong in it.
type Answer struct {
	Result    []byte
	Error     string // of the code; "" if it returned none
	Failed    bool
	Fail      stage.Failure // if Failed
	Defaulted bool          // of a boot: DefaultBoot has had a part in it
}

// answerOf makes an answer of an error, which may have a failure in it, and a failure. Either
// may be nil.
func answerOf(err error, fail *stage.Failure) (a Answer) {
	if err != nil {
		a.Error = err.Error()
	}
	if fail == nil {
		fail = stage.Worst(err)
	}
	if fail == nil {
		return a
	}
	a.Failed, a.Fail = true, *fail
	switch stage.KindOf(err) {
	case stage.Abort:
		a.Fail.Kind = stage.Abort
	case "":
		if err != nil && a.Fail.Kind == stage.Skip { // there is more than that
			a.Fail.Kind = ""
		}
	}
	return a
}

// Err returns what went wrong, or nil.
func (a *Answer) Err() error {
	switch {
	case a.Failed && a.Error != "":
		return &placedError{a.Error, &a.Fail}
	case a.Failed:
		return &a.Fail
	case a.Error != "":
		return errors.New(a.Error)
	}
	return nil
}

// placedError is an error whose text has a failure in it.
type placedError struct {
	text string
	fail *stage.Failure
}

// Error returns the text.
func (e *placedError) Error() string { return e.text }

// Unwrap returns the failure.
func (e *placedError) Unwrap() error { return e.fail }
