package durations_test

import (
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
)

func TestALoanGivesBackWhatTheProcessHad(t *testing.T) {
	own, _ := durations.InForce()
	var loan durations.Loan
	lent := durations.Lent{Process: 1, Defaults: durations.Defaults{Of: [4]time.Duration{1, 2, 3, 4}, Enforced: true}}
	for range 2 {
		loan.Take(lent)
		lent.Defaults.Of[3]++
	}
	if got, _ := durations.InForce(); got.Of != [4]time.Duration{1, 2, 3, 5} || !got.Enforced {
		t.Errorf("after two loans Gomega has %v, want the second", got)
	}
	loan.Return()
	loan.Return()
	if got, _ := durations.InForce(); got != own {
		t.Errorf("after the return Gomega has %v, want %v", got, own)
	}
	loan.Take(durations.Lend())
	loan.Take(durations.Lent{})
	if got, _ := durations.InForce(); got != own {
		t.Errorf("by its own process and by one that knows nothing it was changed to %v", got)
	}
}
