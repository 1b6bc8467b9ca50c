package broker

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// newTurn returns a turn and the requests that it has said it stands by for.
func newTurn() (*turn, *[]uint64) {
	var told []uint64
	t := &turn{}
	t.init(func(number uint64) { told = append(told, number) })
	return t, &told
}

func TestAFreeProcessStandsByAtOnce(t *testing.T) {
	turn, told := newTurn()
	turn.reserve(7)
	if !slices.Equal(*told, []uint64{7}) {
		t.Errorf("told %v, want 7", *told)
	}
	if got := turn.String(); got != "hosts a role of another process's spec" {
		t.Errorf("it %s", got)
	}
}

func TestABusyProcessStandsByWhenItsSpecIsOver(t *testing.T) {
	turn, told := newTurn()
	if err := turn.enter(t.Context(), nil, "mine"); err != nil {
		t.Fatal(err)
	}
	turn.reserve(7)
	if len(*told) != 0 {
		t.Fatal("it stands by in the middle of its spec")
	}
	if got := turn.String(); got != `runs the spec "mine"` {
		t.Errorf("it %s", got)
	}
	turn.leave()
	if !slices.Equal(*told, []uint64{7}) {
		t.Errorf("told %v, want 7", *told)
	}
}

func TestTheNextRequestWaitsForTheOneBefore(t *testing.T) {
	turn, told := newTurn()
	turn.reserve(7)
	turn.reserve(8)
	if !slices.Equal(*told, []uint64{7}) {
		t.Fatalf("told %v, want 7 only", *told)
	}
	turn.unreserve(7)
	if !slices.Equal(*told, []uint64{7, 8}) {
		t.Errorf("told %v, want 7 and then 8", *told)
	}
}

func TestARequestThatIsTakenBackIsForgotten(t *testing.T) {
	turn, told := newTurn()
	_ = turn.enter(t.Context(), nil, "mine")
	turn.reserve(7)
	turn.unreserve(7)
	turn.leave()
	if len(*told) != 0 {
		t.Errorf("told %v", *told)
	}
}

func TestASpecWaitsWhileTheProcessHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn, _ := newTurn()
		turn.reserve(7)
		entered := make(chan error, 1)
		go func() { entered <- turn.enter(t.Context(), nil, "mine") }()
		synctest.Wait()
		if len(entered) != 0 {
			t.Fatal("the spec runs while the process hosts")
		}
		turn.unreserve(7)
		if err := <-entered; err != nil {
			t.Error(err)
		}
	})
}

func TestASpecStopsWaitingWithItsContextOrTheBroker(t *testing.T) {
	turn, _ := newTurn()
	turn.reserve(7)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := turn.enter(ended, nil, "mine"); err != context.Canceled {
		t.Errorf("got %v", err)
	}
	gone := make(chan struct{})
	close(gone)
	if err := turn.enter(t.Context(), gone, "mine"); err == nil {
		t.Error("a spec runs although the broker has gone")
	}
}
