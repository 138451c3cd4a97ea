package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// report prints one line per step.
type report struct {
	out   io.Writer
	count int
}

// step runs f and prints what was done, what f says about it and how long it took. The error it
// returns names the step.
func (r *report) step(what string, f func() (string, error)) error {
	r.count++
	begin := time.Now()
	detail, err := f()
	took := time.Since(begin)
	if err != nil {
		fmt.Fprintf(r.out, "%3d  FAIL  %-58s %6d ms  %v\n", r.count, what, took.Milliseconds(), err)
		return fmt.Errorf("step %d, %s: %w", r.count, what, err)
	}
	fmt.Fprintf(r.out, "%3d  ok    %-58s %6d ms  %s\n", r.count, what, took.Milliseconds(), detail)
	return nil
}

// step is one thing that is done.
type step struct {
	what string
	do   func(context.Context) (string, error)
}

// steps does each step, to the first that fails.
func (r *report) steps(ctx context.Context, list []step) error {
	for _, s := range list {
		if err := r.step(s.what, func() (string, error) { return s.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) heading(text string) { fmt.Fprintf(r.out, "\n%s\n", text) }

// figures prints the median and the 99th percentile of a call's durations.
func (r *report) figures(what string, durations []time.Duration) {
	if len(durations) == 0 {
		return
	}
	slices.Sort(durations)
	at := func(p float64) time.Duration { return durations[int(p*float64(len(durations)-1)+0.5)] }
	fmt.Fprintf(r.out, "%-28s n=%-4d p50 %6.1f ms  p99 %6.1f ms  max %6.1f ms\n", what, len(durations),
		ms(at(0.5)), ms(at(0.99)), ms(durations[len(durations)-1]))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
