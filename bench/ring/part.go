package ring

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Parts are what the processes of a ring are.
var Parts = child.Parts{
	"ring-pipe":   servePipes,
	"ring-router": serveRouter,
	"ring-runs":   serveRouter,
	"ring-proxy":  serveProxy,
	"ring-broker": serveBroker,
	"ring-nodes":  serveNodes,
}

// The extra files of each process.
const (
	acksToPrevious = iota
	acksFromNext
	pipeFromPrevious // of the kind Pipe only
	pipeToNext
)

const (
	methodJoin    = "ring.join"
	methodMeet    = "ring.meet"
	methodListen  = "ring.listen"
	methodSend    = "ring.send"
	methodReceive = "ring.receive"
	methodPing    = "ring.ping"
	methodEcho    = "ring.echo"
)

// join tells a process its place.
type join struct {
	Address, Next transport.Address
	Dial          string // of the kind Proxy only
}

type nothing struct{}

// place makes the wire of a process that has got its place.
type place func(context.Context, join) (wire, error)

// serve does what the process that measures asks, until it closes the carrier. The
// caller has not started the peer; start does.
func serve(peer *rpc.Peer, start func(), make place) error {
	var w wire
	in, out := &acks{file: child.Extra(acksFromNext)}, &acks{file: child.Extra(acksToPrevious)}
	rpc.HandleFunc(peer, methodJoin, func(ctx context.Context, j join) (_ nothing, err error) {
		w, err = make(ctx, j)
		return nothing{}, err
	})
	rpc.HandleFunc(peer, methodMeet, func(context.Context, nothing) (_ nothing, err error) {
		if m, ok := w.(interface{ meet() error }); ok {
			err = m.meet()
		}
		return nothing{}, err
	})
	rpc.HandleFunc(peer, methodSend, func(_ context.Context, l Load) (nothing, error) {
		return nothing{}, sendAll(w, l, in)
	})
	rpc.HandleFunc(peer, methodReceive, func(_ context.Context, l Load) (nothing, error) {
		return nothing{}, w.receive(l, out)
	})
	rpc.HandleFunc(peer, methodEcho, func(_ context.Context, l Load) (nothing, error) {
		return nothing{}, w.echo(l)
	})
	rpc.HandleFunc(peer, methodPing, func(_ context.Context, l Load) (time.Duration, error) {
		took, err := w.ping(l)
		if err != nil {
			return 0, err
		}
		slices.Sort(took)
		return took[len(took)/2], nil
	})
	start()
	<-peer.Done()
	return nil
}

// sendAll sends until all is sent and acknowledged, but for what is less than an
// acknowledgement.
func sendAll(w wire, l Load, acks *acks) error {
	payload, ahead := make([]byte, l.Size), 0
	for sent := 0; sent < l.Frames; sent += l.Batch {
		for ahead+l.Batch*l.frame() > window {
			n, err := acks.read()
			if err != nil {
				return err
			}
			ahead -= n
		}
		if err := w.send(l.Batch, payload); err != nil {
			return err
		}
		ahead += l.Batch * l.frame()
	}
	for ahead >= ackEvery {
		n, err := acks.read()
		if err != nil {
			return err
		}
		ahead -= n
	}
	return nil
}

func servePipes(c pipe.Carrier) error {
	peer := rpc.NewPeer(c.Control)
	return serve(peer, peer.Start, func(_ context.Context, j join) (wire, error) {
		return &raw{in: child.Extra(pipeFromPrevious), out: child.Extra(pipeToNext), to: j.Next}, nil
	})
}

func serveRouter(c pipe.Carrier) error {
	peer := rpc.NewPeer(c.Control)
	return serve(peer, peer.Start, func(_ context.Context, j join) (wire, error) {
		return &raw{in: c.Data, out: c.Data, to: j.Next}, nil
	})
}

// serveProxy listens for the process before, and dials the proxy in front of the next.
func serveProxy(c pipe.Carrier) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	peer := rpc.NewPeer(c.Control)
	rpc.HandleFunc(peer, methodListen, func(context.Context, nothing) (string, error) {
		return listener.Addr().String(), nil
	})
	return serve(peer, peer.Start, func(ctx context.Context, j join) (wire, error) {
		out, err := new(net.Dialer).DialContext(ctx, "tcp", j.Dial)
		if err != nil {
			return nil, err
		}
		in, err := listener.Accept()
		return &raw{in: in, out: out, to: j.Next}, err
	})
}

// serveNodes opens an endpoint, as a node does, and uses it.
func serveNodes(c pipe.Carrier) error {
	host := pipe.NewHost("the broker", c)
	return serve(host.Peer(), host.Start, func(_ context.Context, j join) (wire, error) {
		w := newNode(j.Next)
		endpoint, err := host.Open(j.Address, w.got)
		w.endpoint = endpoint
		return w, err
	})
}

// serveBroker opens an endpoint, and then takes the streams out of the host's hands: what
// is measured is the broker alone.
func serveBroker(c pipe.Carrier) error {
	data := &handover{ReadWriteCloser: c.Data}
	host := pipe.NewHost("the broker", pipe.Carrier{Control: c.Control, Data: data})
	data.closed = host.Done()
	return serve(host.Peer(), host.Start, func(_ context.Context, j join) (wire, error) {
		w := &attached{raw: raw{in: c.Data, out: c.Data, to: j.Next}, met: make(chan struct{})}
		endpoint, err := host.Open(j.Address, func(transport.Address, []byte) {
			data.over = true
			close(w.met)
		})
		w.endpoint = endpoint
		return w, err
	})
}
