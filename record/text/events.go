package text

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/7aca83c2/multinode/record"
)

// event is what a line is for.
type event struct {
	at    int64
	kind  Kind
	who   string
	roles []int  // that it is about; none: the spec
	links []link // that it is on
	text  string
}

// link is one between roles.
type link struct{ from, to int }

// spec is who did what no role did.
const spec = "spec"

// collector collects the events of a record.
type collector struct {
	*record.Record
	all []event
}

// events returns all that the sieve lets pass, in order of time.
func events(r *record.Record, s sieve) []event {
	c := collector{Record: r}
	c.verbs()
	c.faults()
	c.lives()
	c.views()
	c.barriers()
	c.operations()
	c.log()
	c.frames(s.kinds[Sent])
	c.stalls()
	if f := r.Failure; f != nil {
		c.add(f.At, Failure, spec, nil, f.Message)
	}
	var all []event
	for _, e := range c.all {
		if e.text = Plain(e.text); s.passes(e) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(x, y event) int { return cmp.Compare(x.at, y.at) })
	return all
}

// Plain returns a text in one line, without what a terminal takes for a command.
func Plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

func (c *collector) add(at int64, kind Kind, who string, roles []int, text string) {
	c.all = append(c.all, event{at: at, kind: kind, who: who, roles: roles, text: text})
}

// of returns whose something is, and that role; the spec's if there is none.
func (c *collector) of(role int) (who string, roles []int) {
	if role < 0 {
		return spec, nil
	}
	return c.Role(role), []int{role}
}

// how says how long something took and how it went.
func how(at int64, end *int64, err string) string {
	text := ""
	switch {
	case end == nil:
		text = ", has not ended"
	case *end > at: // in virtual time, most take none
		text = ", took " + record.Span(*end-at)
	}
	if err != "" {
		text += ": " + err
	}
	return text
}

func (c *collector) verbs() {
	for _, v := range c.Verbs {
		c.add(v.At, Verb, spec, nil, v.Text+how(v.At, v.End, v.Error))
	}
}

// faults has a line for the begin of each, for its end, and for links that it was taken off earlier.
func (c *collector) faults() {
	for _, f := range c.Faults {
		var links []link
		ended, earlier := map[int64][]link{}, []int64{}
		for _, l := range f.Links {
			on := link{l.From, l.To}
			links = append(links, on)
			if l.End == nil || f.End != nil && *f.End-*l.End < 1000 { // it takes a moment for all of them
				continue
			}
			if ended[*l.End] == nil {
				earlier = append(earlier, *l.End)
			}
			ended[*l.End] = append(ended[*l.End], on)
		}
		c.fault(f.At, links, f.Verb+" begins")
		for _, at := range earlier {
			names := make([]string, len(ended[at]))
			for i, l := range ended[at] {
				names[i] = c.name(l)
			}
			c.fault(at, ended[at], f.Verb+" ends on "+strings.Join(names, ", "))
		}
		if f.End != nil {
			c.fault(*f.End, links, f.Verb+" ends, met by "+count(f.Bites, "frame"))
		}
	}
}

func (c *collector) fault(at int64, links []link, text string) {
	c.add(at, Fault, spec, nil, text)
	e := &c.all[len(c.all)-1]
	for _, l := range links {
		e.roles = append(e.roles, l.from, l.to)
	}
	e.links = links
}

func (c *collector) name(l link) string { return c.Role(l.from) + ">" + c.Role(l.to) }

func count[T uint64 | int](n T, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (c *collector) lives() {
	for _, l := range c.Lives {
		state := l.State
		if l.Incarnation > 1 {
			state = fmt.Sprintf("%s, incarnation %d", state, l.Incarnation)
		}
		c.add(l.At, Life, c.Role(l.Role), []int{l.Role}, state)
	}
}

// views has a line for each view that is not as the one before, with what is new in it.
func (c *collector) views() {
	for _, v := range c.Changes() {
		var parts []string
		for _, change := range v.Changes {
			if change.Is == "" {
				continue // it has no say: another line tells why
			}
			part := change.Of + " " + change.Is
			if change.Leader {
				part = "the leader is " + change.Is
			}
			if change.Was != "" {
				part += " (was " + change.Was + ")"
			}
			parts = append(parts, part)
		}
		if v.Ended != "" {
			parts = append(parts, "no member any more: "+v.Ended)
		}
		if len(parts) == 0 {
			continue
		}
		if v.Polled {
			parts = append(parts, "when asked")
		}
		c.add(v.At, View, c.Role(v.Role), []int{v.Role}, strings.Join(parts, ", "))
	}
}

func (c *collector) barriers() {
	for _, b := range c.Barriers {
		c.add(b.At, Barrier, c.Role(b.Role), []int{b.Role}, strconv.Quote(b.Name)+how(b.At, b.End, b.Error))
	}
}

func (c *collector) operations() {
	for _, o := range c.Operations {
		_, roles := c.of(o.Role)
		text := o.Input
		if o.Role >= 0 {
			text = c.Role(o.Role) + ": " + text
		}
		if o.Output != "" {
			text += " -> " + o.Output
		}
		if o.End == nil {
			text += ", nobody knows whether it took effect"
			if o.Error != "" {
				text += ": " + o.Error
			}
		} else {
			text += how(o.At, o.End, o.Error)
		}
		c.add(o.At, Operation, o.Client, roles, text)
	}
}

// log leaves out the lines that say what a verb was: there is one for that.
func (c *collector) log() {
	verbs := map[string]bool{}
	for _, v := range c.Verbs {
		verbs[v.Text] = true
	}
	for _, l := range c.Log {
		if who, roles := c.of(l.Role); l.Role >= 0 || !verbs[l.Text] {
			c.add(l.At, Log, who, roles, l.Text)
		}
	}
}

func (c *collector) stalls() {
	for _, s := range c.Stalls {
		var where []string
		for _, g := range s.Where {
			whose := spec
			if len(g.Roles) > 0 {
				names := make([]string, len(g.Roles))
				for i, role := range g.Roles {
					names[i] = c.Role(role)
				}
				whose = strings.Join(names, ", ")
			}
			function, below, _ := strings.Cut(g.Stack, "\n")
			line, _, _ := strings.Cut(below, "\n")
			whose += " in " + path.Base(function)
			if line != "" {
				whose += " at " + path.Base(line)
			}
			where = append(where, whose)
		}
		c.add(s.At, Stall, spec, nil, s.What+" timed out: "+strings.Join(where, "; "))
	}
}
