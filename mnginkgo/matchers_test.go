package mnginkgo_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// views are what a small cluster sees, as an Observer.
type views []View

func (v views) Observe() ([]View, error) { return v, nil }

func up(role string) Member      { return Member{Role: role, Status: Up} }
func cut(role string) Member     { return Member{Role: role, Status: Up, Unreachable: true} }
func leaving(role string) Member { return Member{Role: role, Status: Leaving} }

func view(role, leader string, members ...Member) View {
	return View{Role: role, Members: members, Leader: leader, TellsLeader: true, Converged: true}
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
	unconverged := views{{Role: "a", Members: []Member{up("a")}}, {Role: "b", Members: []Member{up("a")}, Converged: true}}
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
		{"ContainMembers", ContainMembers("a", "b"), halves, false, `
to have at least these members up
    ["a", "b"]
but
    a  sees  a up, b unreachable, c up
    b  sees  a unreachable, b up, c up
    c  sees  a up, b up, c up           as wanted`},
		{"ContainMembers, negated", ContainMembers("a"), whole, true, `
not to have at least these members up
    ["a"]
but
    a  sees  a up, b up  as wanted
    b  sees  a up, b up  as wanted`},
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
	g.Expect(halves).To(Or(HaveConverged(), ContainMembers("c")))
	g.Expect([]views{halves, whole}).To(ContainElement(HaveMembers("a", "b")))
	g.Expect([]views{whole, whole}).To(HaveEach(HaveLeader("a")))
	g.Expect(whole).To(HaveMembers(ConsistOf("b", "a")))
	g.Expect(whole).To(HaveMembers(Roles("b", "a")))
	g.Expect(halves[:2]).To(HaveUnreachable(HaveLen(1)))
	g.Expect(whole).To(HaveLeader(BeElementOf("a", "b")))
	g.Expect(whole).To(HaveStatus("c", Removed))
	g.Expect(whole).To(HaveStatus("a", Not(Equal(Down))))
	g.Eventually(func() views { return whole }).Should(HaveMembers("a", "b"))
}

// lister is a node of somebody else's that knows members and nothing more.
type lister struct{}

func (lister) Members() []Member { return []Member{up("b"), up("a")} }

func TestMatchersTakeAnythingWithTheirMethods(t *testing.T) {
	g := NewWithT(t)
	g.Expect(lister{}).To(HaveMembers("a", "b"))
	for _, c := range []struct {
		matcher types.GomegaMatcher
		actual  any
		want    string
	}{
		{HaveLeader("a"), lister{}, "the node of it has no method Leader() string"},
		{HaveSingletonOn("x", "a"), lister{}, "the node of it has no method Singletons() []Singleton"},
		{HaveMembers("a"), 7, "a matcher of clusters needs a *Cluster, a node of it, or something with Members() []Member; got int"},
		{HaveMembers("a"), views{}, "<mnginkgo_test.views> has no node that runs"},
	} {
		if _, err := c.matcher.Match(c.actual); err == nil || err.Error() != c.want {
			t.Errorf("got error %v, want %s", err, c.want)
		}
	}
	g.Expect(func() { HaveMembers(7) }).To(PanicWith("mnginkgo: HaveMembers takes names of roles, or one matcher; got a int"))
}
