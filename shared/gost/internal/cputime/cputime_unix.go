//go:build unix

// Package cputime measures the processor time that benchmarks use, which other
// load on the machine disturbs less than the clock on the wall.
package cputime

import (
	"syscall"
	"testing"
	"time"
)

// Start begins a measurement; the function it returns ends it and reports the
// processor time per iteration of b in the unit "cpu-ns/op".
func Start(b *testing.B) func() {
	start := used()
	return func() {
		b.ReportMetric(float64(used()-start)/float64(b.N), "cpu-ns/op")
	}
}

// used returns the user and system time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("cputime: " + err.Error())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
