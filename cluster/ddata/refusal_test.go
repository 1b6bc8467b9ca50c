package ddata

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
)

// picky is the highest number, which some nodes cannot decode and nobody can merge with 13.
type picky struct{ n uint64 }

var highest = NewKey[picky]("highest")

// picks is who cannot decode a picky. Tests that set it do not run in parallel.
var picks atomic.Pointer[[]transport.Address]

func (p picky) Merge(q picky) picky {
	if p.n == 13 || q.n == 13 {
		panic("13 is bad luck")
	}
	return picky{max(p.n, q.n)}
}
func (p picky) Since(picky) picky                     { return p }
func (p picky) Prune(transport.Address, uint64) picky { return p }
func (p picky) AppendWire(buf []byte) ([]byte, error) { return binary.AppendUvarint(buf, p.n), nil }
func (p *picky) DecodeWire(data []byte, env any) error {
	if who := picks.Load(); who != nil && slices.Contains(*who, env.(*actor.System).Address()) {
		return errors.New("not to my taste")
	}
	p.n, _ = binary.Uvarint(data)
	return nil
}

func (l *dataLab) raise(a transport.Address, to uint64, c Consistency) error {
	r := l.at[a]
	return Update(l.Within(time.Minute), r, highest, c, func(picky) picky { return picky{to} })
}

// pickyOnes has nodes not decode a picky until the test ends.
func pickyOnes(t *testing.T, who ...transport.Address) {
	picks.Store(&who)
	t.Cleanup(func() { picks.Store(nil) })
}

func (l *dataLab) wantRefused(err error, want string) {
	l.Helper()
	if !errors.Is(err, ErrRefused) || !errors.Is(err, ErrTooFew) || err.Error() != want {
		l.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestWhoCannotMergeDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		pickyOnes(t, "b")
		began := time.Now()
		l.wantRefused(l.raise("a", 1, All), `ddata: node "a": update "highest" with all: too few nodes answered: 1 of 2 needed: a; `+
			`missing: b (codec: ddata.picky: not to my taste): a node cannot merge the value`)
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s, want no time", took)
		}
		l.Start("c")
		l.AwaitUp()
		time.Sleep(time.Second) // until c has caught up
		if err := l.raise("a", 2, Majority); err != nil {
			t.Error("a and c are a majority:", err)
		}
	})
}

func TestMergeThatPanicsIsNoAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		l.wantRefused(l.raise("a", 13, All), `ddata: node "a": update "highest" with all: too few nodes answered: 1 of 2 needed: a; `+
			`missing: b (the merge panicked: 13 is bad luck): a node cannot merge the value`)
		l.mustAdd("a", 1, All) // b lives on
	})
}

func TestValueOfAnotherTypeIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		l.Cut("a", "b")
		l.mustAdd("a", 1, Local)
		b := l.at["b"]
		key := NewKey[picky](hits.Name())
		if err := Update(l.Within(time.Second), b, key, Local, func(picky) picky { return picky{1} }); err != nil {
			t.Fatal(err)
		}
		l.Heal("a", "b")
		_, err := Get(l.Within(time.Minute), b, key, All)
		l.wantRefused(err, `ddata: node "b": get "hits" with all: too few nodes answered: 0 of 2 needed: nobody; missing: a (what it has `+
			`is refused: the key has another type: it is a ddata.picky, not a crdt.PNCounter), `+
			`b (the key has another type: it is a ddata.picky, not a crdt.PNCounter): a node cannot merge the value`)
		l.wantRefused(l.add("a", 1, All, time.Minute), `ddata: node "a": update "hits" with all: too few nodes answered: 1 of 2 needed: a; `+
			`missing: b (the key has another type: it is a ddata.picky, not a crdt.PNCounter): a node cannot merge the value`)
	})
}

// What b could not merge a majority has: b must not speak for it.
func TestWhoCouldNotMergeIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		pickyOnes(t, "b")
		if err := l.raise("a", 5, Majority); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		picks.Store(nil) // it would understand now, but has not heard it
		l.Cut("a", "b", "c")
		l.Cut("c", "b")
		_, err := Get(l.Within(10*time.Millisecond), l.at["b"], highest, Majority)
		if !errors.Is(err, ErrTooFew) || !strings.Contains(err.Error(), "b (codec: ddata.picky: not to my taste)") {
			t.Errorf("got %v, want that b cannot tell", err)
		}
		if got := l.get("c", Local); got != 0 {
			t.Error(got)
		}
		l.Heal("a", "b")
		time.Sleep(time.Second)
		got, err := Get(l.Within(time.Second), l.at["b"], highest, Majority)
		if err != nil || got.n != 5 {
			t.Errorf("got %v, %v after it was mended, want 5", got, err)
		}
	})
}

func TestWithoutAReplicatorNobodyAcknowledges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a")
		l.Boot("b")
		l.AwaitUp()
		err := l.add("a", 1, All, time.Second)
		if !errors.Is(err, ErrTooFew) || errors.Is(err, ErrRefused) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTooLargeAValueIsRefusedBeforeItStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		a := l.at["a"]
		err := Update(l.Within(time.Minute), a, names, Local, func(s crdt.ORSet[string]) crdt.ORSet[string] {
			return s.Add(a.Self(), strings.Repeat("x", maxValue))
		})
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(fmt.Sprint(err), fmt.Sprintf("at most %d can travel", maxValue)) {
			t.Errorf("got %v", err)
		}
		if s, err := Get(l.Within(time.Second), a, names, Local); err != nil || s.Len() != 0 {
			t.Errorf("it stands: %d, %v", s.Len(), err)
		}
	})
}
