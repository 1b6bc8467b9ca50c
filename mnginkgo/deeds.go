package mnginkgo

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/transport/fault"
)

// deed is what a Nemesis can do.
type deed struct {
	roles    int  // how many it takes at least
	isolated bool // needs Parallel(Isolated())
	// draw returns arguments for do, or nil if it cannot be done now.
	draw func(p *planner, lasting time.Duration) []string
	// check returns an error for arguments that draw does not give: do cannot do them.
	check func(p *plan, args []string) error
	// do begins, and returns what ends it.
	do func(c *Cluster, args []string) (undo func())
}

// deeds are the verbs of a Nemesis. A group of roles is one argument: "a,b".
var deeds = map[string]deed{
	"partition": {
		roles: 2, draw: drawRoles(2), check: want("a b"),
		do: func(c *Cluster, a []string) func() { return c.Partition(a[0], a[1]).Undo },
	},
	"one-way": {
		roles: 2, draw: drawRoles(2), check: want("a b"),
		do: func(c *Cluster, a []string) func() { return c.PartitionOneWay(a[0], a[1]).Undo },
	},
	"isolate": {
		roles: 2, draw: drawRoles(1), check: want("a"),
		do: func(c *Cluster, a []string) func() { return c.Isolate(a[0]).Undo },
	},
	"split": {
		roles: 2, draw: drawSplit, check: want("a,b c,d"),
		do: func(c *Cluster, a []string) func() { return c.Split(group(a[0]), group(a[1])).Undo },
	},
	"bridge": {
		roles: 3, draw: drawBridge, check: want("a,b c d,e"),
		do: func(c *Cluster, a []string) func() { return c.Bridge(group(a[0]), a[1], group(a[2])).Undo },
	},
	"ring": {
		roles: 4, draw: drawRoles(0), check: want(""),
		do: func(c *Cluster, _ []string) func() { return c.Ring().Undo },
	},
	"overlapping-majorities": {
		roles: 4, draw: drawRoles(0), check: want(""),
		do: func(c *Cluster, _ []string) func() { return c.OverlappingMajorities().Undo },
	},

	"delay": onPair("delay", "20ms", func(p *planner) string { return (time.Duration(1+p.rand.IntN(50)) * time.Millisecond).String() }, parseDelay),
	"lose":  onPair("lose", "0.2", drawShare, share(fault.Fault{Kind: fault.Loss})),
	"lose-in-bursts": onPair("lose in bursts", "0.1 8", func(p *planner) string {
		return fmt.Sprintf("%s %d", drawShare(p), 2+p.rand.IntN(19))
	}, parseBursts),
	"mtu":       onPair("mtu", "1280", func(p *planner) string { return strconv.Itoa(576 + p.rand.IntN(925)) }, parseMTU),
	"duplicate": onPair("duplicate", "0.2", drawShare, share(fault.Fault{Kind: fault.Duplication})),
	"reorder": onPair("reorder", "0.2", drawShare,
		share(fault.Fault{Kind: fault.Reordering, Delay: fault.Uniform(5*time.Millisecond, 5*time.Millisecond)})),
	"corrupt": onPair("corrupt", "0.2", drawShare, share(fault.Fault{Kind: fault.Corruption})),
	"limit":   onPair("limit", "65536", func(p *planner) string { return strconv.Itoa(1 << (12 + p.rand.IntN(9))) }, parseLimit),
	"reset": {roles: 2, draw: drawRoles(2), check: want("a b"), do: func(c *Cluster, a []string) func() {
		c.Pair(a[0], a[1]).Reset()
		return func() {}
	}},

	"crash": death((*Cluster).Crash),
	"kill":  death((*Cluster).Kill),
	"pause": {
		roles: 2, isolated: true, draw: func(p *planner, lasting time.Duration) []string { return p.pickUp(lasting) }, check: want("a"),
		do: func(c *Cluster, a []string) func() {
			c.Pause(a[0])
			return func() { c.Resume(a[0]) }
		},
	},
	"skew-clock": {roles: 1, draw: func(p *planner, _ time.Duration) []string {
		return append(p.pick(1), (time.Duration(p.rand.IntN(120)-60) * time.Second).String())
	}, check: checkSkew, do: func(c *Cluster, a []string) func() {
		by, _ := time.ParseDuration(a[1]) // it was checked
		c.SkewClock(a[0], by)
		return func() {
			if c.skewOf(a[0]) == by { // or a later one lasts
				c.SkewClock(a[0], 0)
			}
		}
	}},
}

func deedNames() []string { return slices.Sorted(maps.Keys(deeds)) }

// checkDeed returns an error unless there is such a verb, and the plan's roles can have it
// done to them.
func checkDeed(verb string, p *plan) error {
	d, ok := deeds[verb]
	switch {
	case !ok:
		return fmt.Errorf("unknown verb %q: the verbs are %s", verb, strings.Join(deedNames(), ", "))
	case len(p.roles) < d.roles:
		return fmt.Errorf("%s needs %d roles or more: the roles are %s", verb, d.roles, strings.Join(p.roles, ", "))
	case d.isolated && !p.isolated:
		return fmt.Errorf("%s needs Parallel(Isolated())", verb)
	}
	return nil
}

func group(arg string) RoleNames { return strings.Split(arg, ",") }

// death is one after which a role is started again.
func death(verb func(*Cluster, ...string)) deed {
	return deed{
		roles: 2, draw: func(p *planner, lasting time.Duration) []string { return p.pickUp(lasting) }, check: want("a"),
		do: func(c *Cluster, a []string) func() {
			verb(c, a[0])
			return func() { c.Start(a[0]) }
		},
	}
}

// drawRoles draws so many different roles; it returns an empty list for none.
func drawRoles(n int) func(*planner, time.Duration) []string {
	return func(p *planner, _ time.Duration) []string { return p.pick(n) }
}

func drawSplit(p *planner, _ time.Duration) []string {
	all := p.pick(len(p.roles))
	at := 1 + p.rand.IntN(len(all)-1)
	return []string{strings.Join(all[:at], ","), strings.Join(all[at:], ",")}
}

func drawBridge(p *planner, _ time.Duration) []string {
	all := p.pick(len(p.roles))
	at := 1 + p.rand.IntN(len(all)-2)
	return []string{strings.Join(all[:at], ","), all[at], strings.Join(all[at+1:], ",")}
}

func drawShare(p *planner) string {
	return strconv.FormatFloat(float64(1+p.rand.IntN(50))/100, 'g', -1, 64)
}

// want checks that there are as many arguments as in an example, and that those are roles, all
// different, where it has letters ("a b"), or groups of them ("a,b c,d").
func want(example string) func(p *plan, args []string) error {
	return func(p *plan, args []string) error {
		likes := strings.Fields(example)
		if len(args) != len(likes) {
			return fmt.Errorf("the arguments are %q, not like %q", strings.Join(args, " "), example)
		}
		var roles []string
		for i, like := range likes {
			switch {
			case strings.Contains(like, ","):
				roles = append(roles, group(args[i])...)
			case like[0] >= 'a':
				roles = append(roles, args[i])
			}
		}
		return differentRoles(p.roles, roles)
	}
}

func checkSkew(p *plan, args []string) error {
	if err := want("a 30s")(p, args); err != nil {
		return err
	}
	_, err := time.ParseDuration(args[1])
	return err
}

// onPair is a fault on the links between two roles. The words behind these say how much.
func onPair(verb, example string, amount func(*planner) string, parse func(words []string) (fault.Fault, error)) deed {
	return deed{
		roles: 2,
		check: func(p *plan, args []string) error {
			if err := want("a b "+example)(p, args); err != nil {
				return err
			}
			f, err := parse(args[2:])
			if err == nil {
				err = f.Check()
			}
			return err
		},
		draw: func(p *planner, _ time.Duration) []string { return append(p.pick(2), strings.Fields(amount(p))...) },
		do: func(c *Cluster, a []string) func() {
			f, _ := parse(a[2:]) // it was checked
			return c.Pair(a[0], a[1]).inflict(verb, f).Undo
		},
	}
}

// share reads the share of frames that a fault meets.
func share(f fault.Fault) func(words []string) (fault.Fault, error) {
	return func(words []string) (fault.Fault, error) {
		var err error
		f := f
		f.Share, err = strconv.ParseFloat(words[0], 64)
		return f, err
	}
}

func parseDelay(words []string) (fault.Fault, error) {
	mean, err := time.ParseDuration(words[0])
	return fault.Fault{Kind: fault.Latency, Delay: fault.Exponential(mean)}, err
}

func parseBursts(words []string) (fault.Fault, error) {
	share, err := strconv.ParseFloat(words[0], 64)
	length, err2 := strconv.ParseFloat(words[1], 64)
	return fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(share, length)}, errors.Join(err, err2)
}

func parseMTU(words []string) (fault.Fault, error) {
	bytes, err := strconv.Atoi(words[0])
	return fault.Fault{Kind: fault.MTU, Size: bytes}, err
}

// parseLimit reads a rate in bytes a second, alone or with the length of the queue: "65536"
// or "65536,100ms".
func parseLimit(words []string) (f fault.Fault, err error) {
	rate, queue, given := strings.Cut(words[0], ",")
	f.Kind = fault.Bandwidth
	if f.Rate, err = strconv.Atoi(rate); err == nil && given {
		f.Queue, err = time.ParseDuration(queue)
	}
	return f, err
}
