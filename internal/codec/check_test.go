package codec

import (
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type (
	hasChan    struct{ Done chan int }
	hasFunc    struct{ Inner struct{ Calls []func() } }
	hasPrivate struct{ ID, secret int }
	hasMutex   struct{ Mu sync.Mutex }
	hasTag     struct {
		A int `wire:"a"`
	}
	hasMapKey  struct{ M map[[1]chan int]string }
	hasMapElem struct{ M map[string]*chan int }
	hasCycle   struct {
		Next *hasCycle
		F    func()
	}
	hasEmbedded struct {
		*base
		N int
	}
	embedsTime struct {
		time.Time
		N int
	}
	embedsRef struct {
		ref
		N int
	}
	onlyTime    struct{ time.Time }
	onlyAppends struct{}
	onlyDecodes struct{}
	halfText    struct{ n int }
)

func (onlyAppends) AppendWire(buf []byte) ([]byte, error) { return buf, nil }
func (*onlyDecodes) DecodeWire([]byte, any) error         { return nil }
func (halfText) MarshalText() ([]byte, error)             { return nil, nil }

func TestCheckNamesTheTypeAndTheField(t *testing.T) {
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[chan int](), "codec: chan int cannot be encoded"},
		{reflect.TypeFor[func()](), "codec: func() cannot be encoded"},
		{reflect.TypeFor[uintptr](), "codec: uintptr cannot be encoded"},
		{reflect.TypeFor[unsafe.Pointer](), "codec: unsafe.Pointer cannot be encoded"},
		{reflect.TypeFor[[]chan int](), "codec: []chan int: []: chan int cannot be encoded"},
		{reflect.TypeFor[hasChan](), "codec: codec.hasChan: field Done: chan int cannot be encoded"},
		{reflect.TypeFor[*hasChan](), "codec: *codec.hasChan: field Done: chan int cannot be encoded"},
		{reflect.TypeFor[[]hasChan](), "codec: []codec.hasChan: [].Done: chan int cannot be encoded"},
		{reflect.TypeFor[hasFunc](), "codec: codec.hasFunc: field Inner.Calls[]: func() cannot be encoded"},
		{reflect.TypeFor[hasPrivate](), "codec: codec.hasPrivate: field secret: unexported, so it would be lost: " +
			"export it, tag it or what holds it wire:\"-\", or give codec.hasPrivate the methods AppendWire and DecodeWire"},
		{reflect.TypeFor[halfText](), "codec: codec.halfText: field n: unexported, so it would be lost: " +
			"export it, tag it or what holds it wire:\"-\", or give codec.halfText the methods AppendWire and DecodeWire"},
		{reflect.TypeFor[hasMutex](), "codec: codec.hasMutex: field Mu.mu: unexported, so it would be lost: " +
			"export it, tag it or what holds it wire:\"-\", or give sync.Mutex the methods AppendWire and DecodeWire"},
		{reflect.TypeFor[hasTag](), `codec: codec.hasTag: field A: tag wire:"a" is unknown, there is only wire:"-"`},
		{reflect.TypeFor[hasMapKey](), "codec: codec.hasMapKey: field M[key][]: chan int cannot be encoded"},
		{reflect.TypeFor[hasMapElem](), "codec: codec.hasMapElem: field M[]: chan int cannot be encoded"},
		{reflect.TypeFor[hasCycle](), "codec: codec.hasCycle: field F: func() cannot be encoded"},
		{reflect.TypeFor[hasEmbedded](), "codec: codec.hasEmbedded: field base: unexported, so it would be lost: " +
			"export it, tag it or what holds it wire:\"-\", or give codec.hasEmbedded the methods AppendWire and DecodeWire"},
		{reflect.TypeFor[embedsTime](), "codec: codec.embedsTime embeds time.Time, " +
			"whose methods would encode that field alone: give the field a name"},
		{reflect.TypeFor[embedsRef](), "codec: codec.embedsRef embeds codec.ref, " +
			"whose methods would encode that field alone: give the field a name"},
		{reflect.TypeFor[onlyAppends](), "codec: codec.onlyAppends has only one of AppendWire and DecodeWire"},
		{reflect.TypeFor[onlyDecodes](), "codec: codec.onlyDecodes has only one of AppendWire and DecodeWire"},
	} {
		for range 2 { // a failure must not leave half a plan behind
			if err := Check(c.typ); err == nil || err.Error() != c.want {
				t.Errorf("%v:\n got %v\nwant %s", c.typ, err, c.want)
			}
		}
	}
}

func TestCheckAcceptsWhatTravels(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[sink](), reflect.TypeFor[*list](), reflect.TypeFor[tree](), reflect.TypeFor[any](),
		reflect.TypeFor[error](), reflect.TypeFor[onlyTime](), reflect.TypeFor[map[ref]time.Time](),
	} {
		if err := Check(typ); err != nil {
			t.Error(err)
		}
	}
}

func TestTypesThatCannotTravelFailInEveryEntryPoint(t *testing.T) {
	const want = "codec: codec.hasChan: field Done: chan int cannot be encoded"
	_, appendErr := AppendAs(nil, hasChan{})
	_, decodeErr := DecodeAs[hasChan](nil, nil)
	for _, err := range []error{appendErr, decodeErr} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
