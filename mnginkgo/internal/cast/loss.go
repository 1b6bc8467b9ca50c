package cast

import (
	"errors"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Loss says that the process of a role is gone, which nobody planned, and how.
type Loss struct {
	how    string // a line
	output string // what the process last wrote; "" if that is not known
	told   bool   // a spec has failed of it
}

// Error returns one line. The output is for people only, and may be long.
func (l *Loss) Error() string { return l.how }

// GomegaString returns what Gomega prints below the error's text.
func (l *Loss) GomegaString() string {
	if l.output == "" {
		return "(without a last word)"
	}
	return l.output
}

// Full returns the line, and the output below it.
func (l *Loss) Full() string { return strings.TrimSuffix(l.how+"\n"+l.output, "\n") }

// IsIn reports whether a message has all of the loss already.
func (l *Loss) IsIn(message string) bool {
	last := l.output[strings.LastIndexByte(l.output, '\n')+1:]
	return strings.Contains(message, l.how) && strings.Contains(message, strings.TrimSpace(last))
}

// Loss returns why the process of a role is gone, as a *Loss, or nil.
func (c *Cast) Loss(role string) error {
	if loss := of(c, role, func(p *part) *Loss { return p.loss }); loss != nil {
		return loss
	}
	return nil
}

// Losses returns why each process that is gone is gone.
func (c *Cast) Losses() (all []*Loss) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, role := range c.roles {
		if loss := c.parts[role].loss; loss != nil {
			all = append(all, loss)
		}
	}
	return all
}

// Lost returns all losses in full as one error, or nil if there is none.
func (c *Cast) Lost() error { return joined(c.Losses()) }

// Cause returns all losses in full, if there are any, in place of another error: that is a consequence.
func (c *Cast) Cause(err error) error {
	if lost := c.Lost(); err != nil && lost != nil {
		return lost
	}
	return err
}

// Untold is Lost of those that no spec has failed of yet, with that message: where several specs have
// the same nodes, the one that runs then does.
func (c *Cast) Untold(message string) error {
	untold := slices.DeleteFunc(c.Losses(), func(l *Loss) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		told := l.told || l.IsIn(message)
		l.told = true
		return told
	})
	return joined(untold)
}

func joined(losses []*Loss) error {
	if len(losses) == 0 {
		return nil
	}
	texts := make([]string, len(losses))
	for i, l := range losses {
		texts[i] = l.Full()
	}
	return errors.New(strings.Join(texts, "\n"))
}

// Trouble notes what has failed on a role while the spec looked elsewhere.
func (c *Cast) Trouble(f stage.Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles = append(c.troubles, f)
}

// Troubled reports whether there is trouble that nobody has taken.
func (c *Cast) Troubled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.troubles) > 0
}

// Take returns the trouble so far, each once. Without races it leaves what the race detector has found:
// a report of it may not be whole yet, and more may come.
func (c *Cast) Take(races bool) []stage.Failure {
	c.mu.Lock()
	defer c.mu.Unlock()
	var taken, left []stage.Failure
	for _, f := range c.troubles {
		if f.Kind == stage.Race && !races {
			left = append(left, f)
		} else {
			taken = append(taken, f)
		}
	}
	c.troubles = left
	return taken
}
