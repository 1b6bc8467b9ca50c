package chaos

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/transport/fault"
)

// verb is what a nemesis can do.
type verb struct {
	roles    int  // how many it takes at least
	isolated bool // each role must have a process of its own
	// draw returns arguments, or nil if it cannot be done now.
	draw func(d *drawing, lasting time.Duration) []string
	// check returns an error for arguments that draw does not give.
	check func(roles names.Roles, args []string) error
	// fault reads the words behind two roles, if the verb puts a fault on their links, which is
	// called name for people.
	fault func(words []string) (fault.Fault, error)
	name  string
}

// verbs are all that there are. A group of roles is one argument: "a,b".
var verbs = map[string]verb{
	"partition":              {roles: 2, draw: drawRoles(2), check: want("a b")},
	"one-way":                {roles: 2, draw: drawRoles(2), check: want("a b")},
	"isolate":                {roles: 2, draw: drawRoles(1), check: want("a")},
	"split":                  {roles: 2, draw: drawSplit, check: want("a,b c,d")},
	"bridge":                 {roles: 3, draw: drawBridge, check: want("a,b c d,e")},
	"ring":                   {roles: 4, draw: drawRoles(0), check: want("")},
	"overlapping-majorities": {roles: 4, draw: drawRoles(0), check: want("")},

	"delay": onPair("delay", "20ms", func(r *rand.Rand) string { return (time.Duration(1+r.IntN(50)) * time.Millisecond).String() }, parseDelay),
	"lose":  onPair("lose", "0.2", drawShare, share(fault.Fault{Kind: fault.Loss})),
	"lose-in-bursts": onPair("lose in bursts", "0.1 8", func(r *rand.Rand) string {
		return fmt.Sprintf("%s %d", drawShare(r), 2+r.IntN(19))
	}, parseBursts),
	"mtu":       onPair("mtu", "1280", func(r *rand.Rand) string { return strconv.Itoa(576 + r.IntN(925)) }, parseMTU),
	"duplicate": onPair("duplicate", "0.2", drawShare, share(fault.Fault{Kind: fault.Duplication})),
	"reorder": onPair("reorder", "0.2", drawShare,
		share(fault.Fault{Kind: fault.Reordering, Delay: fault.Uniform(5*time.Millisecond, 5*time.Millisecond)})),
	"corrupt": onPair("corrupt", "0.2", drawShare, share(fault.Fault{Kind: fault.Corruption})),
	"limit":   onPair("limit", "65536", func(r *rand.Rand) string { return strconv.Itoa(1 << (12 + r.IntN(9))) }, parseLimit),
	"reset":   {roles: 2, draw: drawRoles(2), check: want("a b")},

	"crash": {roles: 2, draw: (*drawing).pickUp, check: want("a")},
	"kill":  {roles: 2, draw: (*drawing).pickUp, check: want("a")},
	"pause": {roles: 2, isolated: true, draw: (*drawing).pickUp, check: want("a")},
	"skew-clock": {
		roles: 1, check: checkSkew,
		draw: func(d *drawing, _ time.Duration) []string {
			return append(d.pick(1), (time.Duration(d.rand.IntN(120)-60) * time.Second).String())
		},
	},
}

func verbNames() []string { return slices.Sorted(maps.Keys(verbs)) }

// checkVerb returns an error unless there is such a verb, and the roles can have it done to them.
func checkVerb(name string, roles names.Roles) error {
	v, ok := verbs[name]
	switch {
	case !ok:
		return fmt.Errorf("unknown verb %q: the verbs are %s", name, strings.Join(verbNames(), ", "))
	case len(roles.Names) < v.roles:
		return fmt.Errorf("%s needs %d roles or more: the roles are %s", name, v.roles, strings.Join(roles.Names, ", "))
	case v.isolated && !roles.Isolated:
		return fmt.Errorf("%s needs Parallel(Isolated())", name)
	}
	return nil
}

// Group returns the roles of an argument that is a group of them.
func Group(arg string) []string { return strings.Split(arg, ",") }

// drawRoles draws so many different roles; it returns an empty list for none.
func drawRoles(n int) func(*drawing, time.Duration) []string {
	return func(d *drawing, _ time.Duration) []string { return d.pick(n) }
}

func drawSplit(d *drawing, _ time.Duration) []string {
	all := d.pick(len(d.roles))
	at := 1 + d.rand.IntN(len(all)-1)
	return []string{strings.Join(all[:at], ","), strings.Join(all[at:], ",")}
}

func drawBridge(d *drawing, _ time.Duration) []string {
	all := d.pick(len(d.roles))
	at := 1 + d.rand.IntN(len(all)-2)
	return []string{strings.Join(all[:at], ","), all[at], strings.Join(all[at+1:], ",")}
}

// want checks that there are as many arguments as in an example, and that those are roles, all
// different, where it has letters ("a b"), or groups of them ("a,b c,d").
func want(example string) func(roles names.Roles, args []string) error {
	return func(roles names.Roles, args []string) error {
		likes := strings.Fields(example)
		if len(args) != len(likes) {
			return fmt.Errorf("the arguments are %q, not like %q", strings.Join(args, " "), example)
		}
		var named []string
		for i, like := range likes {
			switch {
			case strings.Contains(like, ","):
				named = append(named, Group(args[i])...)
			case like[0] >= 'a':
				named = append(named, args[i])
			}
		}
		return names.Different(roles.Names, named)
	}
}

func checkSkew(roles names.Roles, args []string) error {
	if err := want("a 30s")(roles, args); err != nil {
		return err
	}
	_, err := time.ParseDuration(args[1])
	return err
}
