package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record"
)

// Kind says what a line is about.
type Kind string

// The kinds of lines.
const (
	Verb      Kind = "verb"      // what the spec did to nodes and links
	Fault     Kind = "fault"     // one begins or ends
	Life      Kind = "life"      // a node boots, runs, crashes...
	View      Kind = "view"      // a node changes its mind about others
	Operation Kind = "operation" // of a client
	Barrier   Kind = "barrier"   // a role comes to one
	Log       Kind = "log"       // a line of the timeline that says more than the others here
	Lost      Kind = "lost"      // frames that were lost, those of a link within a second in one line
	Stall     Kind = "stall"     // something has timed out
	Failure   Kind = "failure"   // of the spec
	Sent      Kind = "frame"     // each frame, when it was sent; those that were lost are not in lines of Lost then
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{Verb, Fault, Life, View, Operation, Barrier, Log, Lost, Stall, Failure, Sent}
}

// Filter says which lines there are. The zero one has all but those of Sent. What several of its fields say holds
// at once.
type Filter struct {
	// Roles are those whose lines there are, with what is on a link from or to one. What the spec itself did
	// is of all roles.
	Roles []string
	// Link is "a>b", or "a,b" for both ways: of what is on links there is what is on these, and the rest as if
	// its ends were Roles.
	Link string
	// From and To are when the first and the last line may be, since the spec began. To is the end by default.
	From, To time.Duration
	// Around is how long before the failure, or the end of a spec that has not failed, the lines begin, and how long
	// behind they end. It excludes From and To.
	Around time.Duration
	Kinds  []Kind         // all but Sent by default
	Match  *regexp.Regexp // matches a line without its time, in which one space is between words; all by default
}

// sieve is a Filter for a record.
type sieve struct {
	roles    []int
	links    []link // nil: all
	from, to int64
	kinds    map[Kind]bool
	match    *regexp.Regexp
}

func (f Filter) of(r *record.Record) (s sieve, err error) {
	s = sieve{match: f.Match, from: f.From.Microseconds(), to: f.To.Microseconds(), kinds: map[Kind]bool{}}
	for _, name := range f.Roles {
		if s.roles, err = s.add(r, s.roles, name); err != nil {
			return s, err
		}
	}
	if err = s.onLink(r, f.Link); err != nil {
		return s, err
	}
	kinds := f.Kinds
	if len(kinds) == 0 {
		kinds = Kinds()[:len(Kinds())-1]
	}
	for _, k := range kinds {
		if !slices.Contains(Kinds(), k) {
			return s, fmt.Errorf("text: there is no kind %q: %s", k, strings.Join(words(Kinds()), ", "))
		}
		s.kinds[k] = true
	}
	if f.Around > 0 {
		if f.From != 0 || f.To != 0 {
			return s, fmt.Errorf("text: around %v excludes a begin and an end", f.Around)
		}
		at := r.Took
		if r.Failure != nil {
			at = r.Failure.At
		}
		s.from, s.to = at-f.Around.Microseconds(), at+f.Around.Microseconds()
	} else if f.To == 0 {
		s.to = 1<<63 - 1
	}
	if s.to < s.from {
		return s, fmt.Errorf("text: it ends at %v, before it begins at %v", f.To, f.From)
	}
	return s, nil
}

// shares reports whether two lists have something in common, or say nothing.
func shares[T comparable](x, y []T) bool {
	return len(x) == 0 || len(y) == 0 || slices.ContainsFunc(x, func(v T) bool { return slices.Contains(y, v) })
}

// add adds the number of a role.
func (s *sieve) add(r *record.Record, to []int, name string) ([]int, error) {
	i := slices.Index(r.Roles, strings.TrimSpace(name))
	if i < 0 {
		return to, fmt.Errorf("text: there is no role %q: %s", name, strings.Join(r.Roles, ", "))
	}
	return append(to, i), nil
}

func (s *sieve) onLink(r *record.Record, name string) (err error) {
	if name == "" {
		return nil
	}
	from, to, one := strings.Cut(name, ">")
	both := false
	if !one {
		from, to, both = strings.Cut(name, ",")
	}
	if !one && !both {
		return fmt.Errorf("text: link %q is neither one way, as in \"a>b\", nor both, as in \"a,b\"", name)
	}
	var ends []int
	for _, end := range []string{from, to} {
		if ends, err = s.add(r, ends, end); err != nil {
			return err
		}
	}
	if s.links = []link{{ends[0], ends[1]}}; both {
		s.links = append(s.links, link{ends[1], ends[0]})
	}
	s.roles = append(s.roles, ends...)
	return nil
}

// passes reports whether there is a line for an event.
func (s sieve) passes(e event) bool {
	return s.kinds[e.kind] && s.from <= e.at && e.at <= s.to &&
		shares(s.roles, e.roles) && shares(s.links, e.links) &&
		(s.match == nil || s.match.MatchString(fmt.Sprintf("%s %s %s", e.kind, e.who, e.text)))
}

func words(kinds []Kind) []string {
	all := make([]string, len(kinds))
	for i, k := range kinds {
		all[i] = string(k)
	}
	return all
}
