package links

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/7aca83c2/multinode/bench/peers"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
	"github.com/7aca83c2/multinode/transport/netconn"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Way is a link between a client and a server that can be faulty.
type Way struct {
	Listener net.Listener
	Dial     func(context.Context) (net.Conn, error)
	// Inflict puts faults on both directions, or returns errors.ErrUnsupported.
	Inflict func(...fault.Fault) error
	Undo    func(context.Context)
	Close   func() error
}

// InProcess returns a Way through a Switch within this process.
func InProcess(context.Context) (*Way, error) {
	sw := transport.NewSwitch()
	network := chanpair.New(sw)
	return through(sw, network, network, func() error { return nil })
}

// OverPipes returns a Way through a Switch that both ends reach over pipes.
func OverPipes(context.Context) (*Way, error) {
	sw := transport.NewSwitch()
	client, endClient, err := host(sw, "client")
	if err != nil {
		return nil, err
	}
	server, endServer, err := host(sw, "server")
	if err != nil {
		return nil, errors.Join(err, endClient())
	}
	return through(sw, client, server, func() error { return errors.Join(endClient(), endServer()) })
}

func host(sw *transport.Switch, name string) (*pipe.Host, func() error, error) {
	ours, theirs, err := pipe.Pair()
	if err != nil {
		return nil, nil, err
	}
	line, h := pipe.NewLine(name, ours), pipe.NewHost(name, theirs)
	line.Start()
	line.Use(sw)
	h.Start()
	return h, func() error {
		err := errors.Join(h.Close(), line.Close())
		h.Wait()
		line.Wait()
		return err
	}, nil
}

func through(sw *transport.Switch, client, server transport.Network, end func() error) (*Way, error) {
	a, err := netconn.NewStack(client, "a")
	if err != nil {
		return nil, errors.Join(err, end())
	}
	b, err := netconn.NewStack(server, "b")
	if err != nil {
		return nil, errors.Join(err, a.Close(), end())
	}
	listener, err := b.Listen("tcp", ":80")
	if err != nil {
		return nil, errors.Join(err, a.Close(), b.Close(), end())
	}
	each := func(do func(l transport.Link)) {
		do(transport.Link{From: "a", To: "b"})
		do(transport.Link{From: "b", To: "a"})
	}
	faults := 0
	return &Way{
		Listener: listener,
		Dial:     func(ctx context.Context) (net.Conn, error) { return a.DialContext(ctx, "tcp", "b:80") },
		Inflict: func(all ...fault.Fault) error {
			for _, f := range all {
				if err := f.Check(); err != nil {
					return err
				}
				faults++
				each(func(l transport.Link) { sw.SetRule(l, fmt.Sprint(faults), f.Rule(l, nil)) })
			}
			return nil
		},
		Undo: func(context.Context) {
			for ; faults > 0; faults-- {
				each(func(l transport.Link) { sw.ClearRule(l, fmt.Sprint(faults)) })
			}
		},
		Close: func() error { return errors.Join(a.Close(), b.Close(), end()) },
	}, nil
}

// Proxied returns a Way of TCP connections through a Toxiproxy, which knows bandwidth, of each
// connection for itself, and a delay that does not vary.
func Proxied(context.Context) (*Way, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	toxics, err := peers.StartToxics(listener.Addr().String())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return &Way{
		Listener: listener,
		Dial: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", toxics.Listen())
		},
		Inflict: func(all ...fault.Fault) (err error) {
			for _, f := range all {
				switch {
				case f.Kind == fault.Bandwidth:
					err = errors.Join(err, toxics.Limit(f.Rate/1000))
				case f.Kind == fault.Latency && f.Delay == fault.Constant(f.Delay.Mean):
					err = errors.Join(err, toxics.Delay(f.Delay.Mean.Round(time.Millisecond)))
				default:
					return errors.ErrUnsupported
				}
			}
			return err
		},
		Undo:  toxics.Clear,
		Close: func() error { return errors.Join(toxics.Stop(), listener.Close()) },
	}, nil
}
