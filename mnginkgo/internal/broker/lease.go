package broker

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// lease is the processes of one spec, on a stage of their own.
type lease struct {
	*stage.Stage
	b         *Broker
	conductor *host
	hosts     []*host
	cells     []*cell // of isolated roles
	over      bool    // the broker's lock guards it
	once      sync.Once
}

// lend makes the hosts a lease: the first, the conductor, gets the first role.
func (b *Broker) lend(r *request, hosts []*host) error {
	sw := transport.NewSwitch(b.config.Switch...)
	l := &lease{Stage: stage.New(sw, r.BarrierTimeout, b.config.Matches), b: b, conductor: r.conductor, hosts: hosts}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, h := range hosts {
		if h.gone != nil {
			return h.gone
		}
		h.lease, h.role = l, r.Roles[i]
		h.use(sw)
		l.SetRunner(h.role, h)
	}
	return nil
}

// vacateTimeout bounds how long a host may take to give up its node when its spec is
// over. One that does not is of no use to anybody and is cut off.
const vacateTimeout = 5 * time.Second

// release gives the processes back, once.
func (l *lease) release(ctx context.Context) {
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), vacateTimeout)
		defer cancel()
		l.b.mu.Lock()
		l.over = true
		l.b.mu.Unlock()
		var all sync.WaitGroup
		for _, c := range l.cells {
			all.Go(func() { c.close(ctx) })
		}
		for _, h := range l.hosts {
			all.Go(func() {
				if err := h.vacate(ctx); err != nil {
					_ = h.peer.Close()
				}
			})
		}
		all.Wait()
		l.b.mu.Lock()
		defer l.b.mu.Unlock()
		for _, h := range l.hosts {
			h.lease, h.role = nil, ""
			h.unreserve()
		}
		l.b.cells -= len(l.cells)
		l.b.change()
	})
}

// lose tells the spec that the host of a role died, and why.
func (l *lease) lose(role, why string) {
	how, _, _ := strings.Cut(why, "\n") // without its output
	l.Log(stage.Entry{Time: time.Now(), Text: "role " + role + " lost its process: " + how})
	_ = rpc.Notify(l.conductor.peer, notifyLost, loss{role, why})
	l.Lost(role)
}
