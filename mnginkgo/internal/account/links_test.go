package account

import (
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

func TestLinksAreAddedUpByRole(t *testing.T) {
	roleAt := func(address transport.Address) string {
		return map[transport.Address]string{"a": "a", "a~net": "a", "10.0.0.1:1": "b", "10.0.0.1:1~net": "b"}[address]
	}
	link := func(from, to transport.Address, frames uint64, cut uint64, held, delayed int) transport.Stats {
		s := transport.Stats{Link: transport.Link{From: from, To: to}, Frames: frames, Held: held, Delayed: delayed}
		if cut > 0 {
			s.Dropped = map[string]transport.Dropped{"cut": {Frames: cut}}
		}
		return s
	}
	got := lossy(ByRole([]transport.Stats{
		link("10.0.0.1:1", "a", 9, 0, 0, 0),
		link("a", "10.0.0.1:1", 1, 0, 2, 0),
		link("a~net", "10.0.0.1:1~net", 3, 4, 0, 5),
	}, roleAt))
	if want := "  a>b  4 delivered, 4 dropped (cut), 2 held, 5 delayed\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatRolesHaveDroppedThemselvesIsSaid(t *testing.T) {
	stats := func(dropped map[string]transport.Dropped) []transport.Stats {
		return []transport.Stats{{Link: transport.Link{From: "a", To: "b"}, Dropped: dropped}}
	}
	for want, dropped := range map[string]map[string]transport.Dropped{
		"": {"cut": {Frames: 1}, "reader": {Frames: 2}},
		`roles that dropped what they were sent
  b dropped 3 connections from a: listener behind at :80, 1024 wait
  b dropped 7 datagrams from a: no reader at :53
  b dropped 19813 datagrams from a: reader behind at :9, buffer 256 KiB
  behind: read faster, or set a larger DatagramBuffer or SetReadBuffer
`: {
			"reader behind at :9, buffer 256 KiB": {Frames: 19813}, "no reader at :53": {Frames: 7},
			"listener behind at :80, 1024 wait": {Frames: 3}, "loss": {Frames: 5},
		},
		`roles that dropped what they were sent
  b dropped 1 datagram from a: no reader at :53
`: {"no reader at :53": {Frames: 1}},
	} {
		if got := behind(stats(dropped)); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}
