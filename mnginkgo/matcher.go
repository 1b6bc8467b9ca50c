package mnginkgo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
)

// viewMatcher holds for an actual value when its check holds for each view of it.
// All matchers of this package are one, with a check of their own.
type viewMatcher struct {
	name   string   // "HaveMembers"
	wrong  string   // with its arguments, as in "takes the name of a role; got nil"; "" if nothing is
	roles  []string // that it names, which must be roles of the spec
	wanted string   // "have exactly these members up"
	detail any      // what follows on a line of its own, or nil
	// check says what of the view matters, and whether it is as wanted.
	check func(v View) (seen string, ok bool, err error)
	// members says that check is about who is a member.
	members bool
	// together judges the views as a whole once each is as wanted; it may be nil.
	together func(views []View) bool
	// ends says that check is about nodes that have ended. They have no say otherwise.
	ends bool
	// services says that check is about what runs on a node, and can also be asked of one
	// that has ended, by itself.
	services bool

	// last is what the latest Match saw, so that a message describes just that. It is
	// replaced whole: progress reports ask for messages while Match runs.
	last atomic.Pointer[sight]
}

var _ types.GomegaMatcher = (*viewMatcher)(nil)

// sight is what one Match saw.
type sight struct {
	views   []View
	rows    []row
	matched bool
}

type row struct {
	seen string
	ok   bool
}

// Match does what types.GomegaMatcher says.
func (m *viewMatcher) Match(actual any) (bool, error) {
	if err := misused(m.name, actual); err != nil {
		return false, err
	}
	if err := refuse(m.name, m.wrong); err != nil {
		return false, err
	}
	if err := m.strangers(actual); err != nil {
		return false, err
	}
	views, err := observe(actual)
	if err != nil {
		return false, err
	}
	s := &sight{views: views, matched: true}
	var live []View
	for _, v := range views {
		if v.Ended != "" && !m.ends && (!m.services || len(views) > 1) {
			s.rows = append(s.rows, row{seen: v.String()})
			continue
		}
		if m.members && !v.tellsMembers() {
			return false, v.lacks("Members() []Member")
		}
		live = append(live, v)
		seen, ok, err := m.check(v)
		if err != nil {
			return false, err
		}
		s.rows = append(s.rows, row{seen, ok})
		s.matched = s.matched && ok
	}
	s.matched = s.matched && len(live) > 0
	if s.matched && m.together != nil && !m.together(live) {
		s.matched = false
		for i := range s.rows {
			s.rows[i].ok = false // each is well by itself, and none is to blame
		}
	}
	m.last.Store(s)
	return s.matched, nil
}

// strangers returns an error that ends an Eventually if the matcher names a role that is none
// of the spec: it would wait in vain for it, or hold of it whatever happens. Where the spec is
// not known, only "" is none.
func (m *viewMatcher) strangers(actual any) error {
	known, ok := rolesOf(actual)
	for _, role := range m.roles {
		if err := names.Known(known, role); ok && err != nil {
			return gomega.StopTrying(fmt.Sprintf("%s: %v", m.name, err))
		}
		if role == "" && !ok {
			return refuse(m.name, `takes names of roles; got ""`)
		}
	}
	return nil
}

// FailureMessage does what types.GomegaMatcher says.
func (m *viewMatcher) FailureMessage(actual any) string { return m.message(actual, "to ") }

// NegatedFailureMessage does what types.GomegaMatcher says.
func (m *viewMatcher) NegatedFailureMessage(actual any) string { return m.message(actual, "not to ") }

func (m *viewMatcher) message(actual any, to string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Expected\n%s%s\n", format.Indent, name(actual))
	if _, all := actual.(*Cluster); all {
		b.WriteString("every live node ")
	}
	b.WriteString(to + m.wanted + "\n")
	if m.detail != nil {
		b.WriteString(indent(describeDetail(m.detail), format.Indent) + "\n")
	}
	b.WriteString("but\n")
	if s := m.last.Load(); s != nil {
		b.WriteString(indent(s.table(), format.Indent))
	} else {
		b.WriteString(format.Indent + "no view was seen")
	}
	return b.String()
}

// table returns a line for each view: whose it is, what it sees, and whether that is
// as wanted.
func (s *sight) table() string {
	width, widest := 0, 0
	cells := make([]string, len(s.views))
	for i, v := range s.views {
		cells[i] = s.rows[i].seen
		if v.Ended == "" {
			cells[i] = "sees  " + cells[i]
		}
		width = max(width, len(v.Role))
		widest = max(widest, len(cells[i]))
	}
	// Beyond this the remark would not fit on a line of 80 columns.
	const room = 80 - 2*len("    ") - len("  ") - len("  as wanted")
	widest = min(widest, room-width)
	lines := make([]string, len(s.views))
	for i, v := range s.views {
		mark := ""
		if s.rows[i].ok {
			mark = "  as wanted"
		}
		line := fmt.Sprintf("%-*s  %-*s%s", width, v.Role, widest, cells[i], mark)
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
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
