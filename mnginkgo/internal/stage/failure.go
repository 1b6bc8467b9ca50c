package stage

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Failure is what went wrong in code that ran on a role, or in the role's process.
type Failure struct {
	Role    string
	PID     int    // of the process
	Kind    string // "" for a failure, or one of the kinds below
	Message string
	File    string // the user's line; "" if there is none
	Line    int
	Stack   string // of a panic, or of what is stuck; "" otherwise
	Trace   string // the whole stack
	Early   bool   // it came before the context of the code had ended, so was no consequence of that
}

// The kinds of Failure that are more, or less, than a failed spec.
const (
	Skip  = "skip"  // the code has called Ginkgo's Skip
	Abort = "abort" // the code has called Ginkgo's AbortSuite
	Stuck = "stuck" // the code does not end, and Stack says where it is
	Race  = "race"  // a data race, of which Message has the report, if there is one
)

// Where returns the place as file:line, or "".
func (f *Failure) Where() string {
	if f.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// Everywhere is the Role of what went wrong in a process that all roles share, and the spec.
const Everywhere = "*"

// Error returns role, process, place, message and, if there is one, the stack.
func (f *Failure) Error() string {
	text := fmt.Sprintf("on role %s (process %d)", f.Role, f.PID)
	if f.Role == Everywhere {
		text = fmt.Sprintf("in the process of the spec and its roles (%d)", f.PID)
	}
	if where := f.Where(); where != "" {
		text += ", at " + where
	}
	text += ":\n" + Indent(f.Message, "  ")
	if f.Stack != "" {
		text += "\n" + Indent(f.Stack, "    ")
	}
	return text
}

// Brief returns one line, for a timeline.
func (f *Failure) Brief() string {
	first, _, _ := strings.Cut(strings.TrimSpace(f.Message), "\n")
	if f.File == "" {
		return first
	}
	return fmt.Sprintf("%s (%s:%d)", first, filepath.Base(f.File), f.Line)
}

// Indent puts something before each line of a text.
func Indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}

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

// Wrap returns an error with what it is about in front of it, or nil for nil.
func Wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
