package codec

import (
	"errors"
	"math/big"
	"net/netip"
	"net/url"
	"testing"
	"time"
)

func TestATypeThatEncodesItselfIsGivenTheEnv(t *testing.T) {
	env := new(int)
	type unregistered struct{ Key string }
	if _, err := Append(nil, envelope{Payload: unregistered{"k"}}); err == nil {
		t.Fatal("what is not registered has travelled")
	}
	Register[get]()
	data, err := Append(nil, envelope{Payload: &get{Key: "k", ReplyTo: ref{Path: "a/b"}}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := Decode(data, env)
	if err != nil {
		t.Fatal(err)
	}
	got := v.(envelope).Payload.(*get)
	if got.Key != "k" || got.ReplyTo.Path != "a/b" || got.ReplyTo.env != any(env) {
		t.Errorf("got %+v", got)
	}
}

func TestStandardPairs(t *testing.T) {
	same(t, netip.MustParseAddrPort("10.0.0.1:80"))
	same(t, *big.NewInt(-1 << 40))
	same(t, map[netip.Addr]int{netip.MustParseAddr("::1"): 1})
	same(t, url.URL{Scheme: "http", Host: "h", Path: "/p"})
	same(t, onlyTime{time.Unix(5, 0).UTC()})
}

// fickle has a text that does not say everything, and is a number, so that the text is not used.
type fickle int

func (f fickle) MarshalText() ([]byte, error)  { return []byte("fickle"), nil }
func (f *fickle) UnmarshalText(b []byte) error { return errors.New("not used") }

func TestPlainKindsIgnoreTheirText(t *testing.T) { same(t, fickle(3)) }

// shy remembers where it was decoded, which it should not.
type shy struct{ seen *shy }

func (s shy) AppendWire(buf []byte) ([]byte, error) { return buf, nil }
func (s *shy) DecodeWire([]byte, any) error         { s.seen = s; return nil }

func TestAReceiverMayBeKept(t *testing.T) {
	a := roundTrip(t, [1]shy{})[0].seen
	b := roundTrip(t, [1]shy{})[0].seen
	if a == b || a.seen != a {
		t.Error("two messages were decoded into the same memory")
	}
}

// keeper remembers where it was encoded, which only a pointer receiver can.
type keeper struct{ n int }

var kept []*keeper

func (k *keeper) MarshalBinary() ([]byte, error) { kept = append(kept, k); return nil, nil }
func (k *keeper) UnmarshalBinary([]byte) error   { return nil }

func TestAnEncodedReceiverMayBeKept(t *testing.T) {
	kept = nil
	for n := range 3 {
		if _, err := AppendAs(nil, struct{ K [1]keeper }{[1]keeper{{n}}}); err != nil {
			t.Fatal(err)
		}
	}
	for n, k := range kept {
		if k.n != n {
			t.Errorf("the value of message %d became %d", n, k.n)
		}
	}
}

// thief returns another buffer than the one it got.
type thief struct{}

func (thief) AppendWire(buf []byte) ([]byte, error) { return nil, nil }
func (*thief) DecodeWire([]byte, any) error         { return nil }

func TestAnAppendWireThatLosesTheBufferIsCaught(t *testing.T) {
	const want = "codec: codec.thief: its method returned less than the buffer that it was to append to"
	if _, err := AppendAs([]byte("before"), thief{}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
