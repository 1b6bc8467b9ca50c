package peers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// Settings is how the nodes of a Memberlist are set.
type Settings struct {
	config func() *memberlist.Config
	memory bool
}

// LAN returns the settings that memberlist has for a local network, its default. With about
// 8 nodes or more its gossip may miss one that joins with all others; they agree half a
// minute later then, after a complete exchange.
func LAN() Settings { return Settings{config: memberlist.DefaultLANConfig} }

// Tight returns the settings for the fastest detection that compares with a detector which
// has a heartbeat each 50 ms and waits 200 ms for one. They are those that memberlist has
// for the loopback, and beyond that:
//
//   - a probe each 50 ms, which must be answered within 20 ms, or by the detour over another
//     node or TCP until the 50 ms are over;
//   - who was not heard is suspect for 150 ms more, which makes 200 ms; for more than 10
//     nodes memberlist lengthens the 150 ms by the logarithm of their number, to 180 ms for
//     16. Nobody has to confirm it;
//   - gossip each 5 ms, of everything 10 times or more, and a complete exchange each 100 ms
//     for what was missed, which needed seconds otherwise;
//   - 500 ms for a TCP connection, and no compression.
//
// A node that finds itself slow still probes less often, as memberlist does by default.
func Tight() Settings { return Settings{config: tight} }

func tight() *memberlist.Config {
	c := memberlist.DefaultLocalConfig()
	c.ProbeInterval, c.ProbeTimeout = 50*time.Millisecond, 20*time.Millisecond
	c.SuspicionMult, c.SuspicionMaxTimeoutMult = 3, 1
	c.GossipInterval, c.RetransmitMult = 5*time.Millisecond, 10
	c.PushPullInterval = 100 * time.Millisecond
	c.TCPTimeout = 500 * time.Millisecond
	c.EnableCompression = false
	return c
}

// InMemory returns the settings for nodes that reach each other within the process and not
// by UDP and TCP. Their packets cost less, and are lost only if a node has a thousand of them
// to read.
func (s Settings) InMemory() Settings {
	s.memory = true
	return s
}

// Memberlist is a cluster of memberlist's nodes, all in this process, on sockets of the
// loopback unless they are set to be in memory.
type Memberlist struct {
	Took  time.Duration // from before the first node was made until all saw all
	nodes []*memberlist.Memberlist
	views *views
}

// ErrJoin is the cause when a node did not get the answer that it needs to join.
var ErrJoin = errors.New("join failed")

// StartMemberlist starts n nodes. All join the first, at once. It returns when each sees
// all n, and with an error if a node cannot start, or join (ErrJoin), or ctx ends first.
func StartMemberlist(ctx context.Context, n int, settings Settings) (*Memberlist, error) {
	if n < 1 {
		return nil, fmt.Errorf("peers: start memberlist: %d nodes: there must be one at least", n)
	}
	began := time.Now()
	m := &Memberlist{views: newViews(n)}
	if err := m.form(ctx, n, settings, began); err != nil {
		return nil, fmt.Errorf("peers: start memberlist: %w", errors.Join(err, m.Stop()))
	}
	return m, nil
}

// form makes the nodes, has them join, and waits for their agreement. It leaves no join
// under way, which can take as long as the settings give a TCP connection.
func (m *Memberlist) form(ctx context.Context, n int, settings Settings, began time.Time) error {
	var ends []*end
	if settings.memory {
		ends = newMemory(n)
	}
	for i := range n {
		c := m.views.configOf(i, settings)
		if settings.memory {
			c.Transport = ends[i]
		}
		node, err := memberlist.Create(c)
		if err != nil {
			return err
		}
		m.nodes = append(m.nodes, node)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	first := m.nodes[0].LocalNode().Address()
	var joins sync.WaitGroup
	for _, node := range m.nodes[1:] {
		joins.Go(func() {
			if _, err := node.Join([]string{first}); err != nil {
				cancel(fmt.Errorf("%w: %w", ErrJoin, err))
			}
		})
	}
	defer joins.Wait()
	select {
	case <-m.views.agreed:
		m.Took = time.Since(began)
		joins.Wait()
		return context.Cause(ctx) // of a join that failed although others told of the node
	case <-ctx.Done():
		return fmt.Errorf("%w; %s", context.Cause(ctx), m.views)
	}
}

// Suspicions returns how often a node held another one for dead so far, which none was.
func (m *Memberlist) Suspicions() int {
	m.views.mu.Lock()
	defer m.views.mu.Unlock()
	return m.views.deaths
}

// Crash ends the last node, which tells nobody, and returns how long the others take until
// the last of them holds it for dead. There must be two nodes at least. The cluster is of use
// no more, but to be stopped.
func (m *Memberlist) Crash(ctx context.Context) (time.Duration, error) {
	last := len(m.nodes) - 1
	if last == 0 {
		return 0, errors.New("peers: crash: there is nobody else")
	}
	began := time.Now()
	lost := m.views.lose(last)
	err := m.nodes[last].Shutdown()
	if err == nil {
		select {
		case <-lost:
			return time.Since(began), nil
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	return 0, fmt.Errorf("peers: crash: %w", err)
}

// Stop stops all nodes. What they make of each other's end is no suspicion.
func (m *Memberlist) Stop() error {
	m.views.end()
	var errs []error
	for _, node := range m.nodes {
		errs = append(errs, node.Shutdown())
	}
	return errors.Join(errs...)
}
