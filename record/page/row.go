package page

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record"
)

// row is the line of an Index for a spec, as the template needs it.
type row struct{ Listed }

// Label returns its state in a word.
func (r row) Label() string {
	if r.outcome() == flaky {
		return "flaky"
	}
	return r.State
}

// Drawing returns what is drawn of it, if anything.
func (r row) Drawing() *drawing {
	if r.Strip == nil {
		return nil
	}
	return &drawing{r.Strip}
}

// Address returns that of its page, which is a file beside or below the index whatever its name looks like.
func (r row) Address() string { return (&url.URL{Path: path.Clean(r.Page)}).String() }

// Facts returns what is known of the spec beside its text.
func (r row) Facts() []string {
	facts := []string{r.Place, r.Suite, r.Variant, strings.Join(r.Roles, ", ")}
	if r.Process > 1 {
		facts = append(facts, fmt.Sprintf("process %d", r.Process))
	}
	return slices.DeleteFunc(facts, func(fact string) bool { return fact == "" })
}

// Tries returns which attempt it was, or how many it took.
func (r row) Tries() string {
	switch {
	case r.Attempts < 2:
		return ""
	case r.outcome() == flaky:
		return fmt.Sprintf("%d attempts", r.Attempts)
	}
	return fmt.Sprintf("attempt %d", r.Attempts)
}

// Unmet says which faults did nothing.
func (r row) Unmet() string {
	if len(r.Idle) == 0 {
		return ""
	}
	const shown = 5
	text := strings.Join(r.Idle[:min(len(r.Idle), shown)], ", ")
	if more := len(r.Idle) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return "no frame met " + text
}

// Duration words how long it took.
func (r row) Duration() string {
	if r.Took == 0 {
		return ""
	}
	return record.Span(r.Took.Microseconds())
}

// When words when it began.
func (r row) When() string {
	if r.Began.IsZero() {
		return ""
	}
	return r.Began.Format(time.DateTime)
}
