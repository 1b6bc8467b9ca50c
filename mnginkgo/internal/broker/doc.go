// Package broker brings the processes of a run together: it lives in process 1,
// knows every process that can host a role, and lends them to specs.
//
// # Hosts and loans
//
// A host is a process that can run a role's node: Ginkgo's processes but the first, and
// children of the test binary that the broker starts when a spec has more roles than
// there are Ginkgo processes. A Ginkgo process does one thing at a time: it runs specs of
// its own or, while it waits in our code, hosts a role for another's. A spec is lent all
// its hosts at once or none; requests are served in the order they came. A loan is all that one
// spec was lent, with the stage on which its roles meet.
//
// Isolated roles are lent no host. Each has a fresh child of its own, which may be killed,
// stopped and replaced while the loan lasts, and that ends with it.
//
// # Sessions
//
// Session is a process's end of its connection to the broker. It is a stage.Director
// for the spec that the process runs and the stage.Backstage of the role it hosts.
// Process 1 has one too, over pipes to itself, so that all hosts are alike.
//
// What a process asks of a stage are the verbs of package stage: the session sends one's name and its
// argument, and the broker hands both to the stage. What else either end may ask is in method.go: both
// use the same value, which has the types of argument and answer. A call to a role is encoded by its
// director and decoded by the role; broker and stage pass it on unread.
//
// # What processes say
//
// The broker reads what a process prints while it hosts a role, and puts it on the spec's
// timeline; a report of the race detector fails the spec. What happens when the spec is over is
// an error of Close, and fails the run.
//
// # Deaths
//
// The end of a connection is the death of its process. A role that it hosted is lost:
// the spec is told why, as far as that can be known, and its other roles go on.
package broker
