package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// power is the law y = factor · x^exponent.
type power struct{ factor, exponent float64 }

// point is one value of a series.
type point struct{ x, y float64 }

// fit returns the power law that has the least squares of the logarithms' distances to
// the points at least at x. It returns an error if those are fewer than two, or not all
// positive.
func fit(points []point, least float64) (power, error) {
	var xs, ys []float64
	for _, p := range points {
		if p.x < least {
			continue
		}
		if p.x <= 0 || p.y <= 0 {
			return power{}, fmt.Errorf("fit: (%g, %g) has no logarithm", p.x, p.y)
		}
		xs, ys = append(xs, math.Log(p.x)), append(ys, math.Log(p.y))
	}
	if len(xs) < 2 {
		return power{}, fmt.Errorf("fit: %d points are too few", len(xs))
	}
	offset, slope := stat.LinearRegression(xs, ys, nil, false)
	return power{math.Exp(offset), slope}, nil
}

// at returns y.
func (p power) at(x float64) float64 { return p.factor * math.Pow(x, p.exponent) }
