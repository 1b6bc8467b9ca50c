package seat

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Script is what the seats of a process run, and for how long.
type Script struct {
	// Plan returns how nodes of a role are made. Plans are the same in all processes.
	Plan                     func(number int, role string) Plan
	BootTimeout, StopTimeout time.Duration
}

// Plan is how nodes of a role are made.
type Plan struct {
	NetAddress transport.Address // of their stack on the network
	Net        []netconn.Option
	LogLevel   slog.Level
	Part       func(*Node) Part
}

// Part is the code of the user's for one node.
type Part struct {
	// Boot starts the node and returns it. What it returns may have the methods Leave and Stop, which
	// take a context and return an error, and Crash.
	Boot      func(ctx context.Context) (instance any, err error)
	Defaulted func() bool               // DefaultBoot has had a part in that
	Booted    func(ctx context.Context) // runs what is to run on each node that has booted
	// Body and Command run one, by its number. The report is Ginkgo's of the spec, in JSON.
	Body    func(ctx context.Context, number int, report []byte)
	Command func(ctx context.Context, number int, argument []byte) ([]byte, error)
	View    func() ([]byte, error) // what the node sees, encoded
	Skew    func(by time.Duration) // sets the node's clock ahead
}

// Within returns a context that ends after d, and says which setting that was.
func Within(ctx context.Context, d time.Duration, setting string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, fmt.Errorf("not done after %v, the %s", d, setting))
}
