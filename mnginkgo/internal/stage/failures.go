package stage

import (
	"errors"
	"slices"
)

// KindOf returns what an error makes of a spec: Skip if there is one in it and nothing else, Abort if
// there is one in it at all, and otherwise "", which is a failure.
func KindOf(err error) string {
	all, others := failuresIn(err)
	switch {
	case slices.ContainsFunc(all, func(f *Failure) bool { return f.Kind == Abort }):
		return Abort
	case others || len(all) == 0 || slices.ContainsFunc(all, isNoSkip):
		return ""
	}
	return Skip
}

func isNoSkip(f *Failure) bool { return f.Kind != Skip }

// Worst returns the first failure of a role in an error that is no Skip, or the first Skip, or nil.
func Worst(err error) *Failure {
	all, _ := failuresIn(err)
	if len(all) == 0 {
		return nil
	}
	return all[max(0, slices.IndexFunc(all, isNoSkip))]
}

// StuckIn returns what an error has of code that is stuck, or nil.
func StuckIn(err error) error {
	all, _ := failuresIn(err)
	return JoinFailures(slices.DeleteFunc(all, func(f *Failure) bool { return f.Kind != Stuck }))
}

// JoinFailures is errors.Join for failures.
func JoinFailures(failures []*Failure) error {
	var errs []error
	for _, f := range failures {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// failuresIn returns the failures of roles in an error, and whether there is something else in it.
func failuresIn(err error) (all []*Failure, others bool) {
	if f, ok := err.(*Failure); ok {
		return []*Failure{f}, false
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		inner := e.Unwrap()
		for _, err := range inner {
			found, more := failuresIn(err)
			all, others = append(all, found...), others || more
		}
		return all, others || len(inner) == 0
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return failuresIn(inner)
		}
	}
	return nil, err != nil
}
