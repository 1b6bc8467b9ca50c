package actor

import (
	"context"
	"fmt"
	"strings"
)

// Stop ends the system: the actors, children before their parents, with their PostStop,
// then the endpoint. It must not be called by one of the system's actors, which would
// wait for itself.
//
// Nodes that watch an actor here are told of its end, and Stop waits until they know: for
// 600 ms at most, if one of them says nothing because it was killed or is cut off.
//
// If ctx ends first, Stop returns an error that names actors which still run. They then
// go on stopping; call Stop again or Kill.
func (s *System) Stop(ctx context.Context) error {
	s.root.order(control{do: doStop})
	select {
	case <-s.ended:
	case <-s.over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("actor: stop %q: %s: %w", s.address, s.stillRunning(), context.Cause(ctx))
	}
	s.burials.Wait()
	s.flush(ctx)
	return s.close()
}

// stillRunning names the actors that have not ended, but not a whole cluster of them.
func (s *System) stillRunning() string {
	const most = 10
	var names []string
	all := s.Actors()
	for _, ref := range all[:min(len(all), most)] {
		names = append(names, ref.Path())
	}
	if len(all) > most {
		names = append(names, "...")
	}
	return fmt.Sprintf("%d still running: %s", len(all), strings.Join(names, ", "))
}

// Kill ends the system as a crash does: no message is handled any more, no hook is
// called, nothing is sent. Code of an actor that is running finishes, but what it sends
// is discarded. Once Kill has returned, nothing the system ever sent is delivered to
// another one, and it has no timers left. Whoever waits in Ask gets ErrStopped.
//
// An actor may call Kill; a function given to Subscribe may not.
func (s *System) Kill() {
	s.killed.Store(true)
	_ = s.close()
	s.root.kill()
}

// close ends what is not an actor.
func (s *System) close() (err error) {
	s.overOnce.Do(func() {
		err = s.peers.close()
		close(s.over)
	})
	return err
}

// kill marks n and all below it as gone. Where no goroutine runs an actor this one
// empties its mailbox; otherwise that one will.
func (n *node) kill() {
	n.mu.Lock()
	idle := !n.scheduled
	n.closed, n.gone, n.scheduled = true, true, true
	n.urgent.Store(true)
	n.mu.Unlock()
	n.cancelTimers()
	for _, c := range n.children() {
		c.kill()
	}
	if idle {
		n.typed.discard(nil)
	}
}

// StopActor ends an actor of this system as StopSelf does, and waits until it has ended
// or ctx has. An actor that has ended already is no error. It returns ErrRemote for an
// actor of another system. An actor must not wait for its own end.
func (s *System) StopActor(ctx context.Context, ref AnyRef) error {
	n, err := s.own(ref)
	if err != nil {
		return fmt.Errorf("actor: stop %q: %w", ref, err)
	}
	if n == nil {
		return nil
	}
	n.order(control{do: doStop})
	return s.awaitEnd(ctx, ref, n.typed)
}

// own returns the actor of ref, or nil if it has ended, or ErrRemote.
func (s *System) own(ref AnyRef) (*node, error) {
	to := ref.target()
	if to == nil {
		return nil, nil
	}
	n := to.actor()
	switch {
	case n != nil && n.sys == s:
		return n, nil
	case n == nil && s.isHere(to.identity()):
		return nil, nil
	}
	return nil, ErrRemote
}

// AwaitEnd waits until the actor has ended, wherever it is, or ctx has; the error then
// names the actor. It returns nil too when the actor's node is declared down.
func (s *System) AwaitEnd(ctx context.Context, ref AnyRef) error {
	if to := ref.target(); to != nil {
		return s.awaitEnd(ctx, ref, to)
	}
	return nil
}

func (s *System) awaitEnd(ctx context.Context, ref AnyRef, to target) error {
	w := &waiter{make(chan Reason, 1)}
	var remote uint64
	s.startWatch(to, w, &remote)
	defer s.endWatch(to, w, remote)
	select {
	case <-w.end:
		return nil
	case <-s.over:
		return fmt.Errorf("actor: await the end of %q: %w", ref, ErrStopped)
	case <-ctx.Done():
		return fmt.Errorf("actor: await the end of %q: %w", ref, context.Cause(ctx))
	}
}

// waiter is a watcher that is not an actor.
type waiter struct{ end chan Reason }

func (w *waiter) ended(why Reason) { w.end <- why }
