package contest

import (
	"fmt"
	"math"
)

// Unit is what a measure's values are in.
type Unit struct {
	more  bool // is better
	steps []step
}

type step struct {
	size float64
	name string
}

// The units. Values of all of them are kept without a prefix: seconds, bytes, times a second.
var (
	Seconds        = Unit{false, []step{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}}
	Bytes          = Unit{false, []step{{1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}}}
	Number         = Unit{false, []step{{1, ""}}}
	Share          = Unit{false, []step{{0.01, "%"}}}
	PerSecond      = Unit{true, []step{{1e6, "M/s"}, {1e3, "k/s"}, {1, "/s"}}}
	PerMinute      = Unit{true, []step{{1. / 60, "/min"}}}
	Times          = Unit{true, []step{{3600, "h/s"}, {1, "s/s"}}}
	BytesPerSecond = Unit{true, []step{{1 << 20, "MiB/s"}}}
)

// Format returns the value in the largest step of the unit that it fills once rounded,
// with three digits.
func (u Unit) Format(v float64) string {
	s := u.steps[len(u.steps)-1]
	for i, larger := range u.steps {
		least := larger.size
		if i+1 < len(u.steps) {
			next := u.steps[i+1].size
			least -= next / 2 // a whole number of these is shown, and this rounds up
		}
		if math.Abs(v) >= least {
			s = larger
			break
		}
	}
	digits := 2
	switch scaled := math.Abs(v / s.size); {
	case scaled >= 99.95 || scaled == math.Trunc(scaled):
		digits = 0
	case scaled >= 9.995:
		digits = 1
	}
	text := fmt.Sprintf("%.*f", digits, v/s.size)
	if s.name == "" {
		return text
	}
	return text + " " + s.name
}
