package contest

import (
	"math"
	"slices"
)

// Spread is the least, the middle and the most of some values.
type Spread struct{ Min, Median, Max float64 }

// SpreadOf returns the spread of values. The median of an even number is the mean of the
// two in the middle. Of no values all is NaN, with which no goal is met.
func SpreadOf(values []float64) Spread {
	n := len(values)
	if n == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(values))
	return Spread{sorted[0], (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[n-1]}
}
