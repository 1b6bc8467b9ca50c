package cluster

import (
	"math/rand/v2"
	"testing"
	"time"
)

// patience returns the patience after heartbeats with these gaps, over and over.
func patience(d Detector, gaps ...time.Duration) time.Duration {
	m, now := d.Monitor(), time.Unix(0, 0)
	for i := range 500 {
		m.Heartbeat(now)
		now = now.Add(gaps[i%len(gaps)])
	}
	return m.Patience()
}

func TestPhiIsPatientWithTheIrregular(t *testing.T) {
	const ms = time.Millisecond
	d := PhiAccrual(100*ms, 8, 0)
	punctual := patience(d, 100*ms)
	irregular := patience(d, 60*ms, 140*ms)
	if punctual < 200*ms || punctual > 300*ms {
		t.Errorf("punctual: got %s, want the interval and about 5.6 quarters of it", punctual)
	}
	if irregular < 300*ms || irregular > 400*ms {
		t.Errorf("irregular: got %s, want the mean of 100 ms and about 5.6 times 40 ms", irregular)
	}
	if got := d.Monitor().Patience(); got != punctual {
		t.Errorf("at first: got %s, want %s as for a punctual one", got, punctual)
	}
	if got := patience(PhiAccrual(100*ms, 8, 50*ms), 100*ms) - punctual; got != 50*ms {
		t.Errorf("a pause of 50 ms adds %s", got)
	}
	if low := patience(PhiAccrual(100*ms, 3, 0), 100*ms); low >= punctual {
		t.Errorf("threshold 3 is as patient (%s) as 8 (%s)", low, punctual)
	}
}

// TestPhiHoldsItsThreshold draws normally distributed gaps and counts how many are
// longer than the patience: at a threshold of 2, one in a hundred.
func TestPhiHoldsItsThreshold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, now, late := PhiAccrual(100*time.Millisecond, 2, 0).Monitor(), time.Unix(0, 0), 0
	const draws = 20000
	for range draws {
		gap := time.Duration(100e6 + r.NormFloat64()*40e6)
		if gap > m.Patience() {
			late++
		}
		now = now.Add(gap)
		m.Heartbeat(now)
	}
	if rate := float64(late) / draws; rate < 0.005 || rate > 0.02 {
		t.Errorf("%.4f of the gaps were suspected, want about 0.01", rate)
	}
}

func TestPhiForgetsAnOutage(t *testing.T) {
	m, now := PhiAccrual(100*time.Millisecond, 8, 0).Monitor(), time.Unix(0, 0)
	for range 200 {
		m.Heartbeat(now)
		now = now.Add(100 * time.Millisecond)
	}
	before := m.Patience()
	m.Heartbeat(now.Add(time.Minute))
	if got := m.Patience(); got != before {
		t.Errorf("got %s after an outage, want %s as before", got, before)
	}
}
