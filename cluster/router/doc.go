// Package router sends each message to one of the actors that are registered under a key,
// somewhere in a cluster.
//
//	workers := receptionist.NewKey[Job]("workers")
//	jobs, err := router.New(membership, workers, router.RoundRobin())
//	jobs.Tell(Job{...})
//	answer, err := actor.Ask(ctx, jobs, func(replyTo actor.Ref[string]) Job { ... })
//
// # Words
//
// A router is an ordinary actor; what it is sent goes on to a routee, one of those that
// package receptionist has under the key and on a node that can be reached. A strategy
// says which.
//
// # What is promised
//
//   - A message goes to one routee at most, and to one that the router's node knew of.
//   - Messages of one sender that go to the same routee arrive in order.
//   - While there is no routee, messages wait, up to the buffer's size, and go on in order
//     once there is one. One that does not fit, or that still waits when the router
//     ends, is a dead letter with ErrNoRoutee. It counts in System.DeadLetters.
//
// Not promised is that a routee handles what it got: it may end, or its node crash, while
// the message is under way, and the router does not send it again. Ask, with a deadline.
//
// # How it works
//
//   - RoundRobin and Random know only who there is.
//   - ConsistentHash is rendezvous hashing (Thaler and Ravishankar, 1998): see
//     cluster/internal/rendezvous. A routee is known by its address and path, so that one
//     that is registered again after a restart, with the same path, has the same keys.
//   - LeastLoaded picks the routee with the fewest outstanding messages of this router: it
//     joins the shortest queue (Winston, "Optimality of the Shortest Line Discipline",
//     1977). What is outstanding it learns by probes that follow the messages, and come
//     back when the routee has handled them: see cluster/internal/directory. It departs
//     from Winston in that messages of other routers are not seen; balancers that count
//     their own requests, as Envoy's least request policy, do the same.
package router
