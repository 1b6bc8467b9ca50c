package main

import (
	"fmt"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// colors are those of the series; they differ for the colour-blind too.
var colors = []color.Color{color.RGBA{0, 92, 175, 255}, color.RGBA{200, 80, 0, 255}}

// Width and height of a picture.
const (
	width  = 800 * vg.Inch / 96
	height = 400 * vg.Inch / 96
)

// panel returns a plot whose x is logarithmic, with a tick at each of xs.
func panel(title, x, y string, xs []int) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font.Size = font.Points(13)
	p.Title.Padding = vg.Points(8)
	p.BackgroundColor = color.White
	p.X.Scale = plot.LogScale{}
	var ticks plot.ConstantTicks
	for _, n := range xs {
		ticks = append(ticks, plot.Tick{Value: float64(n), Label: fmt.Sprint(n)})
	}
	p.X.Tick.Marker = ticks
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.Padding = vg.Points(3)
	p.Add(plotter.NewGrid())
	return p
}

// logarithmic makes y of the panel so, with a tick at each power of 10 that it needs.
func logarithmic(p *plot.Plot, all []*series, scale float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range all {
		for _, at := range s.points {
			low, high = min(low, at.y*scale), max(high, at.y*scale)
		}
	}
	from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	var ticks plot.ConstantTicks
	for e := from; e <= to; e++ {
		ticks = append(ticks, plot.Tick{Value: math.Pow(10, e), Label: fmt.Sprintf("%g", math.Pow(10, e))})
	}
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, ticks
	p.Y.Min, p.Y.Max = math.Pow(10, from), math.Pow(10, to+1) // the legend has the last decade
}

// line adds the points of a series.
func line(p *plot.Plot, s *series, n int, legend string, scale float64, joined bool) error {
	xys := make(plotter.XYs, len(s.points))
	for i, at := range s.points {
		xys[i] = plotter.XY{X: at.x, Y: at.y * scale}
	}
	dots, err := plotter.NewScatter(xys)
	if err != nil {
		return err
	}
	dots.Color, dots.Radius, dots.Shape = colors[n], vg.Points(3), draw.CircleGlyph{}
	p.Add(dots)
	if !joined {
		p.Legend.Add(legend, dots)
		return nil
	}
	through, err := plotter.NewLine(xys)
	if err != nil {
		return err
	}
	through.Color, through.Width = colors[n], vg.Points(1.5)
	p.Add(through)
	p.Legend.Add(legend, through, dots)
	return nil
}

// law adds the line of the power law of a series.
func law(p *plot.Plot, s *series, n int, scale float64) error {
	first, last := float64(asymptotic), s.points[len(s.points)-1].x
	fitted, err := plotter.NewLine(plotter.XYs{{X: first, Y: s.law.at(first) * scale}, {X: last, Y: s.law.at(last) * scale}})
	if err != nil {
		return err
	}
	fitted.Color, fitted.Width, fitted.Dashes = colors[n], vg.Points(1), []vg.Length{vg.Points(5), vg.Points(3)}
	p.Add(fitted)
	return nil
}

// drawCrowds writes a picture of what growCrowds returned.
func drawCrowds(file string, all []*series) error {
	times := panel("Time", "nodes", "ms", nodes)
	cpus := panel("CPU while nothing happens", "nodes", "ms / s", nodes)
	for i, p := range []*plot.Plot{times, cpus} {
		two := all[2*i : 2*i+2]
		logarithmic(p, two, 1e3)
		for n, s := range two {
			legend := fmt.Sprintf("%s: n^%.2f", s.name, s.law.exponent)
			if err := line(p, s, n, legend, 1e3, false); err != nil {
				return err
			}
			if err := law(p, s, n, 1e3); err != nil {
				return err
			}
		}
	}
	return write(file, times, cpus)
}

// drawRings writes a picture of what growRings returned.
func drawRings(file string, all []*series) error {
	p := panel("64-byte frames around a ring of processes", "processes", "million frames per second, all together", processes)
	p.Y.Min = 0
	for n, s := range all {
		if err := line(p, s, n, s.name, 1e-6, true); err != nil {
			return err
		}
		for _, at := range s.points {
			p.Y.Max = max(p.Y.Max, 1.3*at.y*1e-6) // the legend is on top
		}
	}
	return write(file, p)
}

// write writes the panels side by side, as SVG.
func write(file string, panels ...*plot.Plot) (err error) {
	canvas := vgsvg.New(width, height)
	tiles := draw.Tiles{
		Rows: 1, Cols: len(panels), PadX: vg.Points(14),
		PadTop: vg.Points(8), PadBottom: vg.Points(8), PadLeft: vg.Points(8), PadRight: vg.Points(12),
	}
	whole := draw.New(canvas)
	whole.SetColor(color.White)
	whole.Fill(whole.Rectangle.Path())
	for i, p := range panels {
		p.Draw(tiles.At(whole, i, 0))
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}
