package rpc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// Handler answers a call. Its context ends with the caller's, or with the
// connection. The body is the handler's to keep.
type Handler func(ctx context.Context, body []byte) ([]byte, error)

// NoticeHandler takes a notice. It must return soon, and must not wait for the other
// end. An error means that the notice makes no sense, and ends the connection.
type NoticeHandler func(body []byte) error

// Peer is one end of a connection. Make one with NewPeer. After Start, its methods
// may be called from several goroutines.
type Peer struct {
	stream   io.ReadWriteCloser
	handlers map[string]Handler
	notices  map[string]NoticeHandler
	others   func(ctx context.Context, method string, body []byte) ([]byte, error)
	out      *outbox
	ctx      context.Context // of all handlers
	cancel   context.CancelFunc
	work     sync.WaitGroup // reader, writer and handlers
	written  chan struct{}  // closed when the writer has ended
	done     chan struct{}

	mu      sync.Mutex
	started bool
	err     error // why it ended
	lastID  uint64
	calls   map[uint64]chan message
	serving map[uint64]context.CancelFunc
}

// NewPeer returns a Peer for one end of a stream, which it closes when it ends. It
// does nothing until Start.
func NewPeer(stream io.ReadWriteCloser) *Peer {
	p := &Peer{
		stream:   stream,
		handlers: map[string]Handler{},
		notices:  map[string]NoticeHandler{},
		out:      newOutbox(),
		written:  make(chan struct{}),
		done:     make(chan struct{}),
		calls:    map[uint64]chan message{},
		serving:  map[uint64]context.CancelFunc{},
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// Handle has h answer the calls of a method. It panics if the Peer was started or
// the method has a handler.
func (p *Peer) Handle(method string, h Handler) {
	register(p, p.handlers, method, h)
}

// HandleOthers has h answer the calls of all methods that have no handler. It must be called
// before Start.
func (p *Peer) HandleOthers(h func(ctx context.Context, method string, body []byte) ([]byte, error)) {
	p.others = h
}

// HandleNotice has h take the notices of a method. It panics if the Peer was started
// or the method has a handler.
func (p *Peer) HandleNotice(method string, h NoticeHandler) {
	register(p, p.notices, method, h)
}

func register[H any](p *Peer, handlers map[string]H, method string, h H) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started {
		panic(fmt.Sprintf("rpc: method %q is registered after Start; register it before", method))
	}
	if _, ok := handlers[method]; ok {
		panic(fmt.Sprintf("rpc: method %q is registered twice; give one of them another name", method))
	}
	handlers[method] = h
}

// Start begins to read and write. It must be called once.
func (p *Peer) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started {
		panic("rpc: a peer is started twice; start it once")
	}
	p.started = true
	p.work.Go(p.read)
	p.work.Go(p.write)
}

// Done returns a channel that is closed when the connection has ended.
func (p *Peer) Done() <-chan struct{} { return p.done }

// Err returns nil while the connection stands, and then why it ended: an error that
// wraps ErrClosed and, unless Close was called, the cause.
func (p *Peer) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// closeGrace is how long Close waits for the other end to take what is queued: long
// for a process that reads at all, short for whoever closes.
const closeGrace = time.Second

// Close ends the connection after writing what is queued, if the other end takes it
// within a second. Closing twice is allowed, and so is closing before Start. It
// returns nil.
func (p *Peer) Close() error {
	p.out.end()
	if p.isStarted() {
		patience := time.NewTimer(closeGrace)
		defer patience.Stop()
		select {
		case <-p.written:
		case <-p.done:
		case <-patience.C:
		}
	}
	p.end(ErrClosed)
	return nil
}

// Wait returns when the connection has ended and no goroutine of the Peer is left,
// handlers included. A handler must not call it.
func (p *Peer) Wait() {
	<-p.done
	p.work.Wait()
}

func (p *Peer) isStarted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.started
}

// Fail ends the connection at once for a reason of the caller's, which Err then has.
func (p *Peer) Fail(reason error) { p.end(fmt.Errorf("%w: %w", ErrClosed, reason)) }

// end ends the connection; the first reason counts.
func (p *Peer) end(reason error) {
	p.mu.Lock()
	if p.err != nil {
		p.mu.Unlock()
		return
	}
	p.err = reason
	p.mu.Unlock()
	close(p.done)
	p.cancel()
	p.out.end()
	_ = p.stream.Close()
}

func (p *Peer) write() {
	defer close(p.written)
	if err := p.out.writeTo(p.stream); err != nil {
		p.Fail(err)
	}
}

// readBuffer is the size, in bytes, of one read: many small messages at once.
const readBuffer = 64 << 10

func (p *Peer) read() {
	r := bufio.NewReaderSize(p.stream, readBuffer)
	for {
		m, err := readMessage(r)
		if err == nil {
			err = p.take(m)
		}
		if err != nil {
			p.Fail(err)
			return
		}
	}
}

// take does what a message from the other end asks for.
func (p *Peer) take(m message) error {
	switch m.kind {
	case kindCall:
		p.serve(m)
	case kindNotice:
		return p.notice(m)
	case kindCancel:
		p.cancelServing(m.id)
	default:
		p.answer(m)
	}
	return nil
}

func (p *Peer) notice(m message) error {
	h := p.notices[m.method]
	if h == nil {
		return fmt.Errorf("notice %q has no handler", m.method)
	}
	if err := h(m.body); err != nil {
		return fmt.Errorf("notice %q: %w", m.method, err)
	}
	return nil
}
