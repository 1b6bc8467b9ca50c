package cluster

import (
	"fmt"
	"strings"
	"testing"

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
	}{
		{"nothing", []Member{up("a", 1, 1)}, []Member{up("a", 1, 1)}, ""},
		{"joins", nil, []Member{with(up("a", 1, 0), Joining)}, "MemberJoined"},
		{"is found up", nil, []Member{up("a", 1, 1)}, "MemberJoined MemberUp"},
		{"becomes up", []Member{with(up("a", 1, 0), WeaklyUp)}, []Member{up("a", 1, 1)}, "MemberUp"},
		{"leaves", []Member{up("a", 1, 1)}, []Member{with(up("a", 1, 1), Leaving)}, "MemberLeaving"},
		{"leaves at once", []Member{up("a", 1, 1)}, []Member{with(up("a", 1, 1), Exiting)}, "MemberLeaving MemberExited"},
		{"is removed", []Member{with(up("a", 1, 1), Down)}, nil, "MemberRemoved"},
		{"is downed", []Member{cut(up("a", 1, 1))}, []Member{with(up("a", 1, 1), Down)}, "MemberDowned"},
		{"is replaced", []Member{cut(up("a", 1, 1))}, []Member{with(up("a", 2, 0), Joining)}, "MemberDowned MemberRemoved MemberJoined"},
		{"is cut off", []Member{up("a", 1, 1)}, []Member{cut(up("a", 1, 1))}, "MemberUnreachable"},
		{"is heard again", []Member{cut(up("a", 1, 1))}, []Member{up("a", 1, 1)}, "MemberReachable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			events := difference(View{Members: test.before}, View{Members: test.now})
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
