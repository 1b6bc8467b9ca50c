package linearizable

import (
	"fmt"
	"math"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// part is the operations of one key, in the order of their calls.
type part struct {
	key        string
	operations []porcupine.Operation
}

// parts returns the operations that count, by key, in the order in which the keys come first.
func (m Model[S, I, O]) parts(all []mnginkgo.Operation[I, O]) []*part {
	at := map[string][]mnginkgo.Operation[I, O]{}
	var keys []string
	for _, o := range all {
		key := ""
		if m.Key != nil {
			key = m.Key(o.Input)
		}
		if at[key] == nil {
			keys = append(keys, key)
		}
		at[key] = append(at[key], o)
	}
	var parts []*part
	for _, key := range keys {
		counts := slices.DeleteFunc(slices.Clone(at[key]), func(o mnginkgo.Operation[I, O]) bool {
			return o.Outcome == mnginkgo.CallFailed || o.Outcome == mnginkgo.CallUnknown && !m.shown(o, at[key])
		})
		if len(counts) > 0 {
			parts = append(parts, newPart(key, counts))
		}
	}
	return parts
}

// shown reports whether an operation of unknown outcome has to be tried.
func (m Model[S, I, O]) shown(unknown mnginkgo.Operation[I, O], all []mnginkgo.Operation[I, O]) bool {
	return m.Shows == nil || slices.ContainsFunc(all, func(o mnginkgo.Operation[I, O]) bool {
		return o.Outcome == mnginkgo.CallReturned && m.Shows(o.Input, o.Output, unknown.Input)
	})
}

// newPart makes porcupine's operations. One that never returns has a row of its own in the drawing, as its client goes on.
func newPart[I, O any](key string, all []mnginkgo.Operation[I, O]) *part {
	p := &part{key: key}
	rows := map[string]int{}
	for i, o := range all {
		row, returned := o.Client, int64(o.Ended)
		if o.Outcome == mnginkgo.CallUnknown {
			row, returned = fmt.Sprintf("%s, operation %d", o.Client, i), math.MaxInt64
		}
		if _, known := rows[row]; !known {
			rows[row] = len(rows)
		}
		p.operations = append(p.operations, porcupine.Operation{
			ClientId: rows[row], Input: o.Input, Call: int64(o.Called),
			Output: output[O]{o.Output, o.Outcome == mnginkgo.CallUnknown}, Return: returned, Metadata: o.Client,
		})
	}
	return p
}
