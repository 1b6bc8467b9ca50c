package lease

import "context"

// Lease is one thing that at most one owner has at a time. Its methods may be called
// from several goroutines, and return when ctx ends at the latest.
type Lease interface {
	// Acquire takes the lease for owner, or renews it if it is owner's, and reports
	// whether it is owner's now. An error says that it may be or not.
	Acquire(ctx context.Context, owner string) (bool, error)
	// Release gives the lease back. If it is not owner's, that changes nothing.
	Release(ctx context.Context, owner string) error
}
