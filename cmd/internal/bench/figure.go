package bench

import (
	"encoding/json"
	"slices"
	"time"
)

// Result is what one benchmark gave.
type Result struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Rows  []*Row   `json:"rows"`
	Notes []string `json:"notes,omitempty"` // what a reader of the figures must know
}

// Row is one line of a result: one load, and all that was measured under it.
type Row struct {
	Name    string   `json:"name"`
	Figures []Figure `json:"figures"`
	Checks  []Check  `json:"checks,omitempty"`
}

// Figure is one thing that was measured, over all runs.
type Figure struct {
	Name   string    `json:"name"`
	Unit   string    `json:"unit"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Runs   []float64 `json:"runs"`
}

// Check holds a figure against its target.
type Check struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit,omitempty"`
	Got    float64 `json:"got"`
	Target float64 `json:"target"`
	AtMost bool    `json:"at_most,omitempty"` // the target is an upper bound
	Pass   bool    `json:"pass"`
}

// Units of figures.
const (
	perSecond = "1/s"
	millis    = "ms"
)

// newFigure puts the runs of one figure together.
func newFigure(name, unit string, runs []float64) Figure {
	return Figure{Name: name, Unit: unit, Median: median(runs), Min: slices.Min(runs), Max: slices.Max(runs), Runs: runs}
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}

func atLeast(name, unit string, got, target float64) Check {
	return Check{Name: name, Unit: unit, Got: got, Target: target, Pass: got >= target}
}

func atMost(name, unit string, got, target float64) Check {
	return Check{Name: name, Unit: unit, Got: got, Target: target, AtMost: true, Pass: got <= target}
}

// samples are the runs of one subject under one load.
type samples []sample

func (s samples) figures(of string) []Figure {
	return []Figure{
		newFigure(of, perSecond, s.rates()),
		newFigure(of+" p50", millis, s.each(func(x sample) float64 { return inMillis(x.p50) })),
		newFigure(of+" p99", millis, s.each(func(x sample) float64 { return inMillis(x.p99) })),
	}
}

func (s samples) each(f func(sample) float64) []float64 {
	out := make([]float64, len(s))
	for i, x := range s {
		out[i] = f(x)
	}
	return out
}

func (s samples) rates() []float64 { return s.each(func(x sample) float64 { return x.perSecond }) }

// over is the median of the ratios, run by run: two things measured one right
// after the other had the same machine.
func (s samples) over(yard samples) float64 {
	ratios := make([]float64, min(len(s), len(yard)))
	for i := range ratios {
		ratios[i] = s[i].perSecond / yard[i].perSecond
	}
	return median(ratios)
}

func inMillis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Duration is written in seconds.
type Duration time.Duration

// MarshalJSON writes seconds.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).Seconds()) }
