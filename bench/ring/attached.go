package ring

import (
	"io"

	"github.com/7aca83c2/multinode/transport"
)

// attached is a raw wire to the broker, which knows the process as a host.
type attached struct {
	raw
	endpoint transport.Endpoint
	met      chan struct{} // closed with the first frame
}

// meet sends the first frame and waits for one. What the broker says of its own accord,
// and the host answers, comes before that.
func (w *attached) meet() error {
	if err := w.endpoint.Send(w.to, nil); err != nil {
		return err
	}
	<-w.met
	return nil
}

// handover is a stream that a host reads until it is over.
type handover struct {
	io.ReadWriteCloser
	over   bool // belongs to whoever reads
	closed <-chan struct{}
}

func (h *handover) Read(p []byte) (int, error) {
	if h.over {
		<-h.closed
		return 0, io.EOF
	}
	return h.ReadWriteCloser.Read(p)
}
