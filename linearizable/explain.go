package linearizable

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// How many operations an explanation shows of each kind.
const (
	shownBefore  = 3
	shownRefused = 5
)

// explain returns the error for a key that is not linearizable, and draws it.
func (m Model[S, I, O]) explain(p *part, late func() bool) error {
	_, info := porcupine.CheckOperationsVerbose(m.porcupines(late), p.operations, 0)
	model := m.porcupines(func() bool { return false })
	order, refused := p.furthest(info)
	state := model.Init()
	for _, o := range order {
		_, state = model.Step(state, o.Input, o.Output)
	}
	refused = slices.DeleteFunc(refused, func(o porcupine.Operation) bool { // that was not tried, as it was too late
		allowed, _ := model.Step(state, o.Input, o.Output)
		return allowed
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s\n", ErrNotLinearizable, p)
	if len(order) == 0 {
		fmt.Fprintf(&b, "of its %d operations none of these can have been done first", len(p.operations))
	} else {
		fmt.Fprintf(&b, "%d of its %d operations can have been done one after another, the last of them", len(order), len(p.operations))
		for _, o := range order[max(0, len(order)-shownBefore):] {
			b.WriteString("\n  " + m.line(o))
		}
		b.WriteString("\nand then none of these")
	}
	for _, o := range refused[:min(len(refused), shownRefused)] {
		input, _ := o.Input.(I)
		answer, _ := m.step(state, o.Input)
		fmt.Fprintf(&b, "\n  %s, not %s", m.line(o), m.describe(input, output[O]{value: answer}))
	}
	if more := len(refused) - shownRefused; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	if m.Drawing != "" {
		b.WriteString("\ndrawing: " + m.Drawing)
		if err := porcupine.VisualizePath(model, info, m.Drawing); err != nil {
			fmt.Fprintf(&b, ": there is none: %v", err)
		}
	}
	return &failure{ErrNotLinearizable, b.String()}
}

// furthest returns the longest order that porcupine has found, and the operations of which one would have to be next. Those
// of unknown outcome at its end are left out: they stand wherever there is room, and nothing can be next without them either.
func (p *part) furthest(info porcupine.LinearizationInfo) (order, refused []porcupine.Operation) {
	var longest []int
	for _, found := range info.PartialLinearizations()[0] {
		if c := cmp.Compare(len(found), len(longest)); c > 0 || c == 0 && slices.Compare(found, longest) < 0 {
			longest = found
		}
	}
	for _, i := range longest {
		order = append(order, p.operations[i])
	}
	first := int64(math.MaxInt64) // that returns, of the others
	for i, o := range p.operations {
		if !slices.Contains(longest, i) {
			first = min(first, o.Return)
			refused = append(refused, o)
		}
	}
	for len(order) > 0 && order[len(order)-1].Return == math.MaxInt64 {
		order = order[:len(order)-1]
	}
	return order, slices.DeleteFunc(refused, func(o porcupine.Operation) bool { return o.Call > first })
}

// String names the key.
func (p *part) String() string {
	if p.key == "" {
		return "all of it"
	}
	return fmt.Sprintf("%q", p.key)
}

// line describes an operation, with its client and its times.
func (m Model[S, I, O]) line(o porcupine.Operation) string {
	until := "on"
	if o.Return < math.MaxInt64 {
		until = "to " + clock(o.Return)
	}
	input, _ := o.Input.(I)
	return fmt.Sprintf("%v, %s %s: %s", o.Metadata, clock(o.Call), until, m.describe(input, o.Output.(output[O])))
}

func clock(t int64) string { return time.Duration(t).Round(time.Microsecond).String() }
