package cluster

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestThreeNodesForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		began := time.Now()
		l.start("a", "b", "c")
		l.await(time.Minute, "formation", allUp("a", "b", "c"))
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
	})
}
