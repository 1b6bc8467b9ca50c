package codec

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

var (
	errShort  = errors.New("the message ends early")
	errVarint = errors.New("a number has more than 64 bits")
	errDeep   = fmt.Errorf("nested more than %d deep: does the value contain itself?", maxDepth)
)

// A fault is an error with the way to the field that has it. Each function on the way back up adds its
// step, so that the way costs nothing while there is no error.
type fault struct {
	typ  reflect.Type
	path []string // innermost first: a field's name, [index] or (dynamic type)
	err  error
}

// maxSteps is how much of a path is shown. The one into a cycle has ten thousand steps.
const maxSteps = 12

// at adds a step to the path of err.
func at(err error, step string) error {
	f, ok := err.(*fault)
	if !ok {
		f = &fault{err: err}
	}
	f.path = append(f.path, step)
	return f
}

// atIndex adds an index to the path of err.
func atIndex(err error, i int) error {
	return at(err, fmt.Sprintf("[%d]", i))
}

// inType ends the path of err at the type that was encoded or decoded. An interface that holds
// something is named by what it holds.
func inType(err error, t reflect.Type) error {
	f, ok := err.(*fault)
	if !ok {
		f = &fault{err: err}
	}
	f.typ = t
	return f
}

func (f *fault) Unwrap() error { return f.err }

func (f *fault) Error() string {
	typ, path := f.typ.String(), f.path
	if last := len(path) - 1; f.typ.Kind() == reflect.Interface && last >= 0 && path[last][0] == '(' {
		typ, path = strings.Trim(path[last], "()"), path[:last]
	}
	reason := f.err.Error()
	if len(path) == 0 && (strings.HasPrefix(reason, typ+" ") || f.typ.Kind() == reflect.Interface && typ == f.typ.String()) {
		return "codec: " + reason
	}
	return "codec: " + typ + ": " + where(path) + reason
}

// where writes a path as one writes it in Go, with a word that says what it is.
func where(path []string) string {
	if len(path) == 0 {
		return ""
	}
	var b strings.Builder
	if path[len(path)-1][0] != '[' {
		b.WriteString("field ")
	}
	for n := range path {
		step := path[len(path)-1-n]
		if n == maxSteps {
			b.WriteString("...")
			break
		}
		if n > 0 && step[0] != '[' {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	b.WriteString(": ")
	return b.String()
}
