package transporttest

import (
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

var countCases = []testCase{
	{"a frame to nobody is counted as down", func(w *world) {
		a := w.node("a")
		a.send("nobody", "lost")
		w.eventually("it is counted", func() bool {
			return w.stats(link("a", "nobody")).Dropped[transport.ReasonDown] == transport.Dropped{Frames: 1, Bytes: 4}
		})
	}},
	{"frames beyond a receiver's queue are counted, and the others arrive", func(w *world) {
		w.use(transport.NewSwitch(transport.WithRecord(), transport.WithQueueLimit(100_000)))
		a, b := w.node("a"), w.node("b")
		a.stalls(b)
		const count = 20_000 // more than a pipe and the queue hold
		a.sendMany("b", strings.Repeat("x", 500), count)
		w.eventually("frames find no room", func() bool {
			s := w.stats(link("a", "b"))
			return s.Dropped[transport.ReasonNoRoom].Frames > 0 && s.Frames+w.dropped(s.Link) == count+1
		})
		b.unstall()
		w.eventually("the others arrive", func() bool {
			return b.count("a") == w.stats(link("a", "b")).Frames
		})
	}},
	{"frames that their receiver discards are counted, also when it closes then", func(w *world) {
		a, b := w.node("a"), w.node("b")
		b.refuse("bad")
		const pairs = 500
		for range pairs {
			a.send("b", "bad")
			a.send("b", "good")
		}
		a.send("b", "last")
		b.await("a", "last")
		b.close()
		w.eventually("they are counted", func() bool {
			s := w.stats(link("a", "b"))
			return s.Frames == pairs+1 && s.Passed == 2*pairs+1 && s.Bytes == 4*pairs+4 &&
				s.Dropped["refused"] == transport.Dropped{Frames: pairs, Bytes: 3 * pairs}
		})
	}},
	{"whatever is done to the links, sent is delivered and dropped together", func(w *world) {
		const count = 2000
		nodes := []*node{w.node("a"), w.node("b"), w.node("c")}
		var senders sync.WaitGroup
		var stops []func()
		for i, from := range nodes {
			to, third := nodes[(i+1)%3], nodes[(i+2)%3]
			senders.Go(func() { from.sendMany(to.address, "frame", count) })
			senders.Go(func() { from.sendMany(third.address, "frame", count) })
			stops = append(stops, w.repeat(func() {
				w.cut(link(from.address, to.address))
				w.sw.Mend(link(from.address, to.address))
			}))
		}
		w.await("the end of sending", start(senders.Wait))
		for _, stop := range stops {
			stop()
		}
		for _, from := range nodes {
			for _, to := range nodes {
				if from != to {
					to.accountsFor(from, count)
				}
			}
		}
	}},
}
