package gossip

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestWhatIsKnownIsThatOfTheState learns, merges and makes more states than are kept.
func TestWhatIsKnownIsThatOfTheState(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 20 * kept {
		a, b := someState(r), someState(r)
		k, err := Learn(a.Encode(), Digest(a.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if merged := Join(k, b.Known()); !bytes.Equal(merged.Code, Merge(a, b).Encode()) {
			t.Fatalf("%+v and %+v merged are known as %+v", a, b, merged.State)
		}
	}
}

func TestWhatIsLearntIsShared(t *testing.T) {
	k := State{}.With(Record{Node: Node{"a", 1}, Status: Up}).Known()
	if again, err := Learn(bytes.Clone(k.Code), k.Digest); err != nil || again != k {
		t.Errorf("learnt %p and not %p, error %v", again, k, err)
	}
	if _, err := Learn(k.Code, k.Digest+1); err != errDigest {
		t.Errorf("another digest: %v", err)
	}
}

// TestRecordsThatStayAreNotCopied is what SameRecords relies on.
func TestRecordsThatStayAreNotCopied(t *testing.T) {
	s := State{}.With(Record{Node: Node{"a", 1}, Status: Up}, Record{Node: Node{"b", 1}, Status: Up})
	if q := s.WithReport(Report{Observer: Node{"a", 1}, Version: 1, Unreachable: []Node{{"b", 1}}}); !SameRecords(s.Records, q.Records) {
		t.Error("a report has copied the records")
	}
	if q := s.With(Record{Node: Node{"b", 1}, Status: Leaving}); SameRecords(s.Records, q.Records) {
		t.Error("another status is in the same records")
	}
}
