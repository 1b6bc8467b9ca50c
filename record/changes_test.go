package record

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestHowViewsChange(t *testing.T) {
	left := seen(300, 0, 2, 1) // c has left a's view, and a guest has come
	left.Members = append(left.Members, Member{Role: -1, Name: "guest", Status: "leaving", Unreachable: true})
	r := &Record{
		Roles: []string{"a", "b", "c"},
		Lives: []Life{
			{At: 50, Role: 0, State: "booting", Incarnation: 1},
			{At: 120, Role: 0, State: Running, Incarnation: 1}, // after its first view
			{At: 150, Role: 0, State: "paused", Incarnation: 1},
			{At: 400, Role: 0, State: "crashed", Incarnation: 1},
			{At: 700, Role: 1, State: Running, Incarnation: 1},
			{At: 800, Role: 1, State: Running, Incarnation: 2},
		},
		Views: []View{
			seen(100, 0, 3, 0), seen(200, 0, 3, 0), seen(210, 0, 3, -1, 2), left, seen(500, 0, 3, 0),
			{At: 600, Role: 2, Mute: true, Leader: leader(2)},
			{At: 610, Role: 2, Ended: "downed", Polled: true},
			seen(710, 1, 1, 0),
		},
	}
	want := []string{
		`100 a: [a ""->"up", b ""->"up", c ""->"up", leader ""->"a"]`,
		`210 a: [c "up"->"unreachable", leader "a"->"nobody"]`,
		`300 a: [c "unreachable"->"gone", guest ""->"leaving+unreachable", leader "nobody"->"b"]`,
		`400 a: [a "up"->"", b "up"->"", c "gone"->"", guest "leaving+unreachable"->"", leader "b"->""]`,
		`500 a: [a ""->"up", b ""->"up", c ""->"up", leader ""->"a"]`,
		`600 c: [leader ""->"c"]`,
		`610 c: [leader "c"->""] downed true`,
		`710 b: [a ""->"up", leader ""->"a"]`,
		`800 b: [a "up"->"", leader "a"->""]`,
	}
	var got []string
	for _, c := range r.Changes() {
		var parts []string
		for _, x := range c.Changes {
			of := x.Of
			if x.Leader {
				of = "leader"
			}
			parts = append(parts, fmt.Sprintf("%s %q->%q", of, x.Was, x.Is))
		}
		line := fmt.Sprintf("%d %s: [%s]", c.At, r.Role(c.Role), strings.Join(parts, ", "))
		if c.Ended != "" || c.Polled {
			line += fmt.Sprintf(" %s %v", c.Ended, c.Polled)
		}
		got = append(got, line)
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEachFrame(t *testing.T) {
	r := &Record{Roles: []string{"a", "b"}, Frames: Frames{
		Sent: []int64{100, 10, 0, 5, 1}, Took: []int64{9, -1, 7, 1, 1}, Link: []int{1, 2, 1, 4, 2}, Bytes: []int{1, 2, 3, 4, 5}, Fate: []int{0, 1, 2, 0, 9},
		Kind: []int{1, 0, 1}, Fates: []string{"delivered", "waiting", "cut"}, Kinds: []string{"", "ping"},
	}}
	want := []Frame{
		{100, 109, 0, 1, 1, Delivered, "delivered", "ping"},
		{110, -1, 1, 0, 2, Waiting, "waiting", ""},
		{110, 117, 0, 1, 3, 2, "cut", "ping"},
		{116, 117, 1, 0, 5, 9, "", ""}, // the one before is of no link
	}
	if got := slices.Collect(r.EachFrame()); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for f := range r.EachFrame() {
		if f.Lost() {
			t.Errorf("%v is not lost", f)
		}
		break
	}
}
