package operations

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions"
)

// Graph is one panel of the dashboard.
type Graph struct {
	Title, Does string
	Section     string // of the runbook, of an alarm
	Unit        string // what a point is
	Lines       []Line
	Threshold   string // points of the line, "" without one
	Limit       string // the threshold in words
	Calls       bool   // the alarm would call someone now
	Measured    bool   // there is something to draw
	Top         string // of the scale
}

// Line is one metric of a graph.
type Line struct {
	Name   string
	Colour string
	Points []string // of SVG polylines: a line has a gap where nothing was measured
	Now    string   // the last value
}

// The drawing's size; text is beside it.
const (
	width  = 360
	height = 90
)

// Colours tell lines apart in light and dark, also for those who see few colours (Okabe and Ito).
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"}

// Graphs draws the rows at the instant at: panels first, then alarms, those that would call first of all.
func (b *Board) Graphs(at time.Time) (panels, alarms []Graph) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range functions.Panels() {
		g := Graph{Title: p.Title, Unit: unit(p.Statistic)}
		b.draw(&g, p.Of, p.Statistic, math.NaN(), at)
		panels = append(panels, g)
	}
	for _, a := range slices.Concat(functions.Alarms(), functions.ProbeAlarms()) {
		g := Graph{Title: a.Name, Does: a.Does, Section: a.Section, Unit: unit(a.Statistic), Calls: b.calls(a, at)}
		g.Limit = fmt.Sprintf("calls %s %s in %s", a.Side, number(a.Threshold), minutes(a.Period*time.Duration(a.Periods)))
		b.draw(&g, []functions.Metric{a.On}, a.Statistic, a.Threshold, at)
		alarms = append(alarms, g)
	}
	slices.SortStableFunc(alarms, func(x, y Graph) int { return rank(x) - rank(y) })
	return panels, alarms
}

func rank(g Graph) int {
	if g.Calls {
		return 0
	}
	return 1
}

func unit(statistic string) string {
	return fmt.Sprintf("%s of %d s", strings.ToLower(statistic), int(step.Seconds()))
}

func minutes(d time.Duration) string { return fmt.Sprintf("%d min", int(d.Minutes())) }

// calls reports whether the alarm's condition has held in each of its periods up to the instant at.
// Silence is not judged: nothing is written by schedules that come every hour.
func (b *Board) calls(a functions.Alarm, at time.Time) bool {
	for i := range a.Periods {
		end := at.Add(-time.Duration(i) * a.Period)
		var values []float64
		for n, points := range b.series[a.On] {
			if begin := time.Unix(0, n*int64(step)); begin.After(end.Add(-a.Period)) && !begin.After(end) {
				values = append(values, points...)
			}
		}
		v := statistic(a.Statistic, values)
		if math.IsNaN(v) || a.Side == functions.Above && v <= a.Threshold || a.Side == functions.Below && v >= a.Threshold {
			return false
		}
	}
	return true
}

// statistic is CloudWatch's of that name, NaN of nothing.
func statistic(name string, values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	switch name {
	case "Sum":
		return sum
	case "Average":
		return sum / float64(len(values))
	case "Minimum":
		return slices.Min(values)
	case "p99":
		sorted := slices.Sorted(slices.Values(values))
		return sorted[min(len(sorted)*99/100, len(sorted)-1)]
	}
	return slices.Max(values)
}

// draw fills the lines of g.
func (b *Board) draw(g *Graph, of []functions.Metric, stat string, threshold float64, at time.Time) {
	last := at.UnixNano() / int64(step)
	lines := make([][steps]float64, len(of))
	top := 1.0
	for i, m := range of {
		for n := range lines[i] {
			v := statistic(stat, b.series[m][last-int64(steps-1-n)])
			if lines[i][n] = v; !math.IsNaN(v) {
				top, g.Measured = max(top, v), true
			}
		}
	}
	if threshold > 0 && threshold < 4*top {
		top = max(top, threshold)
		g.Threshold = fmt.Sprintf("0,%.1f %d,%.1f", y(threshold, top), width, y(threshold, top))
	}
	g.Top = number(top)
	for i, m := range of {
		line := Line{Name: label(m), Colour: colours[i%len(colours)], Now: "–"}
		var run []string
		flush := func() {
			if len(run) == 1 { // a point is seen as a short line
				run = append(run, run[0])
			}
			if len(run) > 0 {
				line.Points = append(line.Points, strings.Join(run, " "))
			}
			run = nil
		}
		for n, v := range lines[i] {
			if math.IsNaN(v) {
				flush()
				continue
			}
			run = append(run, fmt.Sprintf("%.1f,%.1f", float64(n)*width/(steps-1), y(v, top)))
			line.Now = number(v)
		}
		flush()
		g.Lines = append(g.Lines, line)
	}
}

// label says which of a graph's metrics one is.
func label(m functions.Metric) string {
	if m.Is != "" {
		return m.Is
	}
	return m.Name
}

func y(v, top float64) float64 { return height - max(0, v)/top*(height-4) - 2 }

// number has three digits that count.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e6 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
