//go:build !race

package statement_test

import (
	"syscall"
	"testing"
	"time"
)

// TestLargeClaimIsQuick holds the time that the statement of a claim at every limit takes of a processor: a
// busy machine takes longer, and the race detector several times as long.
func TestLargeClaimIsQuick(t *testing.T) {
	best := time.Hour
	for range 3 {
		start := processor(t)
		pdf := render(t, large())
		best = min(best, processor(t)-start)
		if len(pdf) > 1<<20 {
			t.Errorf("%d bytes", len(pdf))
		}
	}
	if best > 300*time.Millisecond {
		t.Errorf("rendered in %v", best)
	}
}

// processor is how long this process has had one.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
