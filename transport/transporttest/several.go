package transporttest

import (
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// severalCases are about endpoints that share a Network, as those of one node do.
var severalCases = []testCase{
	{"endpoints of one network have their own frames, in order", func(w *world) {
		const count = 1000
		here, there := w.networks(), w.networks()
		from := []*node{w.on(here, "a1"), w.on(here, "a2"), w.on(here, "a3")}
		to := []*node{w.on(there, "b1"), w.on(there, "b2")}
		var senders sync.WaitGroup
		for _, f := range from {
			for _, t := range to {
				senders.Go(func() { f.sendMany(t.address, "to "+string(t.address), count) })
			}
		}
		w.await("the end of sending", start(senders.Wait))
		for _, f := range from {
			for _, t := range to {
				t.hasHeardMany(f.address, "to "+string(t.address), count)
			}
		}
	}},
	{"endpoints of one network can send to each other", func(w *world) {
		network := w.networks()
		a1, a2 := w.on(network, "a1"), w.on(network, "a2")
		a1.send("a2", "hello")
		a2.await("a1", "hello")
		a2.send("a1", "welcome")
		a1.await("a2", "welcome")
	}},
	{"one endpoint of a network is closed and opened again, and the others lose nothing", func(w *world) {
		here, there := w.networks(), w.networks()
		a1, a2 := w.on(here, "a1"), w.on(here, "a2")
		b1, b2 := w.on(there, "b1"), w.on(there, "b2")
		stops := []func(){a1.stream("b1"), a2.stream("b2"), b1.stream("a1")}
		for range 10 {
			before := b2.count("a2")
			w.eventually("frames arrive", func() bool { return b2.count("a2") > before })
			b2.close()
			b2.hearsNoMoreOf("a2")
			lost := w.dropped(link("a2", "b2"))
			w.eventually("frames find nobody", func() bool { return w.dropped(link("a2", "b2")) > lost })
			b2.hears()
			b2.open()
		}
		for _, stop := range stops {
			stop()
		}
		for l, to := range map[transport.Link]*node{link("a1", "b1"): b1, link("b1", "a1"): a1} {
			w.eventually("all frames of "+l.String()+" arrive", func() bool {
				s := w.stats(l)
				return s.Dropped == nil && s.Frames == s.Passed && to.count(l.From) == s.Passed
			})
			for i, payload := range to.received(l.From) {
				if payload != numbered("frame", i) {
					w.Fatalf("frame %d of %v is %q", i, l, payload)
				}
			}
		}
	}},
	{"after Close nothing the endpoint sent is delivered, and what others of its network sent is", func(w *world) {
		const count = 5000
		here := w.networks()
		a1, a2, b, c := w.on(here, "a1"), w.on(here, "a2"), w.node("b"), w.node("c")
		c.stalls(b)
		name := strings.Repeat("x", 500)
		for i := range count {
			a1.send("b", numbered(name, i))
			a2.send("b", numbered(name, i))
		}
		a1.close()
		b.hearsNoMoreOf("a1")
		b.unstall()
		b.await("a2", numbered(name, count-1))
		if got := b.count("a2"); got != count {
			w.Errorf("%d frames of a2 arrived, not %d", got, count)
		}
		w.eventually("all others are counted as dropped", func() bool { return w.dropped(link("a1", "b")) == count })
		a1.open()
		b.hears()
		a1.send("b", "new")
		b.await("a1", "new")
	}},
	{"Cut stops the frames to one endpoint, however fast they come, and not those to the others of its network", func(w *world) {
		there := w.networks()
		a, b1, b2 := w.node("a"), w.on(there, "b1"), w.on(there, "b2")
		stops := []func(){a.stream("b1"), a.stream("b2")}
		for range 20 {
			w.cut(link("a", "b1"))
			b1.hearsNoMoreOf("a")
			before := b2.count("a")
			w.eventually("frames to the other arrive", func() bool { return b2.count("a") > before })
			b1.hears()
			w.sw.Mend(link("a", "b1"))
		}
		for _, stop := range stops {
			stop()
		}
		a.send("b1", "last")
		b1.await("a", "last")
		w.eventually("all to the other have arrived", func() bool {
			s := w.stats(link("a", "b2"))
			return s.Dropped == nil && b2.count("a") == s.Passed
		})
	}},
	{"a receiver that is stuck holds up no other endpoint of its network, not even one opened later", func(w *world) {
		there := w.networks()
		a, b1 := w.node("a"), w.on(there, "b1")
		a.stalls(b1)
		a.sendMany("b1", strings.Repeat("x", 500), 10000) // more than a pipe holds
		b2 := w.on(there, "b2")
		a.send("b2", "hello")
		b2.await("a", "hello")
		b3 := w.on(there, "b3")
		a.send("b3", "hello")
		b3.await("a", "hello")
		w.cut(link("a", "b2"), link("a", "b3")) // need not wait for b1, either
		b2.close()
		b1.unstall()
		b1.await("a", numbered(strings.Repeat("x", 500), 9999))
		if got := b1.count("a"); got != 10001 {
			w.Errorf("b1 received %d frames, not 10001", got)
		}
	}},
	{"Cut waits for the delivery in progress to an endpoint beside others", func(w *world) {
		there := w.networks()
		a, b1 := w.node("a"), w.on(there, "b1")
		w.on(there, "b2")
		a.stalls(b1)
		a.sendMany("b1", "frame", 10)
		cut := start(func() { w.cut(link("a", "b1")) })
		w.eventually("the link is cut", func() bool { return w.sw.IsCut(link("a", "b1")) })
		w.notYet(cut, "Cut has returned while the receiver was busy with a frame of the link")
		b1.unstall()
		w.await("the end of Cut", cut)
		b1.hearsNoMoreOf("a")
		w.eventually("the others are counted as dropped", func() bool { return w.dropped(link("a", "b1")) == 10 })
		b1.hasHeard("a", "stop")
	}},
	{"whatever endpoints of one network are opened, closed and cut, each frame is delivered or dropped", func(w *world) {
		const count = 2000
		here, there := w.networks(), w.networks()
		from := []*node{w.on(here, "a1"), w.on(here, "a2")}
		to := []*node{w.on(there, "b1"), w.on(there, "b2"), w.on(there, "b3")}
		var senders sync.WaitGroup
		for _, f := range from {
			for _, t := range to {
				senders.Go(func() { f.sendMany(t.address, "frame", count) })
			}
		}
		stops := []func(){w.repeat(func() { w.cut(link("a1", "b3")); w.sw.Mend(link("a1", "b3")) })}
		for _, t := range to[:2] {
			stops = append(stops, w.repeat(func() { t.close(); t.open() }))
		}
		w.await("the end of sending", start(senders.Wait))
		for _, stop := range stops {
			stop()
		}
		for _, f := range from {
			for _, t := range to {
				t.accountsFor(f, count)
			}
		}
		if n := w.dropped(link("a2", "b3")); n > 0 {
			w.Errorf("%d frames of a link that nothing was done to were dropped", n)
		}
	}},
}
