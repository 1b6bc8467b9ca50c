package peers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/peers"
)

func TestMemberlistForms(t *testing.T) {
	for name, settings := range map[string]peers.Settings{
		"LAN": peers.LAN(), "tight": peers.Tight(),
		"LAN in memory": peers.LAN().InMemory(), "tight in memory": peers.Tight().InMemory(),
	} {
		for _, n := range []int{1, 3, 8} {
			m, err := peers.StartMemberlist(t.Context(), n, settings)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %d nodes: %v, %d suspicions", name, n, m.Took, m.Suspicions())
			if m.Took <= 0 {
				t.Errorf("took %v", m.Took)
			}
			if err := m.Stop(); err != nil {
				t.Error(err)
			}
			if m.Suspicions() > 0 {
				t.Errorf("%d suspicions", m.Suspicions())
			}
		}
	}
}

func TestMemberlistEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := peers.StartMemberlist(ctx, 8, peers.LAN())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestMemberlistCountsDeaths(t *testing.T) {
	m, err := peers.StartMemberlist(t.Context(), 3, peers.LAN().InMemory())
	if err != nil {
		t.Fatal(err)
	}
	m.Leaves(0, "node 1")
	m.Leaves(0, "node 1") // is dead already
	m.Joins(0, "node 1")
	m.Leaves(0, "node 1")
	m.Leaves(2, "node 1")
	if got := m.Suspicions(); got != 3 {
		t.Errorf("%d suspicions", got)
	}
	if err := m.Stop(); err != nil {
		t.Error(err)
	}
	m.Leaves(0, "node 2")
	if got := m.Suspicions(); got != 3 {
		t.Errorf("after the end: %d suspicions", got)
	}
}

func TestMemberlistNeedsANode(t *testing.T) {
	if _, err := peers.StartMemberlist(t.Context(), 0, peers.LAN()); err == nil {
		t.Error("no error")
	}
}
