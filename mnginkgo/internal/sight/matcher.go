package sight

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// Matcher is a matcher that was not told yet what it is about.
type Matcher interface {
	Name() string // as in "HaveMembers"
	// Match implements types.GomegaMatcher, for what the Actual stands for.
	Match(a Actual) (bool, error)
	// Message returns the FailureMessage, or the NegatedFailureMessage.
	Message(a Actual, negated bool) string
}

// viewMatcher holds for an actual value when its check holds for each view of it.
type viewMatcher struct {
	name   string
	wrong  string   // with its arguments, as in "takes the name of a role; got nil"; "" if nothing is
	roles  []string // that it names, which must be roles of the spec
	wanted string   // "have exactly these members up"
	detail any      // what follows on a line of its own, or nil
	needs  Method   // of what runs on the nodes; "" if check looks for itself
	// check says what of the view matters, and whether it is as wanted.
	check func(v View) (seen string, ok bool, err error)
	// together judges the views as a whole once each is as wanted; it may be nil.
	together func(views []View) bool
	// ends says that check is about nodes that have ended. They have no say otherwise.
	ends bool
	// services says that check is about what runs on a node, and can also be asked of one
	// that has ended, by itself.
	services bool

	// last is what the latest Match saw, so that a message describes just that. It is
	// replaced whole: progress reports ask for messages while Match runs.
	last atomic.Pointer[[]Row]
}

// Name implements Matcher.
func (m *viewMatcher) Name() string { return m.name }

// Match implements Matcher.
func (m *viewMatcher) Match(a Actual) (bool, error) {
	if err := refuse(m.name, m.wrong); err != nil {
		return false, err
	}
	if err := a.strangers(m.name, m.roles); err != nil {
		return false, err
	}
	views, err := a.views()
	if err != nil {
		return false, err
	}
	var rows []Row
	var live []View
	matched := true
	for _, v := range views {
		if v.Ended != "" && !m.ends && (!m.services || len(views) > 1) {
			rows = append(rows, Row{Role: v.Role, Text: v.String()})
			continue
		}
		if err := v.need(m.needs); err != nil {
			return false, err
		}
		seen, ok, err := m.check(v)
		if err != nil {
			return false, err
		}
		if v.Ended == "" {
			seen = "sees  " + seen
		}
		live = append(live, v)
		rows = append(rows, Row{v.Role, seen, ok})
		matched = matched && ok
	}
	matched = matched && len(live) > 0
	if matched && m.together != nil && !m.together(live) {
		matched = false
		for i := range rows {
			rows[i].Wanted = false // each is well by itself, and none is to blame
		}
	}
	m.last.Store(&rows)
	return matched, nil
}

// Seen returns what the matcher wants, as "have exactly these members up" and `["a", "b"]`, and what the latest Match
// saw.
func (m *viewMatcher) Seen() (wanted, detail string, rows []Row) {
	if m.detail != nil {
		detail = describeDetail(m.detail)
	}
	if last := m.last.Load(); last != nil {
		rows = *last
	}
	return m.wanted, detail, rows
}

// Message implements Matcher.
func (m *viewMatcher) Message(a Actual, negated bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Expected\n%s%s\n", format.Indent, a.name())
	if a.Whole {
		b.WriteString("every live node ")
	}
	b.WriteString(to(negated) + m.wanted + "\n")
	if m.detail != nil {
		b.WriteString(format.IndentString(describeDetail(m.detail), 1) + "\n")
	}
	b.WriteString("but\n")
	if rows := m.last.Load(); rows != nil {
		b.WriteString(format.IndentString(Table(*rows), 1))
	} else {
		b.WriteString(format.Indent + "no view was seen")
	}
	return b.String()
}

func to(negated bool) string {
	if negated {
		return "not to "
	}
	return "to "
}

// pointer is the address that Gomega puts behind the type of a matcher.
var pointer = regexp.MustCompile(` \| 0x[0-9a-f]+`)

func describeDetail(detail any) string {
	switch d := detail.(type) {
	case []string:
		quoted := make([]string, len(d))
		for i, name := range d {
			quoted[i] = strconv.Quote(name)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case types.GomegaMatcher:
		return pointer.ReplaceAllString(format.Object(d, 0), "")
	}
	return fmt.Sprint(detail)
}

// Actual is the actual value of an assertion, as the matchers need it. All but its type may
// be missing.
type Actual struct {
	Type   string                  // as %T prints it
	Text   string                  // what it is, for messages
	Whole  bool                    // it stands for every live node of its spec
	Knows  func(role string) error // returns an error for what is no role of its spec
	Views  func() ([]View, error)  // of its nodes
	End    func() (End, error)     // of the process of its role
	Frames func() (uint64, error)  // that have passed its links
}

// name describes the actual value in a message.
func (a Actual) name() string {
	if a.Text == "" {
		return "<" + a.Type + ">"
	}
	return "<" + a.Type + ">: " + a.Text
}

// views returns the views, of which there is one at least.
func (a Actual) views() ([]View, error) {
	views, err := a.Views()
	if err == nil && len(views) == 0 {
		err = fmt.Errorf("%s has no node that runs", a.name())
	}
	return views, err
}

// strangers returns an error that ends an Eventually if a matcher names a role that is none
// of the spec: it would wait in vain for it, or hold of it whatever happens. Where the spec is
// not known, only "" is none.
func (a Actual) strangers(matcher string, roles []string) error {
	for _, role := range roles {
		switch {
		case a.Knows != nil:
			if err := a.Knows(role); err != nil {
				return gomega.StopTrying(fmt.Sprintf("%s: %v", matcher, err))
			}
		case role == "":
			return refuse(matcher, `takes names of roles; got ""`)
		}
	}
	return nil
}
