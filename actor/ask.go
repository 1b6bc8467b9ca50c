package actor

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync/atomic"
)

// Ask sends ref the message that message makes, and returns the first thing that is
// sent to replyTo. The error names ref, and wraps the cause of ctx's end if that came
// first. Ask does not wait for ctx when it is known earlier that there will be no
// reply: when the message cannot be encoded, becomes a dead letter, or fails the actor
// before it replied, or when the actor's node goes down or this system ends.
//
// An actor that asks blocks until the reply is there; it should not ask one that might
// be waiting for it.
func Ask[M, R any](ctx context.Context, ref Ref[M], message func(replyTo Ref[R]) M) (R, error) {
	if ref.to == nil {
		return *new(R), fmt.Errorf("actor: ask: zero Ref: %w", ErrDead)
	}
	sys := ref.to.system()
	p := &promise[R]{sys: sys, asked: ref.to, replied: make(chan struct{}, 1)}
	defer p.close()
	m := message(Ref[R]{p})
	if sys.later != nil {
		sys.Turn(ctx, askName(ref, m))
	}
	if err := ref.to.tell(m, p); err != nil {
		return *new(R), err
	}
	r, err := p.wait(ctx)
	if errors.Is(err, ErrMessageType) {
		return r, fmt.Errorf("actor: ask %q with %s for %s: %w", ref, reflect.TypeFor[M](), reflect.TypeFor[R](), err)
	}
	if err != nil {
		return r, fmt.Errorf("actor: ask %q: %w", ref, err)
	}
	return r, nil
}

// wait returns what comes first. An idle actor in this process mostly replies when it
// is given the processor once, which is cheaper than to wait on three channels.
func (p *promise[R]) wait(ctx context.Context) (R, error) {
	runtime.Gosched()
	select {
	case <-p.replied:
		return p.reply, p.err
	default:
	}
	select {
	case <-p.replied:
		return p.reply, p.err
	case <-ctx.Done():
		return *new(R), context.Cause(ctx)
	case <-p.sys.over:
		return *new(R), ErrStopped
	}
}

// promise is the one-shot receiver of an Ask's reply.
type promise[R any] struct {
	sys     *System
	asked   target
	settled atomic.Bool
	uid     atomic.Uint64 // 0 until it is exported
	number  atomic.Uint64 // of the frame that asked, or 0 so far
	reply   R             // whoever settles it writes these
	err     error         // and then sends on replied
	replied chan struct{}
}

func (p *promise[R]) tell(r R, _ failer) error {
	if !p.settled.Load() && !p.sys.killed.Load() && !p.settled.Swap(true) {
		p.reply = r
		p.replied <- struct{}{}
		return nil
	}
	err := fmt.Errorf("actor: reply %T to an ask of %q: %w", r, p.asked.identity(), ErrAskOver)
	p.sys.deadLetter(DeadLetter{To: p.identity().String(), Message: r, Cause: err})
	return err
}

func (p *promise[R]) fail(err error) {
	if !p.settled.Swap(true) {
		p.err = err
		p.replied <- struct{}{}
	}
}

func (p *promise[R]) close() {
	p.settled.Store(true)
	if uid := p.uid.Load(); uid != 0 {
		p.sys.exports.remove(uid)
	}
}

// askPath is where a reply goes. No actor can have the name.
const askPath = "/$ask"

func (p *promise[R]) identity() identity {
	return identity{p.sys.address, p.sys.incarnation, p.uid.Load(), askPath}
}

func (p *promise[R]) actor() *node    { return nil }
func (p *promise[R]) system() *System { return p.sys }
func (p *promise[R]) ref() AnyRef     { return Ref[R]{p} }
func (p *promise[R]) ticket() uint64  { return p.export().uid }

func (p *promise[R]) export() identity {
	e := &p.sys.exports
	e.mu.Lock()
	defer e.mu.Unlock()
	if p.uid.Load() == 0 {
		uid := p.sys.uids.Add(1)
		p.uid.Store(uid)
		if !p.settled.Load() { // otherwise close has not seen the uid
			e.alive[uid] = p
		}
	}
	return p.identity()
}

func (p *promise[R]) openLetter(f *letter) {
	r, err := kindOf[R]().decode(f, p.sys)
	if err != nil {
		p.sys.sendBack(f, err)
		p.fail(p.sys.undecodable(err))
		return
	}
	_ = p.tell(r, nil)
}

// sentAs notes the number of the frame that asks.
func (p *promise[R]) sentAs(number uint64) { p.number.Store(number) }

// over fails the promise if it waits for a reply from lives that are over.
func (p *promise[R]) over(e *ending) {
	id := p.asked.identity()
	if id.address != e.address {
		return
	}
	if e.covers(id.incarnation) || id.incarnation == 0 && (e.latest || p.number.Load() < e.before) {
		p.fail(e.err)
	}
}
