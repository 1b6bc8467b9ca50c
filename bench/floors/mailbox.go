package floors

import "sync"

// Mailbox is the least that an actor can be: a slice under a mutex, drained by a
// goroutine that the first message starts and that ends when none is left. The zero
// Mailbox with a Handle is ready for use.
type Mailbox[M any] struct {
	Handle func(M)

	mu    sync.Mutex
	queue []M
	spare []M // the slice drained last
	busy  bool
}

// Tell has m handled after what was told before.
func (b *Mailbox[M]) Tell(m M) {
	b.mu.Lock()
	b.queue = append(b.queue, m)
	idle := !b.busy
	b.busy = true
	b.mu.Unlock()
	if idle {
		go b.drain()
	}
}

func (b *Mailbox[M]) drain() {
	for {
		b.mu.Lock()
		messages := b.queue
		b.queue, b.spare = b.spare[:0], nil
		b.busy = len(messages) > 0
		b.mu.Unlock()
		if len(messages) == 0 {
			return
		}
		for _, m := range messages {
			b.Handle(m)
		}
		clear(messages)
		b.spare = messages[:0]
	}
}
