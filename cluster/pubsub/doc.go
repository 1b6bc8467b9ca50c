// Package pubsub publishes and subscribes by topic in a cluster: what one node
// publishes reaches the subscribers on all of them, which come and go.
//
//	ps, err := pubsub.Start(membership)
//	orders, err := pubsub.TopicOf[Order](ps, "orders")
//	cancel, err := orders.Subscribe(screen)              // gets every message
//	cancel, err = orders.SubscribeGroup("billing", bill) // one of the group gets each
//	err = orders.Publish(Order{ID: 7})
//
// # Words
//
// A topic is a name and the type of its messages. A subscriber is an actor of the node
// that subscribes it. A group is subscribers who share the work: each message goes to one
// of them, wherever it is. A publisher is a goroutine, or an actor, that publishes.
//
// # What is promised
//
//   - Every subscriber that the publisher's node knows of gets each message at most once,
//     and each group at most once, until it cancels or ends.
//   - Messages of one publisher arrive at a subscriber in the order they were published.
//   - On its own node a subscriber is known once Subscribe returns; on others after a
//     message. What is published before is not for it: there is no history.
//   - A message crosses to each node once, however many subscribers it has there.
//   - Publish does not block, and says at once if a message cannot be encoded, with the
//     type and the field; then nobody gets it. On its own node a message is handed over as
//     it is: subscribers share what it points to and must not change it.
//   - In a cut, each side goes on with the subscribers that it reaches. What is sent across
//     is lost and is not delivered later; groups choose among reachable members first.
//     Afterwards both sides have all subscriptions, those made meanwhile included.
//   - Before a node leaves, its subscriptions end everywhere.
//
// Not promised is that a message arrives: frames may be lost with the network or a node,
// and a subscription may be on its way. What is known to be lost is in Stats.
//
// # How it works
//
// Subscriptions are spread by deltas to all members, with digests to mend what got lost:
// see cluster/internal/registry, which also names its source. The publisher's node knows
// all subscribers, chooses one of each group, and tells each node's actor of the topic,
// "/pubsub:NAME", which hands the message on. The words are those of Akka's documentation
// ("Distributed Publish Subscribe in Cluster"). It departs from there in this:
//
//   - A topic has a type, and another type under the same name is an error.
//   - Groups are chosen across the cluster by who publishes, who may balance the load
//     (RoundRobin), draw (Random) or stay at home (PreferLocal).
//   - No node acts as a hub, and nothing is gossiped at rest.
//
// # Reading its failures
//
// SubscribersChanged is published on the node's event stream with each change that it
// learns of, and Topic.Subscribers has what it knows now. Stats counts what was published,
// delivered and lost; each loss on the way to an actor is a dead letter, too.
package pubsub
