package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
)

// everywhere counts the columns of the whole canvas that have a color.
func (b tab) everywhere(color string) int {
	b.Helper()
	return evaluate[int](b, `(() => { const c = document.getElementById("lanes"); return probe.columns(%q, 0, 0, c.width, c.height).length; })()`, color)
}

func TestWhatDidNotHappenIsNotDrawn(t *testing.T) {
	b := open(t, passed(), 1280, 800, "")
	for _, color := range []string{"unreachable", "cut", "lost", "other", "bad", "wait", "down", "operation"} {
		if n := b.everywhere(color); n != 0 {
			t.Errorf("of a spec that passed, %d columns are the color of %s", n, color)
		}
	}
	if state := evaluate[string](b, `document.getElementById("state").innerText`); state != "PASSED" {
		t.Errorf("its state is %q", state)
	}
	failed := open(t, recorded(t, "partition"), 1280, 800, "")
	for _, color := range []string{"unreachable", "cut", "lost", "bad", "wait"} {
		if failed.everywhere(color) == 0 {
			t.Errorf("of a spec that failed, nothing is the color of %s", color)
		}
	}
}

// What was not kept is drawn from the counts: where frames were lost, and how many came.
func TestFramesThatWereNotKeptAreDrawnAsCounts(t *testing.T) {
	r := evicted()
	b := open(t, r, 1280, 800, "#z=all")
	for from := range r.Roles {
		for to := range r.Roles {
			if from == to {
				continue
			}
			p, q := b.place(r, to, from, 0), b.place(r, to, from, r.LeftOut.Before)
			count := func(color string) int {
				return evaluate[int](b, `probe.columns(%q, %d, %d, %d, %d).length`, color, int(p.X)+1, int(p.Y), int(q.X-p.X)-2, int(p.Height))
			}
			var lost, came int64
			for _, c := range r.LeftOut.Buckets {
				if c.Link == from*len(r.Roles)+to && c.Lost > 0 {
					lost += c.Width
				} else if c.Link == from*len(r.Roles)+to {
					came += c.Width
				}
			}
			perTime := (q.X - p.X) / float64(r.LeftOut.Before)
			for color, want := range map[string]int64{"lost": lost, "came": came} {
				if got := float64(count(color)); got < float64(want)*perTime-6 || got > float64(want)*perTime+6 {
					t.Errorf("%s from %s: %.0f columns are %s, of %.0f", r.Roles[to], r.Roles[from], got, color, float64(want)*perTime)
				}
			}
		}
	}
	said := evaluate[string](b, `document.getElementById("foot").innerText+document.getElementById("sift").innerText`)
	for _, want := range []string{"40000 earlier frames as counts, before 20.000 s", "3 operations not kept", "2 views not kept", "12 were not kept"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
}

// A node that tells its leader only has a strip of that, whose color is that of its leader at each moment.
func TestLeadersAreWhereTheyWere(t *testing.T) {
	r := chaos(2000)
	b := open(t, r, 1280, 800, "#z=all")
	looked := 0
	for i, v := range r.Views {
		next := slices.IndexFunc(r.Views[i+1:], func(n record.View) bool { return n.Role == v.Role })
		if next < 0 {
			continue
		}
		until := r.Views[i+1+next].At
		told := evaluate[[]int](b, `(() => {
			const p = multinode.place(%s, "leader", %d), painted = [0, 1, 2, 3, 4].filter(i => probe.columns("leader-"+i, Math.round(p.x), p.y, 1, 2).length);
			return [multinode.at(p.x, p.y+2).value, ...painted];
		})()`, quoted(r.Roles[v.Role]), (v.At+until)/2)
		want := []int{*v.Leader}
		if *v.Leader >= 0 {
			want = append(want, *v.Leader)
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s takes %d for the leader at %d, and the page tells, and paints, %d", r.Roles[v.Role], *v.Leader, v.At, told)
		}
		looked++
	}
	if looked < 100 {
		t.Errorf("only %d views were looked at", looked)
	}
	if told := evaluate[string](b, `multinode.at(multinode.place("a", "b", 0).x+50, multinode.place("a", "b", 0).y+4).value`); told != "mute" {
		t.Errorf("of a node that tells no members the page tells %q", told)
	}
}

// Long names are cut where they have no room, and told in full by what floats over them.
func TestLongNamesAreToldInFull(t *testing.T) {
	r := longNames()
	b := open(t, r, 800, 800, "")
	p := b.place(r, 1, 0, 0)
	if p.Left > 300 {
		t.Errorf("of 800 pixels, names have %v", p.Left)
	}
	if said := evaluate[string](b, `multinode.at(%f, %f).text`, p.Left-20, p.Y+4); said != r.Roles[0]+", as "+r.Roles[1]+" sees it" {
		t.Errorf("over the name of a line floats %q", said)
	}
	if title := evaluate[string](b, `document.querySelector("#then tbody tr:nth-child(2) th").title`); !strings.HasPrefix(title, r.Roles[1]) {
		t.Errorf("in the table it is %q", title)
	}
}

// In hours of virtual time, the axis is in hours, and moments have hours and minutes.
func TestHoursOfVirtualTime(t *testing.T) {
	r := virtual()
	b := open(t, r, 1280, 800, "")
	if at := evaluate[string](b, `document.querySelector("#then output").innerText`); at != "2 h 59 min 59 s" {
		t.Errorf("the failure is at %q", at)
	}
	for _, axis := range []struct {
		from, to, perPixel int64
		want               string
	}{
		{0, r.Took, r.Took / 800, "0, 30 min, 1 h, 1 h 30 min, 2 h, 2 h 30 min, 3 h"},
		{0, 5 * 60 * second, 400 * ms, "0, 1 min, 2 min, 3 min, 4 min, 5 min"},
		{0, 4 * second, 5 * ms, "0, 0.5 s, 1.0 s, 1.5 s, 2.0 s, 2.5 s, 3.0 s, 3.5 s, 4.0 s"},
		{503 * ms, 505 * ms, 5, "0.503 s, 0.504 s, 0.505 s"},
	} {
		if got := evaluate[string](b, `ticks(%d, %d, %d).map(t => t.text).join(", ")`, axis.from, axis.to, axis.perPixel); got != axis.want {
			t.Errorf("from %d to %d the axis says %q, not %q", axis.from, axis.to, got, axis.want)
		}
	}
}

// What is silence on a link that talks all the time is none on one that seldom does.
func TestSilenceIsJudgedByTheLink(t *testing.T) {
	r := fail(base("one link talks every 20 ms, another every 500 ms", 3*second, "a", "b", "c"), 2900*ms, "Expected 1 to be 2.")
	last := int64(0)
	for at := 10 * ms; at <= 2500*ms; at += 10 * ms {
		link := -1
		switch {
		case at%(500*ms) == 0:
			link = 0*3 + 2
		case at%(20*ms) == 0:
			link = 0*3 + 1
		}
		if link < 0 {
			continue
		}
		f := &r.Frames
		f.Sent, f.Took, f.Link, f.Bytes, f.Fate, f.Kind = append(f.Sent, at-last), append(f.Took, 100), append(f.Link, link), append(f.Bytes, 9), append(f.Fate, record.Delivered), append(f.Kind, 0)
		last = at
	}
	b := open(t, r, 1280, 800, "")
	for role, want := range map[int]bool{1: true, 2: false} {
		cell := evaluate[string](b, `document.querySelector("#then tbody tr:nth-child(%d) td:nth-child(2)").className`, role+1)
		if got := strings.Contains(cell, "silent"); got != want {
			t.Errorf("400 ms after its last frame, the link from a to %s is silent: %v", r.Roles[role], got)
		}
	}
}

// Of a node that was asked now and then, and of no other, it is said that something may be missing.
func TestPolledViewsAreMarked(t *testing.T) {
	r := chaos(2000)
	b := open(t, r, 1280, 800, "#z=all")
	for role, name := range r.Roles {
		p := b.place(r, role, (role+1)%len(r.Roles), 30*second)
		said := evaluate[string](b, `multinode.at(%f, %f).text`, p.X, p.Y+4)
		polled := slices.ContainsFunc(r.Views, func(v record.View) bool { return v.Role == role && v.Polled })
		if strings.Contains(said, "was asked now and then") != polled {
			t.Errorf("%s was polled: %v; over its lane floats %q", name, polled, said)
		}
	}
}

// Who waits at a barrier is marked beneath its lane, from when it came until it went.
func TestWaitsAtBarriersAreMarked(t *testing.T) {
	r := recorded(t, "barrier")
	b := open(t, r, 1280, 800, "#z=all&fold=0")
	marked := 0
	for _, stay := range r.Barriers {
		end := r.Took
		if stay.End != nil {
			end = *stay.End
		}
		from, to := b.place(r, stay.Role, stay.Role, stay.At), b.place(r, stay.Role, stay.Role, end)
		if to.X-from.X < 20 {
			continue
		}
		marked++
		color := "wait"
		if stay.Error != "" {
			color = "bad"
		}
		foot := int(evaluate[float64](b, `lanes.find(lane => lane.role === %d).foot`, stay.Role))
		columns := evaluate[[]int](b, `probe.columns(%q, %d, %d, %d, 1)`, color, int(from.Left), foot+2, int(from.Right-from.Left))
		if want := int(to.X) - int(from.X); len(columns) < want-16 || // log lines are drawn over it
			len(columns) > want+2 || columns[0] < int(from.X)-2 {
			t.Errorf("%s waits from x=%.0f to %.0f: %d columns are marked", r.Roles[stay.Role], from.X, to.X, len(columns))
		}
	}
	if marked != 2 {
		t.Errorf("%d wait", marked)
	}
}
