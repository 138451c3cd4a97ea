package pace_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/courtoffice/courtoffice/shared/pace"
)

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, begin := pace.New(10), time.Now()
		var wg sync.WaitGroup
		for range 5 { // side by side
			wg.Go(func() {
				for range 10 {
					if err := p.Wait(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if took := time.Since(begin); took != 4900*time.Millisecond {
			t.Errorf("50 at 10 a second took %v", took)
		}
		time.Sleep(time.Minute) // an idle minute is not made up for
		begin = time.Now()
		for range 3 {
			p.Wait(t.Context())
		}
		if took := time.Since(begin); took != 200*time.Millisecond {
			t.Errorf("3 after a pause took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p.Wait(ctx) // may go at once
		if err := p.Wait(ctx); err != context.Canceled {
			t.Errorf("cancelled: %v", err)
		}
	})
	if err := pace.New(0).Wait(t.Context()); err == nil {
		t.Error("no rate let someone through")
	}
}
