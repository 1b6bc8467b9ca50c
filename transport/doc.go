// Package transport is the network of a simulated cluster: it says what an
// address and a frame are, and its Switch decides what becomes of every frame.
//
// A node reaches the others through a Network. Open gives it an Endpoint with an
// Address; frames sent from one Endpoint to another pass the one Switch that all
// endpoints of a cluster share. The packages below move the bytes: chanpair within
// a process, pipe between processes. They never judge a frame, so a fault means
// the same wherever the nodes run.
//
//	sw := transport.NewSwitch()
//	network := chanpair.New(sw)
//	a, _ := network.Open("a", func(from transport.Address, payload []byte) { ... })
//	b, _ := network.Open("b", func(from transport.Address, payload []byte) { ... })
//	_ = a.Send("b", []byte("hello"))
//	_ = sw.Cut(ctx, transport.Link{From: "a", To: "b"}) // b hears no more of a; a still hears b
//
// # Words
//
// A frame is one message with its sender and receiver. A link is the directed
// way from one address to another: a to b and b to a are two links. A rule sits
// on a link and gives each frame a verdict: deliver, drop or hold, and for one that is
// delivered how long it waits for its turn and is delayed, how often it is copied, what its payload becomes. The
// rules of a link form a chain; each sees the verdict of the rules before it. It bites
// when it changes that. A cut is a rule that drops everything. Package fault has rules
// for what networks do to frames. An Opener is a rule that stands at the beginning of the chain.
//
// # What is promised
//
//   - Frames of one link arrive in the order they were sent, at most once, unless a rule
//     copies them or lets them be overtaken. Frames that were held come when they are
//     released, ahead of those that are still delayed.
//   - A delayed frame is delivered not before its delay has passed; frames behind it wait
//     for it. A frame that waits for its turn on a busy link is let go when the rule that
//     makes it wait is taken away, and its delay begins then. Delays follow the virtual clock of a testing/synctest bubble.
//   - Frames may be lost: when a rule drops them, when nobody is open at the
//     address, or when the receiver's queue, or what the link holds and delays, is full.
//     Every loss is counted on its link, with the reason (see Stats), that of a frame that
//     its receiver has discarded included.
//   - Each receiver has a bounded queue of its own, so a receiver that does not
//     read costs the others nothing.
//   - After Cut returns, no frame of those links reaches its receiver, not even one
//     that was under way, held or delayed. Other links do not notice.
//   - After an Endpoint is closed, nothing it ever sent is delivered any more.
//
// Nothing is promised between different links: a frame from a to c may overtake
// one from b to c that was sent earlier.
//
// Nor between Send and what is done to the Switch from elsewhere: Send hands a frame
// over, and between processes it may reach the Switch only after a Cut or Mend that was
// called later. Wait for the frame to arrive where the order matters.
//
// # What became of each frame
//
// Stats counts the frames of each link. A Switch made with WithRecord also keeps the
// latest ones: when each was sent, when it left the queue or was lost, and how its payload
// begins. Recorded returns them, and counts of the earlier ones by time; together they
// are as many as Stats has. It costs little enough to be always on: some 35 ns for a frame, a
// third of that in a Burst, and at most 32 MB in all and about 100 kB for each receiver.
package transport
