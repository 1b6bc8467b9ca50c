package lease_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/cluster/lease"
)

func Example() {
	ctx := context.Background()
	l := lease.NewMemory().Lease("orders", time.Minute)
	fmt.Println(l.Acquire(ctx, "a#1"))
	fmt.Println(l.Acquire(ctx, "b#1"))
	fmt.Println(l.Release(ctx, "a#1"))
	fmt.Println(l.Acquire(ctx, "b#1"))
	// Output:
	// true <nil>
	// false <nil>
	// <nil>
	// true <nil>
}
