package linearizable

import (
	"fmt"
	"reflect"

	"github.com/anishathalye/porcupine"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// Model says what the system would do if it did one thing after another: S is its state, or that of one key, I what
// clients ask and O what they are told. States and outputs are compared with reflect.DeepEqual.
type Model[S, I, O any] struct {
	// Init is the state at first. The default is the zero value.
	Init S
	// Step returns the answer to an input, and the next state. It must not change the state that it is given. It is
	// required, and several goroutines call it at once.
	Step func(state S, input I) (answer O, next S)
	// Key says which part of the system an input is for, if that is made of parts that do not depend on each other.
	// The default is one part.
	Key func(input I) string
	// Shows reports whether an output shows that an operation of unknown outcome has taken effect, as that of a read
	// does that has its value. One that no output of its key shows is left out: it may as well have been done last.
	// That is right if what an operation does does not depend on the state, as for reads and writes, and not for a
	// compare-and-swap. By default all operations of unknown outcome are tried.
	Shows func(input I, output O, unknown I) bool
	// Describe words an operation for people, in one line. The default is "input → output", as %v has these.
	Describe func(input I, output O) string
	// Drawing is the file where Check leaves porcupine's drawing of a key that is not linearizable, in HTML. By
	// default there is none.
	Drawing string
}

// History is what clients did: a *mnginkgo.History, for example.
type History[I, O any] interface {
	Operations() []mnginkgo.Operation[I, O]
}

// output is that of an operation for porcupine.
type output[O any] struct {
	value   O
	unknown bool
}

// porcupines returns the model for the operations of one key. Once over returns true, it allows nothing any more.
func (m Model[S, I, O]) porcupines(over func() bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return m.Init },
		Step: func(state, in, out any) (bool, any) {
			if over() {
				return false, state
			}
			answer, next := m.step(state, in)
			o := out.(output[O])
			return o.unknown || reflect.DeepEqual(answer, o.value), next
		},
		Equal: func(x, y any) bool { return reflect.DeepEqual(x, y) },
		DescribeOperation: func(in, out any) string {
			input, _ := in.(I)
			return m.describe(input, out.(output[O]))
		},
		DescribeState:             func(state any) string { return fmt.Sprint(state) },
		DescribeOperationMetadata: func(client any) string { return client.(string) },
	}
}

// step is Step for values of porcupine's.
func (m Model[S, I, O]) step(state, in any) (answer O, next S) {
	s, _ := state.(S) // a nil of an interface type is none
	i, _ := in.(I)
	return m.Step(s, i)
}

func (m Model[S, I, O]) describe(in I, out output[O]) string {
	switch {
	case out.unknown:
		return fmt.Sprintf("%v, outcome unknown", in)
	case m.Describe != nil:
		return m.Describe(in, out.value)
	}
	return fmt.Sprintf("%v → %v", in, out.value)
}
