package actor

import "unsafe"

// mailbox is messages in order, and marks between them: what is not a message but
// has its place among them, such as the end of a watched actor or the tick of a
// timer. Keeping them apart leaves the messages a plain slice, so that telling an
// actor something allocates nothing.
type mailbox[M any] struct {
	messages []M
	marks    []mark
}

// mark is due before the message of that index.
type mark struct {
	at   int
	what any // *watch, *timer, or a failer: who asks the message
}

func (b *mailbox[M]) empty() bool { return len(b.messages) == 0 && len(b.marks) == 0 }

func (b *mailbox[M]) mark(what any) { b.marks = append(b.marks, mark{len(b.messages), what}) }

// reset empties b, whose content was taken. It keeps the memory for the next batch,
// but not when a burst has made it much larger than what came since.
func (b *mailbox[M]) reset() {
	if cap(b.messages) > 1024 && len(b.messages) < cap(b.messages)/4 {
		b.messages = nil
	}
	b.messages, b.marks = b.messages[:0], b.marks[:0]
}

// idleBytes is how much memory each of an idle actor's two buffers may keep.
const idleBytes = 2 << 10

// shrink gives back what an idle actor should not keep.
func (b *mailbox[M]) shrink() {
	var m M
	if uintptr(cap(b.messages))*max(unsafe.Sizeof(m), 1) > idleBytes {
		b.messages = nil
	}
	if cap(b.marks) > 64 {
		b.marks = nil
	}
}

// follow returns front with what is left of b, from a message and a mark on, behind it.
func (b *mailbox[M]) follow(front mailbox[M], at, met int) mailbox[M] {
	for _, m := range b.marks[met:] {
		front.marks = append(front.marks, mark{m.at - at + len(front.messages), m.what})
	}
	front.messages = append(front.messages, b.messages[at:]...)
	return front
}
