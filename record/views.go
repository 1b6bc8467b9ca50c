package record

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// opinion is what a node makes of its cluster, in words.
type opinion struct {
	members string // "b unreachable", "all up"; "" if it does not tell
	leader  string // "c", "nobody"; "" if it does not tell
}

func (r *Record) opinion(v View) opinion {
	o := opinion{}
	if v.Leader != nil {
		o.leader = "nobody"
		if *v.Leader >= 0 {
			o.leader = r.Role(*v.Leader)
		}
	}
	if v.Mute {
		return o
	}
	var up, states []string
	known := 0                      // roles of the spec
	others := map[string][]string{} // by state
	for _, m := range slices.SortedFunc(slices.Values(v.Members), func(x, y Member) int { return cmp.Or(cmp.Compare(x.Role, y.Role), cmp.Compare(x.Name, y.Name)) }) {
		name, state := m.Name, m.Status
		if m.Role >= 0 {
			name = r.Role(m.Role)
			known++
		}
		if m.Unreachable {
			state = strings.TrimPrefix(m.Status+"+unreachable", "up+")
		}
		if state == "up" {
			up = append(up, name)
			continue
		}
		if others[state] == nil {
			states = append(states, state)
		}
		others[state] = append(others[state], name)
	}
	var other []string // "b and c unreachable"
	for _, state := range states {
		other = append(other, enumerate(others[state])+" "+state)
	}
	switch {
	case len(v.Members) == 0:
		o.members = "nobody"
	case len(other) == 0 && len(up) == len(r.Roles) && known == len(up):
		o.members = "all up"
	case len(v.Members) == len(r.Roles) && known == len(v.Members):
		o.members = strings.Join(other, ", ")
	case len(up) == 0:
		o.members = "only " + strings.Join(other, ", ")
	default:
		o.members = "only " + strings.Join(append([]string{enumerate(up) + " up"}, other...), ", ")
	}
	return o
}

// sights are the opinions of the nodes that run, by role.
type sights map[int]opinion

// differ reports whether two nodes that tell the same kind of thing tell different ones.
func (s sights) differ() bool {
	var first opinion
	for _, o := range s {
		if first.members != "" && o.members != "" && first.members != o.members || first.leader != "" && o.leader != "" && first.leader != o.leader {
			return true
		}
		first = opinion{cmp.Or(first.members, o.members), cmp.Or(first.leader, o.leader)}
	}
	return false
}

// differ says how views differ, or that they do not, and since when.
func (r *Record) differ() *sentence {
	now, since := r.sights()
	if len(now) < 2 {
		return nil
	}
	s := about("views")
	if !now.differ() {
		s.add("Views agree since ").at(since).add(": ")
	} else {
		s.add("Views differ since ").at(since).add(": ")
	}
	members := r.groups(now, func(o opinion) string { return o.members }, "sees", "see")
	leaders := r.groups(now, func(o opinion) string { return o.leader }, "takes", "take")
	if members == "" {
		return s.add("%s for the leader.", leaders)
	}
	s.add("%s.", members)
	if after, all := strings.CutPrefix(leaders, "all "); all {
		leaders = "All " + after
	}
	if leaders != "" {
		s.add(" %s for the leader.", leaders)
	}
	return s
}

// groups says which roles are of one mind in some respect.
func (r *Record) groups(now sights, of func(opinion) string, one, many string) string {
	by := map[string][]int{}
	var order []string
	for role := range r.Roles {
		o, has := now[role]
		if !has || of(o) == "" {
			continue
		}
		if by[of(o)] == nil {
			order = append(order, of(o))
		}
		by[of(o)] = append(by[of(o)], role)
	}
	if len(order) == 1 && len(by[order[0]]) == len(now) {
		return fmt.Sprintf("all %s %s", many, order[0])
	}
	texts := make([]string, len(order))
	for i, what := range order {
		texts[i] = r.verb(by[what], one, many) + " " + what
	}
	return strings.Join(texts, "; ")
}

// sights returns what the nodes see when the record is looked at, and since when they have differed, or agreed.
func (r *Record) sights() (now sights, since int64) {
	changes := r.moments()
	now = sights{}
	last, running, end := map[int]opinion{}, map[int]bool{}, r.end()
	known, differed := false, false
	for i, c := range changes {
		if c.at > end {
			break
		}
		var role int
		if c.life != nil {
			role = c.life.Role
			running[role] = c.life.State == Running
			if !slices.Contains(alive, c.life.State) {
				delete(last, role) // the next life has views of its own
			}
		} else {
			role = c.view.Role
			last[role] = r.opinion(*c.view)
			if c.view.Ended != "" {
				delete(last, role) // it has no say
			}
		}
		delete(now, role)
		if o, tells := last[role]; tells && running[role] && o != (opinion{}) {
			now[role] = o
		}
		if i+1 < len(changes) && changes[i+1].at == c.at {
			continue // all of a moment
		}
		if len(now) < 2 {
			known = false // there is nobody to agree with
		} else if differs := now.differ(); differs != differed || !known {
			known, differed, since = true, differs, c.at
		}
	}
	return now, since
}
