package chaos

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/transport/fault"
)

// drawing draws steps, one after another.
type drawing struct {
	config Config
	roles  []string
	rand   *rand.Rand
	verbs  []string // each as often as it weighs
	now    time.Duration
	down   map[string]time.Duration // roles that do not run, and until when
}

// stream keeps the numbers of a nemesis apart from others of the same seed.
const stream = 0x6e656d65736973

// Draw returns steps without end, which depend on the seed alone. The config must be complete, and
// its Mix choose a verb.
func Draw(config Config, roles []string, seed uint64) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		d := &drawing{config: config, roles: roles, rand: rand.New(rand.NewPCG(seed, stream)), down: map[string]time.Duration{}}
		for _, name := range slices.Sorted(maps.Keys(config.Mix)) {
			d.verbs = append(d.verbs, slices.Repeat([]string{name}, config.Mix[name])...)
		}
		for yield(d.next()) {
		}
	}
}

func (d *drawing) next() (s Step) {
	for {
		d.now += max(time.Millisecond, d.config.Every.Draw(d.rand).Round(time.Millisecond))
		s = Step{at: d.now, lasting: max(time.Millisecond, d.config.Lasting.Draw(d.rand).Round(time.Millisecond))}
		s.Verb = d.verbs[d.rand.IntN(len(d.verbs))]
		if s.Args = verbs[s.Verb].draw(d, s.lasting); s.Args != nil {
			return s
		}
	}
}

// pick returns n different roles, in no order.
func (d *drawing) pick(n int) []string {
	picked := make([]string, n)
	for i, j := range d.rand.Perm(len(d.roles))[:n] {
		picked[i] = d.roles[j]
	}
	return picked
}

// pickUp returns a role to take down, or nil if no more may be down.
func (d *drawing) pickUp(lasting time.Duration) []string {
	maps.DeleteFunc(d.down, func(_ string, until time.Duration) bool { return until < d.now })
	role := d.pick(1)[0]
	if _, taken := d.down[role]; taken || len(d.down) >= d.config.MaxDown {
		return nil
	}
	d.down[role] = d.now + lasting
	return []string{role}
}

// Config says what to draw. The spec's own Chaos has the same fields, and what they mean.
type Config struct {
	Mix      map[string]int
	Every    fault.Delay
	Lasting  fault.Delay
	MaxDown  int
	Schedule string
}

// Complete fills the defaults in, and returns an error for what makes no sense.
func (c *Config) Complete(roles names.Roles) error {
	if c.Every == (fault.Delay{}) {
		c.Every = fault.Exponential(300 * time.Millisecond)
	}
	if c.Lasting == (fault.Delay{}) {
		c.Lasting = fault.Uniform(500*time.Millisecond, 400*time.Millisecond)
	}
	if c.MaxDown == 0 {
		c.MaxDown = (len(roles.Names) - 1) / 2
	}
	if err := errors.Join(c.Every.Check(), c.Lasting.Check()); err != nil {
		return err
	}
	if c.MaxDown < 1 && c.Mix["crash"]+c.Mix["kill"]+c.Mix["pause"] > 0 {
		return fmt.Errorf("MaxDown is %d, so that nobody can be crashed, killed or paused: set it to 1 or more", c.MaxDown)
	}
	total := 0
	for name, weight := range c.Mix {
		if err := checkVerb(name, roles); err != nil {
			return err
		}
		if weight < 0 {
			return fmt.Errorf("the weight of %q is %d, which is negative", name, weight)
		}
		total += weight
	}
	if total == 0 && c.Schedule == "" {
		return fmt.Errorf("the Mix chooses no verb: the verbs are %s", strings.Join(verbNames(), ", "))
	}
	return nil
}
