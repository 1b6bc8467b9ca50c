// Package ring sends frames around a ring of processes, each to the next, through
// whatever is to be measured: nothing but a pipe, a bare router, the broker, or a proxy.
// What the processes do at the two ends of it is the same for all.
//
//	r, err := ring.Start(ctx, ring.Broker, 2)
//	took, err := r.Stream(ctx, ring.Load{Frames: 1 << 20, Size: 64, Batch: 512})
package ring
