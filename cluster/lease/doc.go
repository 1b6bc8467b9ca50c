// Package lease has one of several ask for a thing that only one may have, from somebody
// outside of their cluster: which side of a split goes on, for instance.
//
//	leases := lease.NewMemory()
//	l := leases.Lease("orders", time.Minute)
//	held, err := l.Acquire(ctx, "a#1")
//
// A Lease has a name and at most one owner at a time, which is named by whoever acquires
// it. A node names itself, with its incarnation: its next life is another owner. The
// lease is held until it is released, or until its time to live has passed since it was
// last acquired; to acquire it again renews it. After that anybody may have it, so the
// owner must be done by then with what it needed the lease for, or must have renewed it.
// Nobody is told when it is lost: to ask is to acquire.
//
// An error means that the answer is not known, and that the lease may be held all the
// same. Acquiring it again with the same owner is safe then, and so is releasing it.
//
// This is what etcd, Consul and Kubernetes have leases for; the names are those of Akka's
// documentation ("Coordination"), which has the lease itself know its owner. Memory keeps
// leases within a process. In a spec, Env.Lease of package mnginkgo has such leases for
// all nodes, whatever processes they run in.
package lease
