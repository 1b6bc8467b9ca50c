package fault

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// GilbertElliott says when frames are lost so that losses come in bursts: a link is in a good
// or a bad state, each of which loses a share of the frames, and with each frame there is a
// chance that the state changes. A link begins as it is on average. This is the model of
// E. N. Gilbert, Capacity of a Burst-Noise Channel (Bell System Technical Journal 39, 1960)
// and E. O. Elliott, Estimates of Error Rates for Codes on Burst-Noise Channels (BSTJ 42,
// 1963), and netem's "loss gemodel p r 1-h 1-k". Bursts makes one of what is wanted.
type GilbertElliott struct {
	P, R      float64 // the chances of a change, from good to bad and from bad to good
	Bad, Good float64 // the shares lost in each state: 1-h and 1-k
}

// Bursts returns the model that loses a share of the frames, on average over a long time, in
// bursts of a mean length, in frames. A burst loses all of its frames, and between two of them
// at least one arrives: the share is 0 to length/(length+1), the length 1 or more, and finite.
func Bursts(share, length float64) GilbertElliott {
	r := 1 / length
	return GilbertElliott{P: r * share / (1 - share), R: r, Bad: 1}
}

// Share returns the share of the frames that are lost on average.
func (m GilbertElliott) Share() float64 {
	return m.bad()*m.Bad + (1-m.bad())*m.Good
}

// bad returns the share of the frames that meet the bad state.
func (m GilbertElliott) bad() float64 {
	if m.P == 0 {
		return 0
	}
	return 1 / (1 + m.R/m.P)
}

// bursts reports whether the model is one that Bursts makes, of a length that makes no sense
// included: where it is infinite there are no changes at all.
func (m GilbertElliott) bursts() bool {
	return m.Bad == 1 && m.Good == 0 && (m.R != 0 || m.P == 0)
}

// String returns the model like "5% in bursts of 8", or "p 1%, r 10%, 1-h 50%, 1-k 0%" for one
// that Bursts does not make.
func (m GilbertElliott) String() string {
	if length := 1 / m.R; m.bursts() {
		if share := m.Share(); !math.IsNaN(share) && !math.IsInf(length, 0) {
			return fmt.Sprintf("%s in bursts of %.4g", percent(share), length)
		}
		return fmt.Sprintf("in bursts of %.4g", length) // which do not tell the share
	}
	return fmt.Sprintf("p %s, r %s, 1-h %s, 1-k %s", percent(m.P), percent(m.R), percent(m.Bad), percent(m.Good))
}

// Check returns an error if the model makes no sense. It says what is allowed.
func (m GilbertElliott) Check() error {
	if m.bursts() {
		switch length := 1 / m.R; {
		case !(length >= 1) || math.IsInf(length, 0): // nor is NaN
			return fmt.Errorf("bursts of %.4g frames are not allowed, only of 1 or more, and finite", length)
		case !(m.P >= 0 && m.P <= 1):
			return fmt.Errorf("a share of %.4g in bursts of %.4g is not allowed, only from 0 to %.4g", m.Share(), length, length/(length+1))
		}
	}
	for _, share := range []float64{m.P, m.R, m.Bad, m.Good} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("%v: %v is not allowed, only from 0 to 1", m, share)
		}
	}
	return nil
}

// losses returns a function that says of one frame after the other whether it is lost.
func (m GilbertElliott) losses(random *rand.Rand) func() bool {
	bad := random.Float64() < m.bad()
	return func() bool {
		share, change := m.Good, m.P
		if bad {
			share, change = m.Bad, m.R
		}
		lost := random.Float64() < share
		if random.Float64() < change {
			bad = !bad
		}
		return lost
	}
}
