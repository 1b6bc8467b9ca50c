package lab

import (
	"fmt"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// Up is the view of a cluster of just these members, all well.
func Up(addresses ...transport.Address) func(cluster.View) bool {
	return func(v cluster.View) bool {
		return v.Converged && len(v.Members) == len(addresses) && slices.Equal(v.Up(), addresses)
	}
}

// AwaitUp waits, for a minute at most, until these nodes see each other Up and nobody
// else. They are all that run if none is named.
func (l *Lab) AwaitUp(addresses ...transport.Address) {
	l.Helper()
	if len(addresses) == 0 {
		addresses = l.Addresses()
	}
	l.Await(time.Minute, fmt.Sprint("members ", addresses), Up(addresses...), addresses...)
}

// Await waits until each of these nodes has had the view that is wanted. They are all that
// run if none is named.
func (l *Lab) Await(within time.Duration, what string, want func(cluster.View) bool, on ...transport.Address) {
	l.Helper()
	if len(on) == 0 {
		on = l.Addresses()
	}
	ctx := l.Within(within)
	for _, a := range on {
		if err := l.Nodes[a].Watch(ctx, want); err != nil {
			l.fail(what, err)
		}
	}
}

// Until waits until the condition holds, which it looks at every millisecond.
func (l *Lab) Until(within time.Duration, what string, condition func() bool) {
	l.Helper()
	for end := time.Now().Add(within); !condition(); time.Sleep(time.Millisecond) { //nolint:forbidigo // in a bubble it takes no time
		if time.Now().After(end) {
			l.fail(what, fmt.Errorf("not within %s", within))
		}
	}
}

func (l *Lab) fail(what string, err error) {
	l.Helper()
	for _, a := range l.Addresses() {
		l.Log(l.Nodes[a].View())
	}
	l.Fatalf("%s: %v", what, err)
}
