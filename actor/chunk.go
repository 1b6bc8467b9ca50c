package actor

import (
	"reflect"
	"sync"
	"unsafe"
)

// headBytes bounds what each of the two buffers of an idle actor keeps: small, because
// there may be a hundred thousand of them.
const headBytes = 1 << 10

// chunkBytes is the size of a chunk: large enough for the pool to cost nothing.
const chunkBytes = 8 << 10

// chunk is room for messages of a mailbox that is not short. It comes from a pool.
type chunk[M any] struct{ messages []M }

func headLength[M any]() int { return int(headBytes/max(unsafe.Sizeof(*new(M)), 8)) + 1 }

// chunks has a *sync.Pool for the reflect.Type of each M.
var chunks sync.Map

func chunkPool[M any]() *sync.Pool {
	t := reflect.TypeFor[M]()
	if p, ok := chunks.Load(t); ok {
		return p.(*sync.Pool)
	}
	p, _ := chunks.LoadOrStore(t, &sync.Pool{New: func() any {
		n := chunkBytes/max(unsafe.Sizeof(*new(M)), 8) + 1
		return &chunk[M]{make([]M, 0, n)}
	}})
	return p.(*sync.Pool)
}

func newChunk[M any]() *chunk[M] { return chunkPool[M]().Get().(*chunk[M]) }

// free gives the chunk back. The messages in it have been handled and zeroed, or are
// now.
func (c *chunk[M]) free() {
	clear(c.messages)
	c.messages = c.messages[:0]
	chunkPool[M]().Put(c)
}
