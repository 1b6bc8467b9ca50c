package singleton

import (
	"fmt"
	"testing"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// of makes a view of members: "a up 1" is a, as the first to be Up.
func of(members ...string) cluster.View {
	statuses := map[string]cluster.Status{
		"joining": cluster.Joining, "weakly": cluster.WeaklyUp, "up": cluster.Up,
		"leaving": cluster.Leaving, "exiting": cluster.Exiting, "down": cluster.Down,
	}
	var v cluster.View
	for _, text := range members {
		var address, status, role string
		var number int
		if _, err := fmt.Sscan(text+" host", &address, &status, &number, &role); err != nil {
			panic(err)
		}
		v.Members = append(v.Members, cluster.Member{
			Address: transport.Address(address), Incarnation: 1, Status: statuses[status], Number: number, Roles: []string{role},
		})
	}
	return v
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name    string
		view    cluster.View
		retired string
		host    transport.Address
		before  []transport.Address
	}{
		{"nobody", of(), "", "", nil},
		{"none is up yet", of("a joining 0", "b weakly 0"), "", "", nil},
		{"the oldest, not the lowest", of("a up 2", "b up 1"), "", "b", nil},
		{"the lower address of the same age", of("a up 1", "b up 1"), "", "a", nil},
		{"not who lacks the role", of("a up 1 guest", "b up 2"), "", "b", nil},
		{"after one that leaves", of("a leaving 1", "b up 2"), "", "b", []transport.Address{"a"}},
		{"after all that go", of("a exiting 2", "b up 3", "c down 1"), "", "b", []transport.Address{"c", "a"}},
		{"not after younger ones that go", of("a leaving 2", "b up 1"), "", "b", nil},
		{"not after one that was down before it was up", of("a down 0", "b up 1"), "", "b", nil},
		{"after one that has retired while up", of("a up 1", "b up 2"), "a", "b", nil},
		{"after one that has retired and leaves", of("a leaving 1", "b up 2"), "a", "b", nil},
		{"all have retired", of("a up 1"), "a", "", nil},
		{"all go", of("a leaving 1", "b down 2"), "", "", []transport.Address{"a", "b"}},
	} {
		retired := map[life]bool{{Address: transport.Address(c.retired), Incarnation: 1}: true}
		got := decide(c.view, "host", retired)
		var before []transport.Address
		for _, l := range got.before {
			before = append(before, l.Address)
		}
		if got.host.Address != c.host || fmt.Sprint(before) != fmt.Sprint(c.before) {
			t.Errorf("%s: got %v after %v, want %v after %v", c.name, got.host.Address, before, c.host, c.before)
		}
	}
}

func TestMayLive(t *testing.T) {
	before := of("a up 1", "b leaving 2", "c down 3", "d exiting 4", "e up 5")
	now := of("e joining 0", "f up 6")
	now.Members[0].Incarnation = 2
	want := map[transport.Address]bool{"a": true, "b": false, "c": true, "d": false, "e": false}
	lost := gone(before, now)
	if len(lost) != len(want) {
		t.Errorf("gone: %v", lost)
	}
	for _, m := range lost {
		if got := mayLive(m, now); got != want[m.Address] {
			t.Errorf("%s: got %v", m, got)
		}
	}
}
