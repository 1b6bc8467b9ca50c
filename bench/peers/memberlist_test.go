package peers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/peers"
)

func TestMemberlistForms(t *testing.T) {
	for _, c := range []struct {
		name     string
		n        int
		settings peers.Settings
	}{
		{"LAN", 3, peers.LAN()},
		{"LAN in memory", 3, peers.LAN().InMemory()},
		{"tight", 1, peers.Tight()},
		{"tight", 8, peers.Tight()},
		{"tight in memory", 8, peers.Tight().InMemory()},
	} {
		m, err := peers.StartMemberlist(t.Context(), c.n, c.settings)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d nodes: %v, %d suspicions", c.name, c.n, m.Took, m.Suspicions())
		if m.Took <= 0 {
			t.Errorf("took %v", m.Took)
		}
		if err := m.Stop(); err != nil {
			t.Error(err)
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

func TestMemberlistNoticesACrash(t *testing.T) {
	m, err := peers.StartMemberlist(t.Context(), 8, peers.Tight().InMemory())
	if err != nil {
		t.Fatal(err)
	}
	took, err := m.Crash(t.Context())
	if err != nil || took < 50*time.Millisecond || took > 10*time.Second {
		t.Errorf("took %v, %v", took, err)
	}
	if err := m.Stop(); err != nil {
		t.Error(err)
	}
}

func TestMemberlistCrashEndsWithItsContext(t *testing.T) {
	m, err := peers.StartMemberlist(t.Context(), 3, peers.LAN().InMemory())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := m.Crash(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	m.Leaves(0, "node 1")
	if got := m.Suspicions(); got != 0 {
		t.Errorf("after the crash: %d suspicions", got)
	}
	if err := m.Stop(); err != nil {
		t.Error(err)
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
