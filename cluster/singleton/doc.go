// Package singleton has a cluster run one actor of a name: on the member that is Up for
// longest, and on the next one when that leaves or is given up.
//
//	counter, err := singleton.Start(m, "counter", func() actor.Actor[Count] { return &Counter{} })
//	counter.Ref().Tell(Count{1})
//
// # Words
//
// The instance is the actor. Its host is the node that runs it: the oldest member, by
// cluster.View.Oldest. Every node that may become the host calls Start, with the same
// name and the same options; others that only send it messages call Proxy. A host that
// has not called Start keeps the others from running the instance, until it does or is
// gone. A member has retired from hosting once it has said that it never runs the
// instance again.
//
// # What is promised
//
//   - Among nodes that see each other as members there are never two instances at once,
//     even for a moment.
//   - When the host leaves with cluster.Membership.Leave, the instance handles what was
//     sent to it before, its children stop, and its PostStop is called, all before the
//     node is Leaving. The next instance starts then, without waiting for any timer.
//   - Ref is an actor of the same node, and takes messages whether there is an instance
//     or not. While there is none, or it moves, they wait in a buffer; see WithBuffer.
//   - Messages from one actor, or one goroutine, through one Ref are handled in the order
//     they were sent, also across a move.
//   - No message that a Ref took is lost because the host leaves, if the nodes can reach
//     each other. What was sent to an instance that crashes, or whose node does, is lost
//     as any message is: each is handled at most once.
//   - A node that is no member any more, because it was downed or replaced, stops its
//     instance at once. What it still buffers then becomes dead letters.
//
// Not promised: that the two sides of a split do not each run one. Each side does as soon
// as its downing policy has removed the host on the other. A policy that lets only one
// side survive, with WithMargin for the time that the other side takes to see that it
// lost, rules that out. Two clusters that meet and become one have two instances until
// the younger host sees the older one, and stops its own at once; a first seed that is
// started anew and knows no other seed is a cluster of its own until it is found.
//
// # How it works
//
// The rule is that of Akka's "Cluster Singleton": the oldest hosts, and the next oldest
// does once the older ones are out of the way. A node starts the instance when it is Up
// and each older member with the role has either been removed, or has said that it has
// retired. It asks those that are Leaving, Exiting or Down, again and again until they
// answer; answers name the incarnation they are about. It departs from there in this:
//
//   - The host hands over before it is Leaving, from cluster.Membership.BeforeLeave,
//     rather than while it is Exiting.
//   - Before the host stops the instance, it has everybody who sends to it hold what
//     they have, and waits for their answers. Frames on a link arrive in order, so what
//     was sent before has arrived by then. Who does not answer is waited for as long as
//     WithPatience says.
//   - There is one actor on each node, "/singleton-keeper:NAME", for both the hosting and
//     the sending. It asks the oldest where the instance is, watches the instance, and
//     asks again when that ends. Only questions without an answer are asked again from
//     time to time; see WithRetry.
//
// # The instance
//
// It is an ordinary actor, a child of the keeper, with the options of WithActorOptions.
// When it fails, its actor.Strategy decides. When it ends, by itself with StopSelf or
// because its Strategy says so, the host starts a new one: at once if it has lived for
// longer than WithRetry says, otherwise after that time. To stop for good, a singleton
// has to ignore its messages. One that escalates is resumed.
//
// # Reading its failures
//
// Messages that are dropped are counted in Info and published as actor.DeadLetter, with
// ErrBufferFull or ErrEnded as the cause. Started, Stopped and Located are published on
// each node's event stream. On returns what a node knows at the moment.
package singleton
