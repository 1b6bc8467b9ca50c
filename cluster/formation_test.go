package cluster_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/lab"
)

func TestThreeNodesForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		began := time.Now()
		l.Start("a", "b", "c")
		l.AwaitUp()
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
	})
}
