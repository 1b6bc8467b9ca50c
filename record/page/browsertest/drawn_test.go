package browsertest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
)

// place is where a line of a lane is, and where on it a time.
type place struct{ X, Y, Left, Right, Height float64 }

func (b tab) place(r *record.Record, role, of int, at int64) place {
	b.Helper()
	return evaluate[place](b, `multinode.place(%s, %s, %d)`, quoted(r.Roles[role]), quoted(r.Roles[of]), at)
}

func quoted(text string) string {
	q, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string has JSON
	}
	return string(q)
}

// belief is that a role takes another for something, from one moment to another.
type belief struct {
	role, of int
	value    string
	from, to int64
}

// beliefs are those of views, each until the next view or life of its role.
func beliefs(r *record.Record) []belief {
	var all []belief
	for i, v := range r.Views {
		end := r.Took
		for _, next := range r.Views[i+1:] {
			if next.Role == v.Role {
				end = min(end, next.At)
			}
		}
		for _, l := range r.Lives {
			if l.Role == v.Role && l.At > v.At {
				end = min(end, l.At)
			}
		}
		for _, m := range v.Members {
			value := m.Status
			switch {
			case m.Role == v.Role && value == "up" && !m.Unreachable:
				value = "self"
			case m.Unreachable:
				value = "unreachable"
			}
			all = append(all, belief{v.Role, m.Role, value, v.At, end})
		}
	}
	return all
}

// What a line says at a moment, and its color there, are what the views of the record say.
func TestBeliefsAreWhereTheyWere(t *testing.T) {
	seen := map[string]int{}
	for _, name := range []string{"partition", "crash", "nine", "partition-in-process", "crash-parallel", "crash-isolated", "crashed", "virtual"} {
		t.Run(name, func(t *testing.T) {
			r := all(t)[name]
			b := open(t, r, 1280, 800, "#z=all&fold=0")
			for _, is := range beliefs(r) {
				begin, end := b.place(r, is.role, is.of, is.from), b.place(r, is.role, is.of, is.to)
				if end.X-begin.X < 24 {
					continue
				}
				for _, x := range []float64{begin.X + 18, (begin.X + end.X) / 2, end.X - 6} {
					if told := evaluate[string](b, `multinode.at(%f, %f).value`, x, begin.Y+4); told != is.value {
						t.Errorf("%s, of %s, at x=%.0f: the page tells %q, the record %q", r.Roles[is.role], r.Roles[is.of], x, told, is.value)
					}
				}
				for _, color := range []string{"unreachable", "up", "self", "down", "leaving"} {
					painted := evaluate[int](b, `probe.columns(%q, %d, %d, %d, %d).length`, color, int(begin.X)+14, int(begin.Y), int(end.X-begin.X)-20, int(begin.Height))
					if (painted > 0) != (color == is.value) {
						t.Errorf("%s takes %s for %s from %d to %d: %d columns there are the color of %s", r.Roles[is.role], r.Roles[is.of], is.value, is.from, is.to, painted, color)
					}
				}
				seen[is.value]++
			}
		})
	}
	for _, value := range []string{"unreachable", "up", "self", "down", "leaving"} {
		if seen[value] == 0 {
			t.Errorf("no record that was looked at has anybody %s", value)
		}
	}
}

// The frame of a cut is on its links, from when it began to when it ended, and nowhere else.
func TestCutsAreFramedWhileTheyLast(t *testing.T) {
	for _, name := range []string{"partition", "crash", "nine", "partition-parallel", "crash-in-process", "nine-isolated", "virtual", "long-names"} {
		t.Run(name, func(t *testing.T) {
			r := all(t)[name]
			b := open(t, r, 1280, 800, "#z=all&fold=0")
			framed := 0
			for role := range r.Roles {
				for of := range r.Roles {
					if role == of {
						continue
					}
					p := b.place(r, role, of, 0)
					want := cutColumns(b, r, of, role)
					for i, y := range []float64{p.Y, p.Y + p.Height - 1} {
						got := evaluate[[]int](b, `probe.columns("cut", %d, %d, %d, 1)`, int(p.Left), int(y), int(p.Right-p.Left))
						if d := difference(got, want); d > 5 { // of verbs and the failure, which are drawn over it, and of its ends
							t.Errorf("%s from %s, edge %d: %d columns are a cut's that should not be, or the other way", r.Roles[role], r.Roles[of], i, d)
						}
					}
					framed += len(want)
				}
			}
			if framed == 0 {
				t.Error("the record has no cut")
			}
		})
	}
}

func cutColumns(b tab, r *record.Record, from, to int) []int {
	var all []int
	for _, f := range r.Faults {
		for _, l := range f.Links {
			if f.Kind != record.Cut || l.From != from || l.To != to {
				continue
			}
			end := r.Took
			if l.End != nil {
				end = *l.End
			}
			begin, until := b.place(r, to, from, f.At).X, b.place(r, to, from, end).X
			for x := int(math.Round(begin)); x < int(math.Round(until)); x++ {
				all = append(all, x)
			}
		}
	}
	return all
}

func difference(a, b []int) int {
	n := 0
	for _, x := range a {
		if !slices.Contains(b, x) {
			n++
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			n++
		}
	}
	return n
}

// Ticks of a color are in the lines and columns in which the record has frames of that fate, and in no others.
func TestTicksAreWhereFramesCameAndWereLost(t *testing.T) {
	for _, name := range []string{"partition", "crash", "nine", "crash-in-process", "partition-parallel", "crash-isolated", "long-names"} {
		t.Run(name, func(t *testing.T) {
			r := all(t)[name]
			b := open(t, r, 1280, 800, "#z=all&fold=0")
			if evaluate[int](b, `multinode.arrows.length`) > 0 {
				t.Fatal("the record has so few frames that they are arrows")
			}
			ends := framesOfLinks(r)
			for _, fate := range []string{"came", "lost"} {
				drawn, links := 0, 0
				for link, times := range ends[fate] {
					from, to := link/len(r.Roles), link%len(r.Roles)
					if from == to {
						continue
					}
					p := b.place(r, to, from, 0)
					got := evaluate[[]int](b, `probe.line(%q, %s, %s)`, fate, quoted(r.Roles[to]), quoted(r.Roles[from]))
					perTime := (p.Right - p.Left) / float64(r.Took)
					want := map[int]bool{}
					for _, at := range times {
						want[int(p.Left)+min(int(p.Right-p.Left)-1, int(float64(at)*perTime))] = true
					}
					for _, x := range got {
						if !want[x] && (fate == "came" || !want[x-1]) {
							t.Errorf("%s: %s from %s has a tick at x=%d, and no frame", fate, r.Roles[to], r.Roles[from], x)
						}
					}
					missing := 0
					for x := range want {
						if !slices.Contains(got, x) {
							missing++
						}
					}
					if missing > 3 { // beneath a verb's line, or that of the failure
						t.Errorf("%s: %s from %s lacks the ticks of %d columns of %d", fate, r.Roles[to], r.Roles[from], missing, len(want))
					}
					drawn += len(got)
					if len(times) > 0 {
						links++
					}
				}
				if drawn == 0 || links == 0 {
					t.Errorf("no frame %s", fate)
				}
			}
		})
	}
}

// framesOfLinks returns when the frames of each link came, and when they were lost.
func framesOfLinks(r *record.Record) map[string][][]int64 {
	n := len(r.Roles) * len(r.Roles)
	ends := map[string][][]int64{"came": make([][]int64, n), "lost": make([][]int64, n)}
	at := int64(0)
	for i, d := range r.Frames.Sent {
		at += d
		fate := "lost"
		switch r.Frames.Fate[i] {
		case record.Waiting:
			continue
		case record.Delivered:
			fate = "came"
		}
		link := r.Frames.Link[i]
		ends[fate][link] = append(ends[fate][link], at+r.Frames.Took[i])
	}
	return ends
}

// sentAfter returns when the first frame was sent after a moment.
func sentAfter(r *record.Record, moment int64) (at int64) {
	for _, d := range r.Frames.Sent {
		if at += d; at > moment {
			return at
		}
	}
	return at
}

// A few frames are arrows, one for each, and what floats over an arrow tells of its frame.
func TestFewFramesAreArrows(t *testing.T) {
	r := recorded(t, "crash")
	from := sentAfter(r, r.Faults[len(r.Faults)-1].At) - ms
	b := open(t, r, 1280, 800, fmt.Sprintf("#t=%[1]f&z=%[1]f,%f&fold=0", float64(from)/1e6, float64(from+3*ms)/1e6))
	under := 0
	at := int64(0)
	for i, d := range r.Frames.Sent {
		at += d
		if r.Frames.Fate[i] != record.Waiting && at <= from+3*ms && at+r.Frames.Took[i] >= from {
			under++
		}
	}
	type arrow struct {
		Frame          int
		X0, Y0, X1, Y1 float64
	}
	arrows := evaluate[[]arrow](b, `multinode.arrows`)
	if len(arrows) != under || under == 0 {
		t.Errorf("%d frames are under way, and %d are arrows", under, len(arrows))
	}
	for _, a := range arrows {
		link := r.Frames.Link[a.Frame]
		sender, receiver := link/len(r.Roles), link%len(r.Roles)
		if p, q := b.place(r, sender, sender, 0), b.place(r, receiver, sender, 0); a.Y0 != p.Y+p.Height/2 || a.Y1 != q.Y+q.Height/2 {
			t.Errorf("the arrow of a frame from %s to %s goes from %.0f to %.0f", r.Roles[sender], r.Roles[receiver], a.Y0, a.Y1)
		}
	}
	first := arrows[slices.IndexFunc(arrows, func(a arrow) bool { return a.X0 > b.place(r, 0, 1, from).X })]
	link := r.Frames.Link[first.Frame]
	said := evaluate[string](b, `multinode.at(%f, %f).text`, first.X0, first.Y0)
	if want := fmt.Sprintf("%s → %s: %s, %d bytes\n", r.Roles[link/len(r.Roles)], r.Roles[link%len(r.Roles)], r.Frames.Kinds[r.Frames.Kind[first.Frame]], r.Frames.Bytes[first.Frame]); !strings.HasPrefix(said, want) {
		t.Errorf("where the first arrow begins floats %q, and not %q", said, want)
	}
}

// Each fault has a bar, none covers another, and each says which it is.
func TestEachFaultHasABar(t *testing.T) {
	r := chaos(2000)
	b := open(t, r, 1280, 800, "#z=all")
	type box struct {
		Kind, Text string
		X, Y, W, H float64
		T          int64
	}
	var bars []box
	for _, x := range evaluate[[]box](b, `multinode.boxes`) {
		if x.Kind == "fault" {
			bars = append(bars, x)
		}
	}
	if len(bars) != len(r.Faults) {
		t.Fatalf("%d faults have %d bars", len(r.Faults), len(bars))
	}
	for i, x := range bars {
		for _, y := range bars[:i] {
			if x.Y == y.Y && x.X+1 < y.X+y.W && y.X+1 < x.X+x.W {
				t.Errorf("%s covers %s", x.Text, y.Text)
			}
		}
		if !slices.ContainsFunc(r.Faults, func(f record.Fault) bool { return f.Verb == x.Text && f.At == x.T }) {
			t.Errorf("there is no fault %s at %d", x.Text, x.T)
		}
	}
	if told := evaluate[string](b, `multinode.at(%f, %f).text`, bars[7].X+bars[7].W/2, bars[7].Y+2); !strings.HasPrefix(told, bars[7].Text+"\n") {
		t.Errorf("over the bar of %s floats %q", bars[7].Text, told)
	}
}

func TestOperationsAndTheirOutcomes(t *testing.T) {
	r := chaos(2000)
	b := open(t, r, 1280, 800, "#z=0,4&t=1")
	for _, outcome := range []struct{ name, says string }{{"unknown", "nobody knows whether it took effect"}, {"error", "error: no leader"}} {
		i := slices.IndexFunc(r.Operations, func(o record.Operation) bool {
			return (o.End == nil) == (outcome.name == "unknown") && (o.Error != "") == (outcome.name == "error")
		})
		o := r.Operations[i]
		said := evaluate[string](b, `(() => { const o = multinode.boxes.find(o => o.kind === "operation" && o.t === %d); return multinode.at(o.x+1, o.y+1).text; })()`, o.At)
		for _, want := range []string{fmt.Sprintf("%s to %s: %s\n", o.Client, r.Roles[o.Role], o.Input), outcome.says} {
			if !strings.Contains(said, want) {
				t.Errorf("of an operation of outcome %s it says %q, without %q", outcome.name, said, want)
			}
		}
	}
}
