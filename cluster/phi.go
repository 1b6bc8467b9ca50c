package cluster

import (
	"math"
	"time"
)

// PhiAccrual returns a Detector that learns from each member how regular its heartbeats
// are, and takes it to be unreachable when the chance that it is still alive, given the
// length of its silence, falls to 10^-threshold. Heartbeats are sent every interval;
// pause is allowed on top of what was learned. A threshold of 8 and a pause of three
// intervals are usual.
//
// It follows Hayashibara, Défago, Yared and Katayama, "The φ Accrual Failure Detector"
// (SRDS 2004): the times between the last 100 heartbeats are taken to be normally
// distributed. Their deviation is taken to be at least a quarter of the interval, so
// that a member is not suspected for having been punctual.
func PhiAccrual(interval time.Duration, threshold float64, pause time.Duration) Detector {
	return phi{interval, threshold, pause}
}

type phi struct {
	interval  time.Duration
	threshold float64
	pause     time.Duration
}

var _ Detector = phi{}

func (p phi) Interval() time.Duration { return p.interval }

func (p phi) Monitor() Monitor {
	m := &phiMonitor{
		minDeviation: float64(p.interval) / 4,
		// The chance of a silence longer than mean + z deviations is erfc(z/√2)/2.
		z:     math.Sqrt2 * math.Erfcinv(2*math.Pow(10, -p.threshold)),
		pause: p.pause,
	}
	m.add(float64(p.interval))
	return m
}

// phiWindow is how many times between heartbeats are remembered. The paper has 1,000;
// a test does not last as long.
const phiWindow = 100

type phiMonitor struct {
	minDeviation, z float64
	pause           time.Duration

	last         time.Time
	gaps         [phiWindow]float64 // a ring, in nanoseconds
	count        int                // gaps ever added
	sum, squares float64
}

func (m *phiMonitor) Heartbeat(at time.Time) {
	// A gap that was longer than the patience was an outage, which says nothing about
	// how regular the heartbeats are.
	if gap := at.Sub(m.last); !m.last.IsZero() && gap <= m.Patience() {
		m.add(float64(gap))
	}
	m.last = at
}

func (m *phiMonitor) Patience() time.Duration {
	n := float64(min(m.count, phiWindow))
	mean := m.sum / n
	deviation := math.Sqrt(max(0, m.squares/n-mean*mean))
	return time.Duration(mean+m.z*max(deviation, m.minDeviation)) + m.pause
}

func (m *phiMonitor) add(gap float64) {
	slot := &m.gaps[m.count%phiWindow]
	m.sum += gap - *slot
	m.squares += gap*gap - *slot**slot
	*slot = gap
	m.count++
}
