package gossip

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// someState makes a state of few addresses, so that two of them often meet. Reports are
// a function of observer and version, as they are when only the observer writes them.
func someState(r *rand.Rand) State {
	var s State
	for range r.IntN(5) {
		record := Record{Node: someNode(r), Status: Status(1 + r.IntN(int(Removed))), Number: uint32(r.IntN(4))}
		for role := range r.IntN(3) {
			record.Roles = append(record.Roles, fmt.Sprint(role))
		}
		s = s.With(record)
	}
	for range r.IntN(4) {
		report := Report{Observer: someNode(r), Version: uint64(1 + r.IntN(4))}
		about := rand.New(rand.NewPCG(uint64(report.Observer.Address[0]), report.Observer.Incarnation*10+report.Version))
		for _, a := range addresses {
			if about.IntN(2) == 0 {
				report.Unreachable = append(report.Unreachable, Node{a, 1 + about.Uint64N(3)})
			}
		}
		s = s.WithReport(report)
	}
	return s
}

var addresses = []transport.Address{"a", "b", "c", "d"}

func someNode(r *rand.Rand) Node { return Node{addresses[r.IntN(4)], 1 + r.Uint64N(3)} }

func TestMergeIsAJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	same := func(law string, s, q State) {
		t.Helper()
		if !bytes.Equal(s.Encode(), q.Encode()) {
			t.Fatalf("%s does not hold:\n%+v\n%+v", law, s, q)
		}
	}
	for range 20000 {
		a, b, c := someState(r), someState(r), someState(r)
		same("a+b = b+a", Merge(a, b), Merge(b, a))
		same("a+(b+c) = (a+b)+c", Merge(a, Merge(b, c)), Merge(Merge(a, b), c))
		same("a+a = a", Merge(a, a), a)
		same("a+b+b = a+b", Merge(Merge(a, b), b), Merge(a, b))
		same("a+b+a = a+b", Merge(Merge(a, b), a), Merge(a, b))
	}
}

// TestNothingComesBack merges what is stale, late or made up into a state in which a
// node has ended.
func TestNothingComesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		gone := Node{"b", 2}
		s := someState(r).With(Record{Node: gone, Status: Removed})
		for range 5 {
			s = Merge(s, someState(r))
			if s.Is(gone) || s.Is(Node{"b", 1}) || !s.Gone(gone) {
				t.Fatalf("%s is back: %+v", gone, s)
			}
			for _, report := range s.Reports {
				if report.Observer == gone || report.Accuses(gone) {
					t.Fatalf("a report still speaks of %s: %+v", gone, report)
				}
			}
		}
	}
}

func TestDecodeReturnsWhatWasEncoded(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		s := someState(r)
		got, err := Decode(s.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Encode(), s.Encode()) {
			t.Fatalf("got %+v, want %+v", got, s)
		}
	}
}

// FuzzDecode feeds bytes that nobody encoded: whatever is accepted must be a state that
// can be worked with.
func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		f.Add(someState(r).Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			return
		}
		_ = s.Unreachable()
		twice := Merge(s, s)
		if !bytes.Equal(twice.Encode(), Merge(twice, twice).Encode()) {
			t.Fatalf("%+v is not stable", s)
		}
	})
}
