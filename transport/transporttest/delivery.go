package transporttest

import (
	"bytes"
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

var deliveryCases = []testCase{
	{"a frame arrives with its sender and payload", func(w *world) {
		a, b := w.node("a"), w.node("b")
		a.send("b", "hello")
		b.await("a", "hello")
	}},
	{"a node can send to itself", func(w *world) {
		a := w.node("a")
		a.send("a", "hello")
		a.await("a", "hello")
	}},
	{"the longest address works", func(w *world) {
		long := transport.Address(strings.Repeat("x", transport.MaxAddress))
		a, b := w.node("a"), w.node(long)
		a.send(long, "hello")
		b.await("a", "hello")
		b.send("a", "welcome")
		a.await(long, "welcome")
	}},
	{"frames of a link arrive in the order they were sent, each once", func(w *world) {
		const count = 3000
		to := w.node("to")
		var senders sync.WaitGroup
		for _, name := range []transport.Address{"a", "b", "c"} {
			from := w.node(name)
			senders.Go(func() { from.sendMany("to", "frame", count) })
		}
		senders.Wait()
		for _, name := range []transport.Address{"a", "b", "c"} {
			to.hasHeardMany(name, "frame", count)
		}
	}},
	{"payloads of every size arrive unchanged, and may be reused after Send", func(w *world) {
		a, b := w.node("a"), w.node("b")
		payload := make([]byte, transport.MaxPayload)
		for i := range payload {
			payload[i] = byte(i * 7 >> 3)
		}
		want := bytes.Clone(payload)
		for _, size := range []int{0, 1, 1000, 64 << 10, 1 << 20, 3<<20 + 1, len(payload)} {
			if err := a.endpoint().Send("b", payload[:size]); err != nil {
				w.Fatal(err)
			}
			clear(payload[:size])
			b.await("a", string(want[:size]))
			copy(payload, want)
		}
	}},
	{"a receiver that does not read holds up nobody else", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		a.stalls(b)
		a.sendMany("b", strings.Repeat("more", 2000), 2000)
		a.send("c", "from a")
		c.await("a", "from a")
		b.send("c", "from b")
		c.await("b", "from b")
		b.unstall()
		b.await("a", numbered(strings.Repeat("more", 2000), 1999))
	}},
}
