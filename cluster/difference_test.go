package cluster

import (
	"fmt"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

func TestEventsTellHowAViewChanged(t *testing.T) {
	up := func(a string, life uint64, number int) Member {
		return Member{Address: transport.Address(a), Incarnation: life, Status: Up, Number: number}
	}
	with := func(m Member, s Status) Member { m.Status = s; return m }
	cut := func(m Member) Member { m.Unreachable = true; return m }
	for _, test := range []struct {
		name        string
		before, now []Member
		want        string
		last        Status // of who has gone
	}{
		{"nothing", []Member{up("a", 1, 1)}, []Member{up("a", 1, 1)}, "", 0},
		{"joins", nil, []Member{with(up("a", 1, 0), Joining)}, "MemberJoined", 0},
		{"is found up", nil, []Member{up("a", 1, 1)}, "MemberJoined MemberUp", 0},
		{"becomes up", []Member{with(up("a", 1, 0), WeaklyUp)}, []Member{up("a", 1, 1)}, "MemberUp", 0},
		{"leaves", []Member{up("a", 1, 1)}, []Member{with(up("a", 1, 1), Leaving)}, "MemberLeaving", 0},
		{"leaves at once", []Member{up("a", 1, 1)}, []Member{with(up("a", 1, 1), Exiting)}, "MemberLeaving MemberExited", 0},
		{"is removed", []Member{with(up("a", 1, 1), Down)}, nil, "MemberRemoved", 0},
		{"leaves, and is removed at once", []Member{up("a", 1, 1)}, nil, "MemberLeaving MemberExited MemberRemoved", Exiting},
		{"is downed, and removed at once", []Member{cut(up("a", 1, 1))}, nil, "MemberDowned MemberRemoved", Down},
		{"is downed, and replaced at once", []Member{cut(up("a", 1, 1))}, []Member{with(up("a", 2, 0), Joining)}, "MemberDowned MemberRemoved MemberJoined", Down},
		{"is downed", []Member{cut(up("a", 1, 1))}, []Member{with(up("a", 1, 1), Down)}, "MemberDowned", 0},
		{"is replaced", []Member{cut(up("a", 1, 1))}, []Member{with(up("a", 2, 0), Joining)}, "MemberDowned MemberRemoved MemberJoined", 0},
		{"is cut off", []Member{up("a", 1, 1)}, []Member{cut(up("a", 1, 1))}, "MemberUnreachable", 0},
		{"is heard again", []Member{cut(up("a", 1, 1))}, []Member{up("a", 1, 1)}, "MemberReachable", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var gone []gossip.Record
			if test.last > 0 {
				gone = []gossip.Record{{Node: gossip.Node{Address: "a", Incarnation: 1}, Status: gossip.Status(test.last), Number: 1}}
			}
			events := difference(View{Members: test.before}, View{Members: test.now}, gone)
			var got []string
			for _, e := range events[:len(events)-1] { // the last is ViewChanged
				got = append(got, strings.TrimPrefix(fmt.Sprintf("%T", e), "cluster."))
			}
			if list := strings.Join(got, " "); list != test.want {
				t.Errorf("got %q, want %q", list, test.want)
			}
		})
	}
}
