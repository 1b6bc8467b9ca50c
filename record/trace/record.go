package trace

import (
	"cmp"
	"slices"

	"github.com/7aca83c2/multinode/record"
)

// spec has what the spec did, what its clients did, and where it failed.
func (b *builder) spec() {
	for _, v := range b.Verbs {
		b.slice(theSpec, "verbs", v.Text, v.At, v.End, args("error", v.Error))
	}
	for _, o := range b.Operations {
		b.slice(theSpec, "operations of "+o.Client, o.Input, o.At, o.End, args("on", b.roleOf(o.Role), "output", o.Output, "error", o.Error, "place", o.Place))
	}
	for _, s := range b.Stalls {
		b.instant(theSpec, "stalls", s.What+" timed out", s.At, nil)
	}
	if f := b.Failure; f != nil {
		if f.Waited > 0 {
			b.slice(theSpec, "waits", "waits", max(0, f.At-f.Waited), &f.At, args("wanted", f.Wanted))
		}
		b.instant(theSpec, "failure", b.State, f.At, args("message", f.Message, "place", f.Place))
		b.events[len(b.events)-1].Scope = "g" // over everything
	}
}

// args returns pairs of a name and a text, without those that are empty.
func args(pairs ...string) map[string]any {
	all := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all[pairs[i]] = pairs[i+1]
		}
	}
	return all
}

func (b *builder) roleOf(role int) string {
	if role < 0 {
		return ""
	}
	return b.Role(role)
}

// lives has the states of each role, from one to the next.
func (b *builder) lives() {
	for i, l := range b.Lives {
		var end *int64
		if next := slices.IndexFunc(b.Lives[i+1:], func(other record.Life) bool { return other.Role == l.Role }); next >= 0 {
			end = &b.Lives[i+1+next].At
		}
		b.slice(l.Role, "state", l.State, l.At, end, map[string]any{"incarnation": l.Incarnation})
	}
}

// views has what each role takes each one for, from one change to the next.
func (b *builder) views() {
	type belief struct {
		role  int
		title string
	}
	type since struct {
		what string
		at   int64
	}
	open := map[belief]since{}
	end := func(of belief, at *int64) {
		if s := open[of]; s.what != "" {
			b.slice(of.role, of.title, s.what, s.at, at, nil)
		}
	}
	for _, c := range b.Changes() {
		for _, change := range c.Changes {
			of := belief{c.Role, "sees " + change.Of}
			if change.Leader {
				of.title = "leader"
			}
			end(of, &c.At)
			open[of] = since{change.Is, c.At}
		}
	}
	left := make([]belief, 0, len(open))
	for of := range open {
		left = append(left, of)
	}
	slices.SortFunc(left, func(x, y belief) int { return cmp.Or(cmp.Compare(x.role, y.role), cmp.Compare(x.title, y.title)) })
	for _, of := range left {
		end(of, nil)
	}
}

// faults has each on the roles whose links it was on, and there until it was taken off the last of these.
func (b *builder) faults() {
	for _, f := range b.Faults {
		type stay struct {
			links []string
			end   *int64
		}
		stays := map[int]*stay{}
		for _, l := range f.Links {
			for _, role := range []int{l.From, l.To} {
				s := stays[role]
				if s == nil {
					s = &stay{end: l.End}
					stays[role] = s
				}
				s.links = append(s.links, b.Role(l.From)+">"+b.Role(l.To))
				if l.End == nil || s.end != nil && *l.End > *s.end {
					s.end = l.End
				}
			}
		}
		for role := range b.Roles {
			if s := stays[role]; s != nil {
				b.slice(role, "faults", f.Verb, f.At, s.end, map[string]any{"kind": f.Kind, "links": s.links, "met by frames": f.Bites, "place": f.Place})
			}
		}
	}
}

func (b *builder) barriers() {
	for _, s := range b.Barriers {
		b.slice(s.Role, "barriers", s.Name, s.At, s.End, args("error", s.Error))
	}
}

func (b *builder) log() {
	for _, l := range b.Log {
		b.instant(max(l.Role, theSpec), "log", l.Text, l.At, nil)
	}
}
