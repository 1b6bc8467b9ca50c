package actor

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"reflect"
	"sync"

	"github.com/7aca83c2/multinode/internal/codec"
)

// Register lets values of type T travel where a message or a field of one has an
// interface type. It panics, naming the type and the field, if T cannot be encoded.
// Registering twice is allowed. Messages whose type is not an interface need it not.
func Register[T any]() { codec.Register[T]() }

// kind is a message type, as frames see it.
type kind[M any] struct {
	// fingerprint tells apart the types of messages that are encoded without their
	// type's name. It is 0 for interface types, whose values name their types.
	fingerprint uint32
	codec       *codec.Codec[M]
	err         error // why there is no codec
}

var kinds sync.Map // of *kind[M] by the reflect.Type of M

func kindOf[M any]() *kind[M] {
	t := reflect.TypeFor[M]()
	if k, ok := kinds.Load(t); ok {
		return k.(*kind[M])
	}
	k := &kind[M]{fingerprint: fingerprint(t)}
	k.codec, k.err = codec.For[M]()
	first, _ := kinds.LoadOrStore(t, k)
	k = first.(*kind[M])
	if k.fingerprint != 0 && k.err == nil {
		decoders.LoadOrStore(k.fingerprint, &decoder{t.String(), func(body []byte, s *System) (any, error) { return k.codec.Decode(body, s) }})
	}
	return k
}

// decoders has a *decoder by the fingerprint of each kind.
var decoders sync.Map

// decoder decodes messages of the type of that name.
type decoder struct {
	name   string
	decode func(body []byte, s *System) (any, error)
}

func fingerprint(t reflect.Type) uint32 {
	if t.Kind() == reflect.Interface {
		return 0
	}
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s %s", t.PkgPath(), t)
	return max(h.Sum32(), 1)
}

// encode appends the fingerprint and m to buf.
func (k *kind[M]) encode(buf []byte, m M) ([]byte, error) {
	if k.err != nil {
		return buf, &encodeError{k.err}
	}
	buf = binary.LittleEndian.AppendUint32(buf, k.fingerprint)
	buf, err := k.codec.Append(buf, m)
	if err != nil {
		err = &encodeError{err}
	}
	return buf, err
}

// decode returns the message of f.
func (k *kind[M]) decode(f *letter, s *System) (m M, err error) {
	if k.err != nil {
		return m, k.err
	}
	if f.fingerprint == k.fingerprint {
		return k.codec.Decode(f.body, s)
	}
	if f.fingerprint != 0 {
		return m, fmt.Errorf("%w: want %s", ErrMessageType, reflect.TypeFor[M]())
	}
	v, err := codec.Decode(f.body, s)
	if err != nil {
		return m, err
	}
	m, ok := v.(M)
	if !ok {
		return m, fmt.Errorf("%w: want %s, have %T", ErrMessageType, reflect.TypeFor[M](), v)
	}
	return m, nil
}
