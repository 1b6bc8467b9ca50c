package netconn_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

var (
	ab = transport.Link{From: "a", To: "b"}
	ba = transport.Link{From: "b", To: "a"}
)

// world is two hosts on one Switch, with a listener at b:80.
type world struct {
	*testing.T
	sw       *transport.Switch
	network  transport.Network
	a, b     *netconn.Stack
	listener net.Listener
}

// onVirtualTime runs a test in a bubble, which ends only if nothing of the stacks is left.
func onVirtualTime(t *testing.T, test func(w *world), options ...netconn.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, options...)
		test(w)
		w.close()
	})
}

func newWorld(t *testing.T, options ...netconn.Option) *world {
	w := &world{T: t, sw: transport.NewSwitch()}
	w.network = chanpair.New(w.sw)
	w.a, w.b = open(t, w.network, "a", options...), open(t, w.network, "b", options...)
	w.listener = listen(t, w.b, ":80")
	return w
}

func (w *world) close() {
	for _, s := range []*netconn.Stack{w.a, w.b} {
		if err := s.Close(); err != nil {
			w.Error(err)
		}
	}
}

func (w *world) connect() (dialed, accepted net.Conn) {
	w.Helper()
	return connect(w, w.a, w.listener)
}

func (w *world) cut(links ...transport.Link) {
	if err := w.sw.Cut(context.Background(), links...); err != nil {
		w.Error(err)
	}
}

func (w *world) write(c net.Conn, text string) {
	w.Helper()
	if n, err := c.Write([]byte(text)); err != nil || n != len(text) {
		w.Errorf("write: %d bytes, %v", n, err)
	}
}

func (w *world) read(c net.Conn, want string) {
	w.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		w.Errorf("read %q, %v; not %q", got, err, want)
	}
}

func (w *world) ends(c net.Conn) {
	w.Helper()
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		w.Errorf("read %d bytes, %v; not the end", n, err)
	}
}

func text(t testing.TB, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("error: %v\n   not: %s", err, want)
	}
}

// weather does to frames what networks do: rules on the Switch drop some and hold others,
// and its endpoints repeat some, flip a bit of others, and now and then release what is held.
type weather struct {
	sw                         *transport.Switch
	loss, late, repeat, broken float64
}

// bad is what the tests of long streams have.
var bad = weather{loss: 0.05, late: 0.05, repeat: 0.02, broken: 0.01}

// onto puts the rules on a link.
func (w weather) onto(sw *transport.Switch, l transport.Link, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 1))
	sw.SetRule(l, "weather", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
		switch at := chance.Float64(); {
		case sofar.Fate != transport.Deliver:
			return sofar
		case at < w.loss:
			return transport.Verdict{Fate: transport.Drop, Reason: "loss"}
		case at < w.loss+w.late:
			return transport.Verdict{Fate: transport.Hold, Reason: "late"}
		}
		return sofar
	}))
}

// under returns a network whose endpoints send in that weather.
func (w weather) under(n transport.Network, sw *transport.Switch, seed uint64) transport.Network {
	w.sw = sw
	return &stormyNetwork{Network: n, weather: w, chance: rand.New(rand.NewPCG(seed, 2))}
}

type stormyNetwork struct {
	transport.Network
	weather weather
	mu      sync.Mutex
	chance  *rand.Rand
}

func (n *stormyNetwork) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	e, err := n.Network.Open(address, receive)
	return &stormyEndpoint{Endpoint: e, stormyNetwork: n}, err
}

type stormyEndpoint struct {
	transport.Endpoint
	*stormyNetwork
}

func (e *stormyEndpoint) Send(to transport.Address, payload []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.chance.Float64() < e.weather.broken {
		payload = slices.Clone(payload)
		payload[e.chance.IntN(len(payload))] ^= 1 << e.chance.IntN(8)
	}
	times := 1
	if e.chance.Float64() < e.weather.repeat {
		times = 2
	}
	for range times {
		if err := e.Endpoint.Send(to, payload); err != nil {
			return err
		}
	}
	if e.chance.Float64() < 0.2 {
		e.weather.sw.Release(transport.Link{From: e.Address(), To: to})
	}
	return nil
}
