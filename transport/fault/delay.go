package fault

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Shape is how the delays of frames are distributed.
type Shape uint8

// The shapes of a Delay. Whatever the shape, a delay is never below 0.
const (
	ConstantShape    Shape = iota // Mean
	UniformShape                  // from Mean-Spread to Mean+Spread
	NormalShape                   // around Mean, with Spread as the standard deviation
	ExponentialShape              // often short, sometimes long, Mean on average
)

// Delay says how long frames wait.
type Delay struct {
	Shape        Shape
	Mean, Spread time.Duration
}

// Constant returns a Delay of d for each frame.
func Constant(d time.Duration) Delay { return Delay{Shape: ConstantShape, Mean: d} }

// Uniform returns a Delay from mean-spread to mean+spread.
func Uniform(mean, spread time.Duration) Delay { return Delay{UniformShape, mean, spread} }

// Normal returns a normally distributed Delay with the standard deviation sd.
func Normal(mean, sd time.Duration) Delay { return Delay{NormalShape, mean, sd} }

// Exponential returns an exponentially distributed Delay.
func Exponential(mean time.Duration) Delay { return Delay{Shape: ExponentialShape, Mean: mean} }

// String returns the delay like "10ms", "10ms±2ms", "normal 10ms±2ms" or
// "exponential 10ms".
func (d Delay) String() string {
	switch d.Shape {
	case UniformShape:
		return fmt.Sprintf("%v±%v", d.Mean, d.Spread)
	case NormalShape:
		return fmt.Sprintf("normal %v±%v", d.Mean, d.Spread)
	case ExponentialShape:
		return fmt.Sprintf("exponential %v", d.Mean)
	default:
		return d.Mean.String()
	}
}

// Draw returns one of the delays, never below 0.
func (d Delay) Draw(from *rand.Rand) time.Duration {
	delay := d.Mean
	switch d.Shape {
	case UniformShape:
		delay += time.Duration((2*from.Float64() - 1) * float64(d.Spread))
	case NormalShape:
		delay += time.Duration(from.NormFloat64() * float64(d.Spread))
	case ExponentialShape:
		delay = time.Duration(from.ExpFloat64() * float64(d.Mean))
	}
	return max(delay, 0)
}

// varies reports whether frames may wait for different times.
func (d Delay) varies() bool {
	return d.Shape == ExponentialShape || d.Shape != ConstantShape && d.Spread > 0
}

// Check returns an error if the delay makes no sense. It says what is allowed.
func (d Delay) Check() error {
	switch {
	case d.Shape > ExponentialShape:
		return fmt.Errorf("shape %d is not one of constant, uniform, normal and exponential", d.Shape)
	case d.Mean <= 0 || d.Mean > maxDelay:
		return fmt.Errorf("a delay of %v is not allowed, only over 0 and up to %v", d.Mean, maxDelay)
	case d.Spread < 0 || d.Spread > maxDelay:
		return fmt.Errorf("a spread of %v is not allowed, only from 0 up to %v", d.Spread, maxDelay)
	}
	return nil
}

// maxDelay is longer than any test takes, and short enough to be added up.
const maxDelay = 24 * time.Hour
