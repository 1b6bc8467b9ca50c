package pipe

import "github.com/7aca83c2/multinode/transport"

// inlet is where the frames of one attachment come in. They are delivered by the reader of
// the stream, or, where the host has others, by a goroutine of their own out of a queue: a
// receiver that does not return is to hold up nobody else's.
type inlet struct {
	in         *inflow
	attachment uint64
	receive    transport.Receiver

	*transport.Inbound
	queue *queue // nil: the reader delivers. The lock of the Inbound guards it
}

func newInlet(in *inflow, attachment uint64, receive transport.Receiver) *inlet {
	return &inlet{in: in, attachment: attachment, receive: receive, Inbound: transport.NewInbound()}
}

// hand gives the receiver a frame, unless there is a reason not to.
func (i *inlet) hand(from transport.Address, payload []byte, reason string) {
	if reason != "" {
		i.in.lost(loss{i.attachment, from, reason, 1, len(payload)})
		return
	}
	i.receive(from, payload)
}

// finish says that no more frames of the attachment come.
func (i *inlet) finish() {
	i.Lock()
	own := i.queue != nil
	if own {
		i.queue.last = true
		i.queue.ready.Signal()
	}
	i.Unlock()
	if !own {
		i.in.done(i)
	}
}
