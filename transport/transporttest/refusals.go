package transporttest

import (
	"errors"
	"net"
	"strings"

	"github.com/7aca83c2/multinode/transport"
)

var tooLong = transport.Address(strings.Repeat("x", transport.MaxAddress+1))

var refusalCases = []testCase{
	{"a payload over MaxPayload is refused with ErrTooLong", func(w *world) {
		a := w.node("a")
		w.node("b")
		err := a.endpoint().Send("b", make([]byte, transport.MaxPayload+1))
		w.wantError(err, transport.ErrTooLong)
	}},
	{"an address that cannot exist is refused with ErrAddress", func(w *world) {
		for _, address := range []transport.Address{"", tooLong} {
			_, err := w.networks().Open(address, func(transport.Address, []byte) {})
			w.wantError(err, transport.ErrAddress)
		}
		a := w.node("a")
		w.wantError(a.endpoint().Send("", nil), transport.ErrAddress)
		w.wantError(a.endpoint().Send(tooLong, nil), transport.ErrAddress)
	}},
	{"an address in use is refused with ErrInUse, until it is closed", func(w *world) {
		a, other := w.node("a"), w.networks()
		for _, network := range []transport.Network{other, a.network} {
			_, err := network.Open("a", func(transport.Address, []byte) {})
			w.wantError(err, transport.ErrInUse)
		}
		a.close()
		e, err := other.Open("a", func(transport.Address, []byte) {})
		if err != nil {
			w.Fatal(err)
		}
		if err := e.Close(); err != nil {
			w.Error(err)
		}
	}},
	{"after Close, Send is refused with net.ErrClosed, and closing twice is allowed", func(w *world) {
		a := w.node("a")
		w.node("b")
		a.close()
		w.wantError(a.endpoint().Send("b", nil), net.ErrClosed)
		a.close()
	}},
	{"an endpoint knows its address", func(w *world) {
		if a := w.node("a"); a.endpoint().Address() != "a" {
			w.Errorf("it says %q", a.endpoint().Address())
		}
	}},
}

func (w *world) wantError(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("the error is %v, not: %v", err, want)
	}
}
