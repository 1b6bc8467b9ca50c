package mnginkgo_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// views are what a small cluster sees, as an Observer.
type views []View

func (v views) Observe() ([]View, error) { return v, nil }

func up(role string) Member      { return Member{Role: role, Status: Up} }
func cut(role string) Member     { return Member{Role: role, Status: Up, Unreachable: true} }
func leaving(role string) Member { return Member{Role: role, Status: Leaving} }

func view(role, leader string, members ...Member) View {
	return View{Role: role, Members: members, Leader: leader, TellsLeader: true, Converged: true, TellsConverged: true, TellsEnded: true}
}

func ended(role, leader string, members ...Member) View {
	v := view(role, leader, members...)
	v.Ended = "node was downed"
	return v
}

// halves is a cluster whose link from a to b is cut; whole is one that agrees.
var (
	halves = views{
		view("a", "a", up("a"), cut("b"), up("c")),
		view("b", "b", cut("a"), up("b"), up("c")),
		view("c", "a", up("a"), up("b"), up("c")),
	}
	whole = views{view("a", "a", up("a"), up("b")), view("b", "a", up("a"), up("b"))}
)

// single and double are clusters with a singleton called "x".
var (
	single = views{with("a", "a", true), with("b", "a", false)}
	double = views{with("a", "a", true), with("b", "b", true), with("c", "", false), {Role: "d", TellsSingletons: true}}
)

func with(role, on string, here bool) View {
	return View{Role: role, TellsSingletons: true, Singletons: []Singleton{{"w", "b", false}, {"x", on, here}}}
}

// moved is a cluster in which c does not know yet that shard 1 has moved from a to b.
var moved = views{
	hosts("a", Shard{"t", "0", "a", true, 3}, Shard{"t", "1", "b", false, 0}, Shard{"u", "1", "a", true, 1}),
	hosts("b", Shard{"t", "0", "a", false, 0}, Shard{"t", "1", "b", true, 5}),
	hosts("c", Shard{"t", "0", "a", false, 0}, Shard{"t", "1", "", false, 0}),
}

func hosts(role string, shards ...Shard) View {
	return View{Role: role, TellsShards: true, Shards: shards}
}

// heard is a cluster where a knows of one subscriber more than b.
var heard = views{
	{Role: "a", Subscribers: map[string][]string{"orders": {"b", "a", "b"}}},
	{Role: "b", Subscribers: map[string][]string{"orders": {"a", "b"}}},
}

// check asks a matcher and returns its answer and the message for it.
func check(t *testing.T, m types.GomegaMatcher, actual any) (bool, string) {
	t.Helper()
	ok, err := m.Match(actual)
	if err != nil {
		t.Fatal(err)
	}
	if ok {
		return ok, m.NegatedFailureMessage(actual)
	}
	return ok, m.FailureMessage(actual)
}

func TestMatchersSayWhatEachNodeSees(t *testing.T) {
	leaves := views{view("a", "", up("a"), leaving("b"))}
	split := views{view("a", "a", up("a"), up("b")), view("b", "a", up("a"), up("b")), ended("c", "a", up("a"), cut("c"))}
	unconverged := views{view("a", "", up("a")), view("b", "", up("a"))}
	unconverged[0].Converged = false
	for _, c := range []struct {
		name    string
		matcher types.GomegaMatcher
		actual  views
		matches bool
		message string
	}{
		{"HaveMembers", HaveMembers("a", "b", "c"), halves, false, `
to have exactly these members up
    ["a", "b", "c"]
but
    a  sees  a up, b unreachable, c up
    b  sees  a unreachable, b up, c up
    c  sees  a up, b up, c up           as wanted`},
		{"HaveMembers, negated", HaveMembers("b", "a"), whole, true, `
not to have exactly these members up
    ["a", "b"]
but
    a  sees  a up, b up  as wanted
    b  sees  a up, b up  as wanted`},
		{"HaveMembers with a matcher", HaveMembers(HaveLen(3)), whole, false, `
to have members up that satisfy
    <*matchers.HaveLenMatcher>: {Count: 3}
but
    a  sees  a up, b up
    b  sees  a up, b up`},
		{"HaveMembers with whoever else", HaveMembers(ContainElements("a", "b")), halves, false, `
to have members up that satisfy
    <*matchers.ContainElementsMatcher>: {
        Elements: [<string>"a", <string>"b"],
        missingElements: [<string>"a"],
    }
but
    a  sees  a up, b unreachable, c up
    b  sees  a unreachable, b up, c up
    c  sees  a up, b up, c up           as wanted`},
		{"HaveUnreachable", HaveUnreachable("b"), halves, false, `
to see exactly these members as unreachable
    ["b"]
but
    a  sees  a up, b unreachable, c up  as wanted
    b  sees  a unreachable, b up, c up
    c  sees  a up, b up, c up`},
		{"HaveUnreachable, negated", HaveUnreachable("b"), halves[:1], true, `
not to see exactly these members as unreachable
    ["b"]
but
    a  sees  a up, b unreachable, c up  as wanted`},
		{"HaveUnreachable of anybody", HaveUnreachable(), whole, false, `
to see some member as unreachable
but
    a  sees  a up, b up
    b  sees  a up, b up`},
		{"HaveStatus", HaveStatus("b", Removed), leaves, false, `
to have b with status
    removed
but
    a  sees  a up, b leaving`},
		{"HaveStatus, negated", HaveStatus("b", Leaving), leaves, true, `
not to have b with status
    leaving
but
    a  sees  a up, b leaving  as wanted`},
		{"HaveLeader", HaveLeader("a"), halves, false, `
to have the leader
    a
but
    a  sees  a as the leader  as wanted
    b  sees  b as the leader
    c  sees  a as the leader  as wanted`},
		{"HaveLeader of nobody, negated", HaveLeader(""), leaves, true, `
not to have no leader
but
    a  sees  no leader  as wanted`},
		{"HaveShards", HaveShards("t", 2), moved, false, `
to know the homes of this many shards of "t"
    2
but
    a  sees  1 on a, 1 on b; hosts 1     as wanted
    b  sees  1 on a, 1 on b; hosts 1     as wanted
    c  sees  1 nowhere, 1 on a; hosts 0`},
		{"HaveShards, of an agreed cluster, negated", HaveShards("t", 2), moved[:2], true, `
not to know the homes of this many shards of "t"
    2
but
    a  sees  1 on a, 1 on b; hosts 1  as wanted
    b  sees  1 on a, 1 on b; hosts 1  as wanted`},
		{"HaveShardsOn", HaveShardsOn("t", "b", BeNumerically(">", 0)), moved, false, `
to know this many shards of "t" on b
    <*matchers.BeNumericallyMatcher>: {Comparator: ">", CompareTo: [<int>0]}
but
    a  sees  1 on a, 1 on b; hosts 1     as wanted
    b  sees  1 on a, 1 on b; hosts 1     as wanted
    c  sees  1 nowhere, 1 on a; hosts 0`},
		{"HaveShardsOn, hosted twice", HaveShardsOn("t", "a", 1), views{moved[0], hosts("b", Shard{"t", "0", "a", true, 0})}, false, `
to know this many shards of "t" on a
    1
but
    a  sees  1 on a, 1 on b; hosts 1  as wanted
    b  sees  1 on a; hosts 1`},
		{"HaveSingletonOn", HaveSingletonOn("x", "a"), double, false, `
to have the singleton "x" on
    a
but
    a  sees  it on a, and runs one  as wanted
    b  sees  it on b, and runs one
    c  sees  it nowhere
    d  sees  no singleton "x"`},
		{"HaveSingletonOn, with a matcher, negated", HaveSingletonOn("x", BeElementOf("a", "b")), single, true, `
not to have the singleton "x" on
    <*matchers.BeElementOfMatcher>: {
        Elements: [<string>"a", <string>"b"],
    }
but
    a  sees  it on a, and runs one  as wanted
    b  sees  it on a                as wanted`},
		{"HaveSingletonOn, where all are well but differ", HaveSingletonOn("x", Not(BeEmpty())), double[:2], false, `
to have the singleton "x" on
    <*matchers.NotMatcher>: {
        Matcher: <*matchers.BeEmptyMatcher>{},
    }
but
    a  sees  it on a, and runs one
    b  sees  it on b, and runs one`},
		{"HaveSingletonOn, where nobody runs it", HaveSingletonOn("x", "z"), views{with("a", "z", false), with("b", "z", false)}, false, `
to have the singleton "x" on
    z
but
    a  sees  it on z
    b  sees  it on z`},
		{"HaveSingletonOn, where one runs what it does not know", HaveSingletonOn("x", ""), views{with("a", "", true), with("b", "", false)}, false, `
to have the singleton "x" nowhere
but
    a  sees  it nowhere, and runs one
    b  sees  it nowhere                as wanted`},
		{"AgreeOnLeader", AgreeOnLeader(), halves, false, `
to agree on a leader
but
    a  sees  a as the leader
    b  sees  b as the leader
    c  sees  a as the leader`},
		{"AgreeOnLeader, negated", AgreeOnLeader(), whole, true, `
not to agree on a leader
but
    a  sees  a as the leader  as wanted
    b  sees  a as the leader  as wanted`},
		{"HaveConverged", HaveConverged(), unconverged, false, `
to have converged
but
    a  sees  a up (not converged)
    b  sees  a up                  as wanted`},
		{"HaveConverged, seeing different things", HaveConverged(), halves, false, `
to have converged
but
    a  sees  a up, b unreachable, c up
    b  sees  a unreachable, b up, c up
    c  sees  a up, b up, c up`},
		{"HaveConverged, negated", HaveConverged(), whole, true, `
not to have converged
but
    a  sees  a up, b up  as wanted
    b  sees  a up, b up  as wanted`},
		{"HaveEnded", HaveEnded(cluster.ErrDowned), split, false, `
to have ended
    node was downed
but
    a  sees  a up, b up
    b  sees  a up, b up
    c  has ended: node was downed  as wanted`},
		{"HaveEnded, negated", HaveEnded(), split[2:], true, `
not to have ended
but
    c  has ended: node was downed  as wanted`},
		{"HaveEnded, for another reason", HaveEnded(cluster.ErrReplaced), split[2:], false, `
to have ended
    another incarnation of the node is or was a member
but
    c  has ended: node was downed`},
		{"HaveMembers, with one that has ended", HaveMembers("a", "b", "c"), split, false, `
to have exactly these members up
    ["a", "b", "c"]
but
    a  sees  a up, b up
    b  sees  a up, b up
    c  has ended: node was downed`},
		{"HaveMembers, without the one that has ended, negated", HaveMembers("a", "b"), split, true, `
not to have exactly these members up
    ["a", "b"]
but
    a  sees  a up, b up            as wanted
    b  sees  a up, b up            as wanted
    c  has ended: node was downed`},
		{"HaveMembers, of none that lives", HaveMembers("a"), split[2:], false, `
to have exactly these members up
    ["a"]
but
    c  has ended: node was downed`},
		{"HaveSubscribers", HaveSubscribers("orders", "a", "b"), heard, false, `
to have exactly these subscribers of "orders"
    ["a", "b"]
but
    a  sees  subscribers on a, b, b
    b  sees  subscribers on a, b     as wanted`},
		{"HaveSubscribers with a number", HaveSubscribers("orders", 3), heard, false, `
to have 3 subscribers of "orders"
but
    a  sees  subscribers on a, b, b  as wanted
    b  sees  subscribers on a, b`},
		{"HaveSubscribers with a matcher", HaveSubscribers("orders", HaveLen(3)), heard, false, `
to have subscribers of "orders" that satisfy
    <*matchers.HaveLenMatcher>: {Count: 3}
but
    a  sees  subscribers on a, b, b  as wanted
    b  sees  subscribers on a, b`},
		{"HaveSubscribers of anybody", HaveSubscribers("news"), heard, false, `
to have some subscriber of "news"
but
    a  sees  no subscriber
    b  sees  no subscriber`},
		{"HaveSubscribers, negated", HaveSubscribers("news", 0), heard, true, `
not to have 0 subscribers of "news"
but
    a  sees  no subscriber  as wanted
    b  sees  no subscriber  as wanted`},
	} {
		t.Run(c.name, func(t *testing.T) {
			matches, message := check(t, c.matcher, c.actual)
			want := "Expected\n    <mnginkgo_test.views>" + c.message
			if matches != c.matches || message != want {
				t.Errorf("got %v and\n%s\nwant %v and\n%s", matches, message, c.matches, want)
			}
			for _, line := range strings.Split(message, "\n") {
				if len(line) > 80 {
					t.Errorf("%d columns: %s", len(line), line)
				}
			}
		})
	}
}

func TestMatchersComposeWithGomegas(t *testing.T) {
	g := NewWithT(t)
	g.Expect(whole).To(And(HaveMembers("a", "b"), HaveConverged(), AgreeOnLeader()))
	g.Expect(halves).NotTo(HaveMembers("a", "b", "c"))
	g.Expect(halves).To(Not(AgreeOnLeader()))
	g.Expect(halves).To(Or(HaveConverged(), HaveMembers(ContainElement("c"))))
	g.Expect([]views{halves, whole}).To(ContainElement(HaveMembers("a", "b")))
	g.Expect([]views{whole, whole}).To(HaveEach(HaveLeader("a")))
	one := views{view("a", "a", up("a")), ended("b", "b", up("b"))}
	g.Expect(one).To(And(HaveMembers("a"), HaveConverged(), AgreeOnLeader(), HaveStatus("b", Removed), Not(HaveEnded())))
	g.Expect(whole).To(HaveMembers(ConsistOf("b", "a")))
	g.Expect(whole).To(HaveMembers(Roles("b", "a")))
	g.Expect(halves[:2]).To(HaveUnreachable(HaveLen(1)))
	g.Expect(whole).To(HaveLeader(BeElementOf("a", "b")))
	g.Expect(whole).To(HaveStatus("c", Removed))
	g.Expect(whole).To(HaveStatus("a", Not(Equal(Down))))
	g.Expect(heard).To(HaveSubscribers("orders"))
	g.Expect(heard).To(HaveSubscribers("news", BeEmpty()))
	g.Expect(heard[:1]).To(HaveSubscribers("orders", Roles("b", "a", "b")))
	g.Eventually(func() views { return whole }).Should(HaveMembers("a", "b"))
}

// lister is a node of somebody else's that knows members and nothing more.
type lister struct{}

func (lister) Members() []Member { return []Member{up("b"), up("a")} }

// mortal is a node of somebody else's that knows no more than why it has ended.
type mortal struct{ why error }

func (m mortal) Ended() error { return m.why }

func TestOneMethodIsEnoughForItsMatcher(t *testing.T) {
	g := NewWithT(t)
	g.Expect(mortal{}).NotTo(HaveEnded())
	g.Expect(mortal{cluster.ErrDowned}).To(HaveEnded(cluster.ErrDowned))
	_, message := check(t, HaveEnded(), mortal{})
	g.Expect(message).To(Equal("Expected\n    <mnginkgo_test.mortal>\nto have ended\nbut\n    it  sees  nobody"))
}

func TestMatchersTakeAnythingWithTheirMethods(t *testing.T) {
	g := NewWithT(t)
	g.Expect(lister{}).To(HaveMembers("a", "b"))
	for _, c := range []struct {
		matcher types.GomegaMatcher
		actual  any
		want    string
	}{
		{HaveLeader("a"), lister{}, "mnginkgo_test.lister on it has no method Leader() string, which this matcher needs"},
		{HaveSingletonOn("x", "a"), lister{}, "mnginkgo_test.lister on it has no method Singletons() []Singleton, which this matcher needs"},
		{HaveShards("x", 1), lister{}, "mnginkgo_test.lister on it has no method Shards() []Shard, which this matcher needs"},
		{HaveConverged(), lister{}, "mnginkgo_test.lister on it has no method Converged() bool, which this matcher needs"},
		{HaveMembers("a"), mortal{}, "mnginkgo_test.mortal on it has no method Members() []Member, which this matcher needs"},
		{HaveEnded(), lister{}, "mnginkgo_test.lister on it has no method Ended() error, which this matcher needs"},
		{HaveMembers("a"), views{{Role: "a"}}, "what was booted on a has no method Members() []Member, which this matcher needs"},
		{HaveSubscribers("x"), lister{}, "the node of it has no subscribers to tell of: it needs pubsub.Start, or a method Subscribers() map[string][]string"},
		{HaveMembers("a"), 7, "a matcher of clusters needs a *Cluster, a node of it, or something with Members() []Member; got int"},
		{HaveMembers("a"), views{}, "<mnginkgo_test.views> has no node that runs"},
	} {
		if _, err := c.matcher.Match(c.actual); err == nil || err.Error() != c.want {
			t.Errorf("got error %v, want %s", err, c.want)
		}
	}
}

// asks are the assertions that a matcher may be in.
var asks = map[string]func(g Gomega, actual any, m types.GomegaMatcher){
	"To":                     func(g Gomega, actual any, m types.GomegaMatcher) { g.Expect(actual).To(m) },
	"NotTo":                  func(g Gomega, actual any, m types.GomegaMatcher) { g.Expect(actual).NotTo(m) },
	"Not":                    func(g Gomega, actual any, m types.GomegaMatcher) { g.Expect(actual).To(Not(m)) },
	"Eventually Should":      func(g Gomega, actual any, m types.GomegaMatcher) { g.Eventually(actual).Should(m) },
	"Eventually ShouldNot":   func(g Gomega, actual any, m types.GomegaMatcher) { g.Eventually(actual).ShouldNot(m) },
	"Consistently Should":    func(g Gomega, actual any, m types.GomegaMatcher) { g.Consistently(actual).Should(m) },
	"Consistently ShouldNot": func(g Gomega, actual any, m types.GomegaMatcher) { g.Consistently(actual).ShouldNot(m) },
}
