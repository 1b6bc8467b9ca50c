package chaos

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/transport/fault"
)

// Config says what to draw. The spec's own Chaos has the same fields, and what they mean.
type Config struct {
	Mix      map[string]int
	Every    fault.Delay
	Lasting  fault.Delay
	MaxDown  int
	Schedule string
}

// Roles are those of the spec.
type Roles struct {
	Names    []string
	Isolated bool // each has a process of its own
}

// Complete fills the defaults in, and returns an error for what makes no sense.
func (c *Config) Complete(roles Roles) error {
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
