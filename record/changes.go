package record

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Changed is what changes in what a role thinks of its cluster, at one time.
type Changed struct {
	At      int64
	Role    int
	Changes []Change
	Ended   string // why it is no member any more
	Polled  bool   // it was asked then; it may have changed before
}

// Change is that a role thinks something else of a member than before.
type Change struct {
	Of     string // the member's name; "" if this is about the leader
	Leader bool
	// Was and Is are a status, "unreachable" (in another status than up, "leaving+unreachable"), "gone", or whom it takes
	// for the leader ("nobody" if it knows none). Was is "" if it had told nothing before, Is if it has no say any more.
	Was, Is string
}

// Changes returns how the roles' views change, in order of time. A role that does not run has no say: its next life
// begins with a view of its own.
func (r *Record) Changes() []Changed {
	var all []Changed
	beliefs, lives := map[int]map[Change]string{}, map[int]Life{} // a belief by the Change without what it was and is
	for _, m := range r.moments() {
		c := Changed{At: m.at}
		var now map[Change]string
		if m.life != nil {
			c.Role = m.life.Role
			before, lived := lives[c.Role]
			lives[c.Role] = *m.life
			if slices.Contains(alive, m.life.State) && (!lived || before.Incarnation == m.life.Incarnation) {
				continue
			}
		} else {
			c.Role, c.Ended, c.Polled = m.view.Role, m.view.Ended, m.view.Polled
			if c.Ended == "" {
				now = r.beliefs(*m.view, beliefs[c.Role])
			}
		}
		c.Changes = changes(beliefs[c.Role], now)
		beliefs[c.Role] = now
		if len(c.Changes) > 0 || c.Ended != "" {
			all = append(all, c)
		}
	}
	return all
}

// alive are the states in which a node keeps its view.
var alive = []string{Running, "booting", "paused"}

// moment is when a role's life or view changes.
type moment struct {
	at   int64
	life *Life
	view *View
}

func (r *Record) moments() []moment {
	var all []moment
	for i := range r.Lives {
		all = append(all, moment{r.Lives[i].At, &r.Lives[i], nil})
	}
	for i := range r.Views {
		all = append(all, moment{r.Views[i].At, nil, &r.Views[i]})
	}
	slices.SortStableFunc(all, func(x, y moment) int { return cmp.Compare(x.at, y.at) })
	return all
}

// beliefs returns what a view says, and of whom it had said something before that they are gone.
func (r *Record) beliefs(v View, before map[Change]string) map[Change]string {
	now := map[Change]string{}
	if v.Leader != nil {
		now[Change{Leader: true}] = "nobody"
		if *v.Leader >= 0 {
			now[Change{Leader: true}] = r.Role(*v.Leader)
		}
	}
	if v.Mute {
		return now
	}
	for of := range before {
		if !of.Leader {
			now[of] = "gone"
		}
	}
	for _, m := range v.Members {
		now[Change{Of: r.member(m)}] = m.status()
	}
	return now
}

func (r *Record) member(m Member) string {
	if m.Role < 0 {
		return m.Name
	}
	return r.Role(m.Role)
}

func (m Member) status() string {
	switch {
	case m.Unreachable && m.Status == "up":
		return "unreachable"
	case m.Unreachable:
		return m.Status + "+unreachable"
	}
	return m.Status
}

// changes returns how beliefs differ, by name, and the leader last.
func changes(was, is map[Change]string) []Change {
	var all []Change
	of := maps.Clone(was)
	if of == nil {
		of = map[Change]string{}
	}
	maps.Copy(of, is)
	for c := range of {
		if was[c] != is[c] {
			c.Was, c.Is = was[c], is[c]
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y Change) int {
		if x.Leader != y.Leader {
			return map[bool]int{true: 1, false: -1}[x.Leader]
		}
		return strings.Compare(x.Of, y.Of)
	})
	return all
}
