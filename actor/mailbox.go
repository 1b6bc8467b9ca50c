package actor

// mailbox is messages in order, and marks between them: what is not a message but
// has its place among them, such as the end of a watched actor or the tick of a
// timer. Keeping them apart leaves the messages plain slices, so that telling an
// actor something allocates nothing.
type mailbox[M any] struct {
	// The first messages are in head, whose memory stays with the actor. Behind a
	// certain number, the others are in chunks that actors share: a burst neither
	// copies what is there already nor leaves much memory behind.
	head  []M
	more  []*chunk[M]
	marks []mark
	count int
}

// mark is due before the message of that index.
type mark struct {
	at   int
	what any // *watch, *timer, lastOrder, or a failer: who asks the message
}

func (b *mailbox[M]) push(m M) {
	b.count++
	if len(b.more) == 0 && len(b.head) < headLength[M]() {
		b.head = append(b.head, m)
		return
	}
	b.pushMore(m)
}

func (b *mailbox[M]) pushMore(m M) {
	if n := len(b.more); n == 0 || len(b.more[n-1].messages) == cap(b.more[n-1].messages) {
		b.more = append(b.more, newChunk[M]())
	}
	last := b.more[len(b.more)-1]
	last.messages = append(last.messages, m)
}

func (b *mailbox[M]) mark(what any) { b.marks = append(b.marks, mark{b.count, what}) }

func (b *mailbox[M]) empty() bool { return b.count == 0 && len(b.marks) == 0 }

// batch is a mailbox that is being emptied, front to back.
type batch[M any] struct {
	current []M         // where the next message is: the head, or a chunk
	shared  *chunk[M]   // the chunk that current is of, if it is
	head    []M         // the head's memory, to be used again
	more    []*chunk[M] // the chunks not begun
	marks   []mark
	list    []*chunk[M] // memory of more, to be used again

	before  int // messages before current
	at, met int // the next message of current, and the next mark
}

// take moves what is in b to an exhausted batch, and gives b the batch's memory.
func (t *batch[M]) take(b *mailbox[M]) {
	empty := mailbox[M]{head: t.head[:0], more: t.list[:0], marks: t.marks[:0]}
	if cap(empty.more) > 64 {
		empty.more = nil
	}
	if cap(empty.marks) > 64 {
		empty.marks = nil
	}
	t.release()
	*t = batch[M]{current: b.head, head: b.head, more: b.more, list: b.more, marks: b.marks}
	*b = empty
}

// next returns the next message, or nil. It is valid until the following call.
func (t *batch[M]) next() *M {
	if t.at == len(t.current) && !t.advance() {
		return nil
	}
	m := &t.current[t.at]
	t.at++
	return m
}

// advance goes on to the next chunk.
func (t *batch[M]) advance() bool {
	if len(t.more) == 0 {
		return false
	}
	t.release()
	t.before += len(t.current)
	t.shared, t.more[0] = t.more[0], nil
	t.more = t.more[1:]
	t.current, t.at = t.shared.messages, 0
	return true
}

func (t *batch[M]) release() {
	if t.shared != nil {
		t.shared.free()
		t.shared = nil
	}
}

// due reports whether a mark comes before the next message.
func (t *batch[M]) due() bool {
	return t.met < len(t.marks) && t.marks[t.met].at <= t.before+t.at
}

func (t *batch[M]) nextMark() any {
	m := &t.marks[t.met]
	t.met++
	what := m.what
	m.what = nil
	return what
}

func (t *batch[M]) empty() bool {
	return t.at == len(t.current) && len(t.more) == 0 && t.met == len(t.marks)
}

// moveTo appends what is left to b. The chunks are left to the garbage collector: the
// message being handled may be in one.
func (t *batch[M]) moveTo(b *mailbox[M]) {
	t.shared = nil
	for !t.empty() {
		if t.due() {
			b.mark(t.nextMark())
		} else {
			b.push(*t.next())
			t.shared = nil
		}
	}
	*t = batch[M]{}
}
