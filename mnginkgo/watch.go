package mnginkgo

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// ViewNotifier tells when its view changes, which is what MemberLister, LeaderTeller and Ender say: then
// the page of a failed spec has each view at its moment. Without it the node is asked every 20 ms, from the first
// time on that a matcher has asked, or in virtual time only when a matcher does; what comes and goes in between is
// missed, and the page says that it was polled.
type ViewNotifier interface {
	// NotifyView has changed called whenever the view may have changed, until stop is called. It
	// returns at once, and may be called in any goroutine and under any lock.
	NotifyView(changed func()) (stop func())
}

// glimpse is what a record has of a view.
type glimpse struct {
	Members      []Member
	TellsMembers bool
	Leader       string
	TellsLeader  bool
	Ended        string
}

// glimpseOf asks an instance for that alone. It returns nil if the instance tells nothing.
func glimpseOf(instance any) *glimpse {
	g, tells := &glimpse{}, false
	g.TellsMembers = ask(instance, &tells, func(l MemberLister) { g.Members = present(l.Members()) })
	g.TellsLeader = ask(instance, &tells, func(l LeaderTeller) { g.Leader = l.Leader() })
	ask(instance, &tells, func(e Ender) {
		if err := e.Ended(); err != nil {
			g.Ended = err.Error()
		}
	})
	if !tells {
		return nil
	}
	return g
}

// watcher watches the view of a node for the record.
type watcher struct {
	node    *seat.Node
	virtual bool // it is in virtual time
	crowd   bool // the roles are too many for that

	mu     sync.Mutex
	ctx    context.Context // while the node runs; nil before
	saw    func(stage.Sight)
	last   []byte
	asks   bool // it does not tell by itself, and is asked
	polled bool // somebody has asked first
}

// crowd is from how many roles on views are not recorded: each node would tell what it takes each other for, each
// time that one changes. The report has what they see when the spec fails; the record has no views.
const crowd = 65

// begin implements seat.Part.
func (w *watcher) begin(ctx context.Context, saw func(stage.Sight)) {
	if w.crowd {
		return
	}
	w.mu.Lock()
	w.ctx, w.saw = ctx, saw
	w.mu.Unlock()
	switch node := w.node.Instance.(type) {
	case *ActorNode: // whose methods are known: it is looked at by whom it changes, and no view is missed
		changed := func() { w.see(glimpseOf(node), false) }
		node.onChange(ctx, changed)
		changed()
	case ViewNotifier:
		go w.heed(ctx, node.NotifyView)
	default:
		if node := actorNodeOf(w.node.Instance); node != nil {
			go w.heed(ctx, func(changed func()) (stop func()) {
				node.onChange(ctx, changed)
				return nil // the context does
			})
			return
		}
		w.mu.Lock()
		w.asks = true
		w.mu.Unlock()
	}
}

// onChange has changed called whenever the node's view may have changed, until the context ends.
func (n *ActorNode) onChange(ctx context.Context, changed func()) {
	context.AfterFunc(ctx, actor.Subscribe(n.System, func(cluster.ViewChanged) { changed() }))
	context.AfterFunc(ctx, actor.Subscribe(n.System, func(cluster.Ended) { changed() }))
}

// heed looks whenever the node says that there is something to see. What panics is the user's: the record must not do
// harm.
func (w *watcher) heed(ctx context.Context, notify func(changed func()) (stop func())) {
	defer func() { _ = recover() }()
	changed := make(chan struct{}, 1)
	stop := notify(func() {
		select {
		case changed <- struct{}{}:
		default: // it is going to be looked at
		}
	})
	if stop != nil {
		defer stop()
	}
	for {
		w.look(false)
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// asked is told of a view that somebody has asked for. From the first on, a node that does not tell by itself is
// asked time and again.
func (w *watcher) asked(v View) {
	tells := v.TellsMembers || v.TellsLeader
	w.mu.Lock()
	ctx, asks, first := w.ctx, w.asks && tells, !w.polled
	w.polled = w.polled || asks
	w.mu.Unlock()
	if !asks {
		return
	}
	w.see(&glimpse{v.Members, v.TellsMembers, v.Leader, v.TellsLeader, v.Ended}, true)
	if first && !w.virtual {
		go w.poll(ctx)
	}
}

const pollViews = 20 * time.Millisecond

// poll asks the node every 20 ms, and if it takes long to answer, for a twentieth of the time at most.
func (w *watcher) poll(ctx context.Context) {
	timer := time.NewTimer(pollViews)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			began := time.Now()
			w.look(true)
			timer.Reset(max(pollViews, 20*time.Since(began)))
		case <-ctx.Done():
			return
		}
	}
}

// look asks the node. If it panics, whoever asks next finds out: the record must not do harm.
func (w *watcher) look(polled bool) {
	defer func() { _ = recover() }()
	w.see(glimpseOf(w.node.Instance), polled)
}

// see tells of a view that is another one than before.
func (w *watcher) see(g *glimpse, polled bool) {
	if g == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, err := codec.AppendAs(nil, *g)
	if err == nil && !bytes.Equal(seen, w.last) {
		w.last = seen
		w.saw(stage.Sight{Seen: seen, Polled: polled})
	}
}
