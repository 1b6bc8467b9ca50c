package mnginkgo_test

import (
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/matchers"
	"github.com/onsi/gomega/types"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestMatchersRefuseWrongArguments(t *testing.T) {
	const (
		roleOr   = "takes the name of a role, or a matcher; got "
		namesOr  = "takes names of roles, or one matcher and nothing else; got "
		numberOr = "takes how many there are, or a matcher; got "
		statusOr = "takes a Status, such as Up, or a matcher; got "
		subsOr   = "takes an int from 0 on, names of roles, or one matcher and nothing else; got "
	)
	var (
		noMatcher types.GomegaMatcher
		noHandle  *Handle
		noEqual   *matchers.EqualMatcher
		noError   *os.PathError
		handle    = &Handle{}
	)
	for _, c := range []struct {
		matcher types.GomegaMatcher
		want    string
	}{
		{HaveLeader(3), "HaveLeader " + roleOr + "int 3"},
		{HaveLeader(nil), "HaveLeader " + roleOr + "nil"},
		{HaveFrames("3"), "HaveFrames " + numberOr + `"3"`},
		{HaveFrames(-1), "HaveFrames " + numberOr + "int -1"},
		{HaveLeader(noMatcher), "HaveLeader " + roleOr + "nil"},
		{HaveLeader(noEqual), "HaveLeader " + roleOr + "a nil *matchers.EqualMatcher"},
		{HaveLeader(handle), "HaveLeader " + roleOr + "*mnginkgo.Handle: write its Role()"},
		{HaveLeader(noHandle), "HaveLeader " + roleOr + "a nil *mnginkgo.Handle"},
		{HaveLeader(Roles("a")), "HaveLeader " + roleOr + "mnginkgo.RoleNames"},
		{HaveSingletonOn("x", 3), "HaveSingletonOn " + roleOr + "int 3"},
		{HaveSingletonOn("x", nil), "HaveSingletonOn " + roleOr + "nil"},
		{HaveSingletonOn("x", Roles("a")), "HaveSingletonOn " + roleOr + "mnginkgo.RoleNames"},

		{HaveMembers(7), "HaveMembers " + namesOr + "int 7"},
		{HaveMembers(nil), "HaveMembers " + namesOr + "nil"},
		{HaveMembers(handle), "HaveMembers " + namesOr + "*mnginkgo.Handle: write its Role()"},
		{HaveMembers("a", HaveLen(2)), "HaveMembers " + namesOr + "*matchers.HaveLenMatcher"},
		{HaveMembers("a", ""), `HaveMembers takes names of roles; got ""`},
		{HaveMembers(""), `HaveMembers takes names of roles; got ""`},
		{HaveUnreachable(7), "HaveUnreachable " + namesOr + "int 7"},
		{HaveUnreachable(nil), "HaveUnreachable " + namesOr + "nil"},
		{HaveUnreachable(HaveLen(1), HaveLen(1)), "HaveUnreachable " + namesOr + "*matchers.HaveLenMatcher"},
		{HaveUnreachable(""), `HaveUnreachable takes names of roles; got ""`},
		{HaveSubscribers("x", nil), "HaveSubscribers " + subsOr + "nil"},
		{HaveSubscribers("x", -1), "HaveSubscribers " + subsOr + "int -1"},
		{HaveSubscribers("x", "a", 1), "HaveSubscribers " + subsOr + "int 1"},
		{HaveSubscribers("x", ""), `HaveSubscribers takes names of roles; got ""`},

		{HaveStatus("b", "up"), "HaveStatus " + statusOr + `"up": write Up`},
		{HaveStatus("b", "weakly up"), "HaveStatus " + statusOr + `"weakly up": write WeaklyUp`},
		{HaveStatus("b", "upp"), "HaveStatus " + statusOr + `"upp"`},
		{HaveStatus("b", 3), "HaveStatus " + statusOr + "int 3"},
		{HaveStatus("b", nil), "HaveStatus " + statusOr + "nil"},
		{HaveStatus("b", noEqual), "HaveStatus " + statusOr + "a nil *matchers.EqualMatcher"},
		{HaveStatus("", Removed), `HaveStatus takes names of roles; got ""`},

		{HaveShards("x", "2"), "HaveShards " + numberOr + `"2"`},
		{HaveShards("x", nil), "HaveShards " + numberOr + "nil"},
		{HaveShards("x", -1), "HaveShards " + numberOr + "int -1"},
		{HaveShards("x", 1.5), "HaveShards " + numberOr + "float64 1.5"},
		{HaveShardsOn("x", "a", "2"), "HaveShardsOn " + numberOr + `"2"`},
		{HaveShardsOn("x", "", 0), `HaveShardsOn takes names of roles; got ""`},

		{HaveEnded(nil), "HaveEnded takes the error that is why; got nil: HaveEnded() is for any"},
		{HaveEnded(noError), "HaveEnded takes the error that is why; got a nil *fs.PathError: HaveEnded() is for any"},
		{HaveEnded(os.ErrClosed, os.ErrExist), "HaveEnded takes one error, or none; got 2"},
		{HaveExited(-1), "HaveExited takes a code from 0 on; got int -1: HaveBeenKilled is for signals"},
		{HaveBeenKilled(0), "HaveBeenKilled takes a signal, such as syscall.SIGKILL; got syscall.Signal signal 0: HaveExited is for codes"},
	} {
		t.Run(c.want, func(t *testing.T) {
			for name, ask := range asks {
				said := ""
				g := NewGomega(func(message string, _ ...int) { said = message })
				g.SetDefaultEventuallyTimeout(time.Second)
				g.SetDefaultConsistentlyDuration(time.Second)
				ask(g, whole, c.matcher)
				if said != c.want && !strings.HasSuffix(said, "\n"+c.want) {
					t.Errorf("%s says %q", name, said)
				}
			}
		})
	}
}

func TestMatchersTakeWhatIsTheUsers(t *testing.T) {
	g := NewWithT(t)
	own := views{view("a", "a", Member{Role: "a", Status: 42}, up("b"))}
	g.Expect(own).To(HaveStatus("a", Status(42)))
	g.Expect(own).NotTo(HaveStatus("b", Status(42)))
	g.Expect(own).To(HaveStatus("b", BeNumerically(">=", Up)))
	g.Expect(whole).To(HaveUnreachable(Roles()))
	g.Expect(moved[:2]).To(HaveShards("t", uint8(2)))
	g.Expect(moved[:2]).To(HaveShards("t", 2.0))
}
