package transporttest

import (
	"context"
	"strings"
)

var cutCases = []testCase{
	{"after Cut no frame of the link is delivered, however fast they come", func(w *world) {
		a, b := w.node("a"), w.node("b")
		stop := a.stream("b")
		for range 20 {
			w.cut(link("a", "b"))
			b.hearsNoMoreOf("a")
			before := w.stats(link("a", "b")).Dropped["cut"].Frames
			w.eventually("frames run into the cut", func() bool {
				return w.stats(link("a", "b")).Dropped["cut"].Frames > before
			})
			b.hears()
			w.sw.Mend(link("a", "b"))
		}
		stop()
		a.send("b", "last")
		b.await("a", "last")
	}},
	{"Cut stops what waits for a receiver that is stuck in another link's frame", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		c.stalls(b)
		name := strings.Repeat("x", 500)
		a.sendMany("b", name, 10000) // more than a pipe holds
		a.send("c", "sent")
		c.await("a", "sent") // so the frames to b are on their way, too
		w.cut(link("a", "b"))
		b.hearsNoMoreOf("a")
		b.unstall()
		c.send("b", "last")
		b.await("c", "last")
		w.eventually("all frames are counted as dropped", func() bool { return w.dropped(link("a", "b")) == 10000 })
	}},
	{"Cut stops what the receiver's side took together with another link's frame", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		stalled := b.stall("first")
		c.send("b", "first")
		w.await("the frame that stalls b", stalled)
		c.send("b", "second")
		w.eventually("it waits", func() bool { return w.stats(link("c", "b")).Frames == 2 })
		a.sendMany("b", "frame", 10)
		w.eventually("they wait behind it", func() bool { return w.stats(link("a", "b")).Frames == 10 })
		again := b.stall("second")
		w.await("the second frame that stalls b", again)
		w.cut(link("a", "b"))
		b.hearsNoMoreOf("a")
		b.unstall()
		c.send("b", "last")
		b.await("c", "last")
		w.eventually("all frames are counted as dropped", func() bool { return w.dropped(link("a", "b")) == 10 })
	}},
	{"Cut waits for the delivery in progress", func(w *world) {
		a, b := w.node("a"), w.node("b")
		a.stalls(b)
		cut := start(func() { w.cut(link("a", "b")) })
		w.eventually("the link is cut", func() bool { return w.sw.IsCut(link("a", "b")) })
		w.notYet(cut, "Cut has returned while the receiver was busy with a frame of the link")
		b.unstall()
		w.await("the end of Cut", cut)
	}},
	{"Cut returns an error when its context ends first, and the link is cut all the same", func(w *world) {
		a, b := w.node("a"), w.node("b")
		a.stalls(b)
		ctx, cancel := context.WithCancel(context.Background())
		cut := start(func() {
			if err := w.sw.Cut(ctx, link("a", "b")); err == nil {
				w.Error("Cut returned nil")
			}
		})
		w.eventually("the link is cut", func() bool { return w.sw.IsCut(link("a", "b")) })
		cancel()
		w.await("the end of Cut", cut)
		a.send("b", "lost")
		w.eventually("the frame is counted", func() bool { return w.dropped(link("a", "b")) == 1 })
		b.unstall()
		w.cut(link("a", "b")) // returns now that the receiver does
		w.sw.Mend(link("a", "b"))
		a.send("b", "last")
		b.await("a", "last")
		b.hasHeard("a", "stop", "last")
	}},
	{"Cut leaves the other direction and other links alone", func(w *world) {
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		w.cut(link("a", "b"))
		a.send("b", "lost")
		b.send("a", "back")
		a.await("b", "back")
		a.send("c", "aside")
		c.await("a", "aside")
		c.send("b", "aside")
		b.await("c", "aside")
		b.hasHeard("a")
	}},
	{"what is sent after Mend arrives, and what was cut stays lost", func(w *world) {
		a, b := w.node("a"), w.node("b")
		w.cut(link("a", "b"))
		a.send("b", "lost")
		w.eventually("the frame is counted", func() bool { return w.dropped(link("a", "b")) == 1 })
		w.sw.Mend(link("a", "b"))
		a.send("b", "last")
		b.await("a", "last")
		b.hasHeard("a", "last")
	}},
	{"a cut outlives the endpoints at both ends", func(w *world) {
		a, b := w.node("a"), w.node("b")
		w.cut(link("a", "b"))
		a.close()
		b.close()
		a.open()
		b.open()
		a.send("b", "lost")
		w.eventually("the frame is counted", func() bool { return w.dropped(link("a", "b")) == 1 })
	}},
}
