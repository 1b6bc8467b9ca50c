// Package actor runs the actors of one node: pieces of a program that each handle one
// message at a time and reach each other, on this node or another one, only by messages.
//
//	sys, err := actor.NewSystem(actor.WithNetwork(network, "a"))
//	greeter, err := actor.SpawnFunc(sys, "greeter", func(ctx *actor.Context[Greet], g Greet) error {
//		g.ReplyTo.Tell("hello " + g.Name)
//		return nil
//	})
//	reply, err := actor.Ask(ctx, greeter, func(replyTo actor.Ref[string]) Greet {
//		return Greet{"bob", replyTo}
//	})
//	err = sys.Stop(ctx)
//
// # Words
//
// A System is the actors of one node. Each has a mailbox, a place in a tree with the
// system at the root, and a Ref by which others send it messages of one type. Tell sends
// and forgets, Ask waits for a reply. An incarnation is one life of a node at its
// address. A message that nobody handles is a dead letter; it is counted, logged and
// published on the event stream. An actor fails when its code returns an error or
// panics; its Strategy then says what becomes of it. Watching an actor is asking to be
// told of its end.
//
// # What is promised
//
//   - An actor's code is never called by two goroutines at a time, and what one call
//     wrote the next one sees.
//   - Messages from one goroutine, or one actor, to another are handled in the order
//     they were sent, at most once. A stash and UnstashAll change that for one actor.
//   - Terminated comes after every message that the watched actor had sent the watcher.
//   - Sending never blocks. Mailboxes are unbounded unless WithMailboxCapacity says so.
//   - A failure, a panic included, ends neither the process nor another actor, save
//     for the children of one that is restarted or stopped, and where it is escalated.
//   - An idle actor has no goroutine and no timer. Nor has a system that was stopped or
//     killed.
//   - Time is that of package time: a system that is made in a testing/synctest bubble
//     lives on the bubble's clock.
//
// # Between nodes
//
// A Ref may be a message, or a field of one, and works where it arrives. Messages to
// another node are encoded, and fail at the sender, naming the type and the field, when
// they cannot be. Concrete types need no preparation; values in interfaces must be
// Registered. Messages within a system are handed over as they are: what they point to
// belongs to the receiver from then on. A Ref that Go code carries from one System to
// another, other than in a message, still hands over without encoding.
//
// A message that is longer than 32 KiB goes in chunks, no more of them at a time than pass
// without queueing for long (LEDBAT, RFC 6817), and what is lost of it is sent again, until
// the receiver has acknowledged nothing for 30 seconds. Messages to other actors pass it;
// those to the same one come after it, and so does what is sent with TellLast. The longest
// is transport.MaxPayload.
//
// A message in which the receiver does not know a type, or that it cannot decode otherwise,
// comes back: it is a dead letter on both nodes, and an Ask whose reply it was to bring fails
// at once, with the name of the node and of the type, also if others have passed it on.
//
// Frames between nodes may be lost, and so may messages. They may come damaged, twice or
// late as well. A frame that is damaged is dropped: all of it has a checksum. One that comes
// twice is handled once. One that comes early waits for those before it, for 20 ms at most,
// which a lost frame costs those close behind it as well; one that is later than that is
// lost. System.Refused counts them.
//
// Watches are not lost: what they send
// is sent again until it is acknowledged. A system that stops says goodbye, so that
// nobody who stops as well waits for it. A node that is cut off or crashed looks merely
// silent, until NodeDown, or a new incarnation at its address, says that it is gone. The
// new incarnation has to answer for itself: one frame with its number ends nothing. An Ask
// of an incarnation that is known to be over fails at once, with ErrIncarnation if there is
// another one by now, and so does one under way that only the former can have got. A
// Ref from Spawn or out of a message names one life of one actor; a Ref from RefAt names
// whoever has the path.
//
// # Reading its failures
//
// Errors name the actor as address and path: `actor: ask "b/worker": no such actor`. To
// see why a reply does not come, subscribe to DeadLetter (the Cause of a frame that was not
// believed is ErrDamaged, ErrLate or ErrUnproven) and Failure, or have the
// system log with WithLogger: failures are errors, dead letters are at debug level.
package actor
