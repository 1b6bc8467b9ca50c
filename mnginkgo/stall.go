package mnginkgo

import (
	"context"
	"errors"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// mindLimit returns a context that ends as ctx does, and has the report say where all goroutines are if that is because
// of a limit: of what, or of the node of Ginkgo's. They are asked before the context that is returned ends, as what
// heeds it is gone then. In virtual time it says itself where they are.
func (c *Cluster) mindLimit(ctx context.Context, what string) (minded context.Context, over func()) {
	if c.roles.Virtual {
		return ctx, func() {}
	}
	return seat.Mind(ctx, func() {
		cause := context.Cause(ctx)
		if limit, ginkgos := strings.CutSuffix(cause.Error(), " timeout occurred"); ginkgos { // as Ginkgo words it
			c.stalled("the " + limit)
		} else if errors.Is(cause, context.DeadlineExceeded) {
			c.stalled(what)
		}
	})
}

// stalled has the report say where all goroutines are, as something has timed out.
func (c *Cluster) stalled(what string) {
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout)
	defer cancel()
	_ = stage.Stalled.Tell(ctx, c.stage, stage.Stall{What: what, Where: rolecode.Others()}) // what cannot be had is not there
}
