// Package pipe carries frames between nodes of different processes, over pipes.
//
// One process has the broker: the Switch, and a Line for each other process. Each of
// those, a host, has a Host, which is a transport.Network for the node that runs
// there, with as many endpoints as it likes. A Host and its Line talk over a Carrier: two streams of bytes, one for
// control and one for data, so that control never waits behind data.
//
//	ours, theirs, err := pipe.Pair()          // or ListenFIFO, ForChild...
//	line := pipe.NewLine("host 2", ours)      // in the broker's process
//	line.Start()
//	line.Use(sw)                              // lend the host to one spec
//
//	host := pipe.NewHost("host 2", theirs)    // in the host's process
//	host.Start()
//	endpoint, err := host.Open("a", func(from transport.Address, payload []byte) { ... })
//
// Control is an rpc.Peer on either side. Others may register methods on it before
// Start; those of this package begin with "pipe.".
//
// # Data
//
// Frames travel in the encoding of package transport. A frame without an address is
// a marker: its payload is the number of an attachment, 8 bytes in little endian,
// and all frames behind it belong to that attachment, until the next marker. Each Open makes
// a new one, so that what is left in the stream from an earlier endpoint is recognised and
// dropped. Towards the host the highest bit of the number says that no more frames of the
// attachment come.
//
// Both directions are batched: whatever gathered during a write leaves with the next
// one. The first few frames after a pause are written by whoever has them, which is
// several times faster than to wake the goroutine that writes batches. The broker reads
// all the time. A host that does not read fills its own queues on the Switch, and nobody
// else's. Send waits for room in the host's write buffer, which is only as long as the
// broker is busy, so nothing is lost before the Switch.
//
// # Several endpoints
//
// The one endpoint of a host is given its frames by the goroutine that reads them. Once there
// are others, each has a goroutine and a queue of its own, so that one whose receiver is
// stuck holds up no other; another goroutine reads on if the reader is in such a receiver. A
// queue has at most 64 MiB; a frame beyond that is dropped and counted as no room.
//
// # Recall
//
// A Cut must stop frames that have left the Switch. Both ends count the frames of an
// attachment, so the broker can ask the host to drop those of a sender before the
// n-th, wherever they are by now. The host answers once it has noted that and the
// delivery of such a frame, if there is one in progress, has ended. It need not read
// so far first: a host that is slow, or stuck in a receiver on somebody else's frame,
// answers at once. What it drops it reports later, and the Switch counts it.
//
// # Failures
//
// A frame that makes no sense ends its link: Err of both ends says so, and names the
// host, what was wrong, and the length. Other hosts do not notice. When a link ends,
// the endpoints of its host are closed on the Switch.
package pipe
