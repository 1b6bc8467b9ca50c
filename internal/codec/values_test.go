package codec

import (
	"errors"
	"math/big"
	"net/netip"
	"time"
)

// ref encodes itself, and needs the env to come back whole, as a reference to an actor does.
type ref struct {
	Path string
	env  any
}

func (r ref) AppendWire(buf []byte) ([]byte, error) {
	if r.Path == "closed" {
		return nil, errors.New("ref: closed")
	}
	return append(buf, r.Path...), nil
}

func (r *ref) DecodeWire(data []byte, env any) error {
	if string(data) == "nowhere" {
		return errors.New("ref: no such place")
	}
	r.Path, r.env = string(data), env
	return nil
}

type get struct {
	Key     string
	ReplyTo ref
}

type list struct {
	N    int
	Next *list
}

type tree struct {
	Kids   []tree
	Named  map[string]*tree
	Parent *tree
}

type base struct{ Shared string }

type inner struct {
	A, B int16
	S    string
}

type level uint8

func (l level) String() string { return "level" }

// sink has a field of every kind.
type sink struct {
	base
	inner
	Bool    bool
	I       int
	I8      int8
	I16     int16
	I32     int32
	I64     int64
	U       uint
	U8      uint8
	U16     uint16
	U32     uint32
	U64     uint64
	F32     float32
	F64     float64
	C64     complex64
	C128    complex128
	S       string
	Level   level
	Bytes   []byte
	Levels  []level
	Hash    [4]byte
	Pair    [2]string
	Inner   inner
	Inners  []inner
	Ptr     *inner
	PtrPtr  **int
	List    *list
	Tree    tree
	Map     map[string]int
	ByInner map[inner][]string
	Any     any
	Err     error
	Ref     ref
	Refs    []*ref
	Addr    netip.Addr
	Big     *big.Int
	Flat    big.Int
	At      time.Time
	Took    time.Duration
	Unit    struct{}
	Units   []struct{}
	None    [3]struct{}
	UnitMap map[struct{}]struct{}
	_       int
	skipped func()   `wire:"-"`
	Skipped chan int `wire:"-"`
}

func init() {
	Register[inner]()
	Register[ref]()
	Register[sink]()
	Register[tree]()
}

func ptr[T any](v T) *T { return &v }

// fullSink returns a sink with something in each field that travels.
func fullSink() sink {
	return sink{
		base: base{"shared"}, inner: inner{1, -2, "in"},
		Bool: true, I: -1, I8: -128, I16: -32768, I32: 1 << 30, I64: -1 << 63,
		U: 1, U8: 255, U16: 65535, U32: 1<<32 - 1, U64: 1<<64 - 1,
		F32: 1.5, F64: -2.25, C64: 1 + 2i, C128: 3 - 4i,
		S: "grüße\xff", Level: 7, Bytes: []byte("bytes"), Levels: []level{1, 2},
		Hash: [4]byte{1, 2, 3, 4}, Pair: [2]string{"x", "y"},
		Inner: inner{S: "s"}, Inners: []inner{{}, {A: 5}}, Ptr: &inner{B: 9}, PtrPtr: ptr(ptr(42)),
		List: &list{1, &list{2, nil}},
		Tree: tree{Kids: []tree{{}, {Kids: []tree{}}}, Named: map[string]*tree{"a": {}, "b": nil}},
		Map:  map[string]int{"one": 1, "two": 2, "three": 3}, ByInner: map[inner][]string{{A: 1}: nil, {A: 2}: {"v"}},
		Any: []any{1, "two", inner{S: "three"}, &inner{}, nil}, Err: errors.New("disk full"),
		Ref: ref{Path: "a/b"}, Refs: []*ref{nil, {Path: "c"}},
		Addr: netip.MustParseAddr("fe80::1%eth0"), Big: big.NewInt(1e15), Flat: *big.NewInt(-7),
		At: time.Date(2024, 2, 29, 23, 59, 59, 999999999, time.UTC), Took: time.Hour,
		Units: make([]struct{}, 3), UnitMap: map[struct{}]struct{}{{}: {}},
	}
}
