// Package company makes the processes of a run one company: whatever process a spec runs in, its
// roles may run in all the others.
//
// Process 1 starts the broker, and the other Ginkgo processes join it by way of named pipes. A
// child is the same test binary again, and joins by a pipe that it inherits. Each is a Process,
// which hosts roles for specs of others while it waits, and borrows processes for its own.
//
// A loan lasts for the turn of a spec: it is taken before the spec's clock starts and given back
// when its nodes have stopped, in an Ordered container after its last spec.
package company
