package main

import (
	"math"
	"testing"
)

func TestFitFindsThePower(t *testing.T) {
	var points []point
	for _, x := range []float64{10, 20, 50, 100} {
		points = append(points, point{x, 3 * math.Pow(x, 1.5)})
	}
	points = append(points, point{3, 1e6}) // does not count
	got, err := fit(points, 10)
	if err != nil || math.Abs(got.factor-3) > 1e-9 || math.Abs(got.exponent-1.5) > 1e-9 {
		t.Errorf("got %v, %v", got, err)
	}
	if y := got.at(4); math.Abs(y-24) > 1e-6 {
		t.Errorf("at 4: %v", y)
	}
}

func TestFitIsLeastSquares(t *testing.T) {
	// The logarithms to base e are (0, 0), (1, 0) and (2, 3): the line is -0.5 + 1.5 x.
	got, err := fit([]point{{1, 1}, {math.E, 1}, {math.Exp(2), math.Exp(3)}}, 0)
	if err != nil || math.Abs(got.exponent-1.5) > 1e-9 || math.Abs(got.factor-math.Exp(-0.5)) > 1e-9 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestFitNeedsPoints(t *testing.T) {
	for _, points := range [][]point{nil, {{1, 1}}, {{1, 1}, {2, 0}}, {{1, 1}, {2, -1}}} {
		if got, err := fit(points, 1); err == nil {
			t.Errorf("%v: %v", points, got)
		}
	}
}
