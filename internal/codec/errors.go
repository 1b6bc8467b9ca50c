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

// maxName is how much of a type's name is shown, in bytes, when nobody knows whether it is one.
const maxName = 200

// UnknownTypeError is the reason why a value was not decoded that says its type.
type UnknownTypeError struct {
	Name string // import path and name, as in "example.org/shop/orders.Place"
}

// Error returns the name, and that it is not registered on this node.
func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("%q is not registered on this node", e.Name)
}

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
	f := open(err)
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
	f := open(err)
	f.typ = t
	return f
}

// open returns err as a fault whose path is still being written. One that has its type came back
// through a method of the user, and is a reason like any other.
func open(err error) *fault {
	if f, ok := err.(*fault); ok && f.typ == nil {
		return f
	}
	return &fault{err: err}
}

func (f *fault) Unwrap() error { return f.err }

func (f *fault) Error() string {
	typ, path, reason := f.typ.String(), f.path, f.err.Error()
	if last := len(path) - 1; last >= 0 && path[last][0] == '(' {
		typ, path = path[last][1:len(path[last])-1], path[:last]
	}
	if len(path) == 0 && (strings.HasPrefix(reason, typ+" ") || typ == "interface {}") {
		return "codec: " + reason // which names the type already, or there is none
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
