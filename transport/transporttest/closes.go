package transporttest

import (
	"slices"
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

var closeCases = []testCase{
	{"after Close the receiver is not called again", func(w *world) {
		a, b := w.node("a"), w.node("b")
		stop := a.stream("b")
		for range 10 {
			before := b.count("a")
			w.eventually("frames arrive", func() bool { return b.count("a") > before })
			b.close()
			b.hearsNoMoreOf("a")
			lost := w.dropped(link("a", "b"))
			w.eventually("frames find nobody", func() bool { return w.dropped(link("a", "b")) > lost })
			b.hears()
			b.open()
		}
		stop()
	}},
	{"Close waits for the receiver", func(w *world) {
		a, b := w.node("a"), w.node("b")
		a.stalls(b)
		closed := start(b.close)
		a.send("b", "found nobody")
		w.eventually("b is off the network", func() bool {
			a.send("b", "found nobody")
			return w.stats(link("a", "b")).Dropped[transport.ReasonDown].Frames > 0
		})
		w.notYet(closed, "Close has returned while the receiver was running")
		b.unstall()
		w.await("the end of Close", closed)
	}},
	{"after Close nothing the endpoint sent is delivered", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		c.stalls(b)
		a.sendMany("b", strings.Repeat("x", 500), 10000)
		a.close()
		b.hearsNoMoreOf("a")
		b.unstall()
		c.send("b", "last")
		b.await("c", "last")
		w.eventually("all frames are counted as dropped", func() bool { return w.dropped(link("a", "b")) == 10000 })
	}},
	{"a new endpoint at the sender's address does not send what the one before had sent", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		c.stalls(b)
		a.sendMany("b", strings.Repeat("x", 500), 1000)
		a.close()
		a.open()
		a.send("b", "new")
		b.unstall()
		b.await("a", "new")
		if got := b.received("a"); !slices.Equal(got, []string{"new"}) {
			w.Errorf("b received %d frames, the first of which is %.20q", len(got), got[0])
		}
	}},
	{"a new endpoint at the receiver's address gets no frames of the one before", func(w *world) {
		a, b := w.node("a"), w.node("b")
		a.stalls(b)
		sent := uint64(10000)
		a.sendMany("b", strings.Repeat("x", 500), int(sent))
		closed := start(b.close)
		w.eventually("b is off the network", func() bool {
			a.send("b", "found nobody")
			sent++
			return w.stats(link("a", "b")).Dropped[transport.ReasonDown].Frames > 0
		})
		b.unstall()
		w.await("the end of Close", closed)
		old := b.count("a")
		w.eventually("all have come to the Switch", func() bool {
			return w.stats(link("a", "b")).Frames+w.dropped(link("a", "b")) == sent+1
		})
		b.open()
		a.send("b", "new")
		b.await("a", "new")
		if now := b.count("a"); now != old+1 {
			w.Errorf("b received %d frames with the new one, not 1", now-old)
		}
		w.eventually("all others are counted as dropped", func() bool { return old+w.dropped(link("a", "b")) == sent+1 })
	}},
	{"endpoints can be used from several goroutines", func(w *world) {
		nodes := []*node{w.node("a"), w.node("b"), w.node("c")}
		var work sync.WaitGroup
		for i, n := range nodes {
			to := nodes[(i+1)%len(nodes)].address
			for range 2 {
				work.Go(func() {
					for range 300 {
						_ = n.endpoint().Send(to, []byte("frame")) // it may be closed
					}
				})
			}
			work.Go(func() {
				for range 10 {
					w.cut(link(n.address, to), link(to, n.address))
					w.sw.Mend(link(n.address, to), link(to, n.address))
				}
			})
			work.Go(func() {
				for range 5 {
					n.close()
					n.open()
				}
			})
		}
		w.await("the end of it all", start(work.Wait))
		for i, n := range nodes {
			to := nodes[(i+1)%len(nodes)]
			n.send(to.address, "last")
			to.await(n.address, "last")
		}
	}},
}
