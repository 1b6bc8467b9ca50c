package external

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// loopback is where programs listen and dial.
const loopback = "127.0.0.1"

// relays carry the connections of one program.
type relays struct {
	network Network
	ctx     context.Context // ends with the program
	end     context.CancelFunc

	listen map[int]int    // local ports by those that others see; they are known before the program starts
	reach  map[string]int // local ports by "role:port"

	running sync.WaitGroup
}

func newRelays(n Network) *relays {
	ctx, end := context.WithCancel(context.Background())
	return &relays{network: n, ctx: ctx, end: end, listen: map[int]int{}, reach: map[string]int{}}
}

// listenAt returns the local port at which the program has to listen for others to find
// it at port, and leads there whatever comes for that one.
func (r *relays) listenAt(port int) (int, error) {
	if local, ok := r.listen[port]; ok {
		return local, nil
	}
	local, err := freePort()
	if err != nil {
		return 0, err
	}
	l, err := r.network.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return 0, err
	}
	r.listen[port] = local
	program := r.localAddress(port)
	r.serve(l, func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "tcp", program) })
	return local, nil
}

// localAddress returns where the program listens, or "" if not for that port.
func (r *relays) localAddress(port int) string {
	local, ok := r.listen[port]
	if !ok {
		return ""
	}
	return net.JoinHostPort(loopback, strconv.Itoa(local))
}

// reachAt returns a local port that leads to a port of another role.
func (r *relays) reachAt(role string, port int) (int, error) {
	to := net.JoinHostPort(role, strconv.Itoa(port))
	if local, ok := r.reach[to]; ok {
		return local, nil
	}
	l, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		return 0, err
	}
	local := l.Addr().(*net.TCPAddr).Port
	r.reach[to] = local
	r.serve(l, func(ctx context.Context) (net.Conn, error) { return r.network.DialContext(ctx, "tcp", to) })
	return local, nil
}

// serve carries what is accepted to where dial leads.
func (r *relays) serve(l net.Listener, dial func(context.Context) (net.Conn, error)) {
	context.AfterFunc(r.ctx, func() { _ = l.Close() }) // with the node it may be closed already
	r.running.Go(func() {
		for {
			accepted, err := l.Accept()
			if err != nil {
				return // closed, with the program or the node
			}
			r.running.Go(func() { r.carry(accepted, dial) })
		}
	})
}

// carry joins two connections until both directions have ended.
func (r *relays) carry(accepted net.Conn, dial func(context.Context) (net.Conn, error)) {
	defer r.keep(accepted)()
	dialed, err := dial(r.ctx)
	if err != nil {
		reset(accepted)
		return
	}
	defer r.keep(dialed)()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{accepted, dialed}, {dialed, accepted}} {
		both.Go(func() {
			if err := copyAll(way[1], way[0]); err != nil {
				reset(accepted)
				reset(dialed)
			}
		})
	}
	both.Wait()
}

// copyAll passes on all that from says, and then that it has no more to say.
func copyAll(to, from net.Conn) error {
	if _, err := io.Copy(struct{ io.Writer }{to}, struct{ io.Reader }{from}); err != nil { // not by splice: one of the two is ours
		return err
	}
	half, ok := to.(interface{ CloseWrite() error })
	if !ok {
		return fmt.Errorf("%T has no CloseWrite", to)
	}
	return half.CloseWrite()
}

// reset closes a connection so that its peer sees that it was not the end.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(sec int) error }); ok {
		_ = l.SetLinger(0) // it may be closed already
	}
	_ = c.Close()
}

// keep has a connection end with the program, if forget is not called before.
func (r *relays) keep(c net.Conn) (forget func()) {
	stop := context.AfterFunc(r.ctx, func() { reset(c) })
	return func() {
		stop()
		_ = c.Close() // most are closed already
	}
}

// close ends all connections and waits for what carries them.
func (r *relays) close() {
	r.end()
	r.running.Wait()
}
