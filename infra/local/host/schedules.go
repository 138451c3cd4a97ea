package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// schedules runs the functions whose rows have schedules: at the start, then as often as the row
// says by the machine's clock, and whenever the office's clock is shifted. What a run is told is
// the office's time.
func (h *Host) schedules(ctx context.Context, wg *sync.WaitGroup) {
	for _, row := range h.cfg.Functions {
		for _, s := range row.Schedules {
			kick := make(chan struct{}, 1)
			kick <- struct{}{}
			h.kicks = append(h.kicks, kick)
			wg.Go(func() {
				if isOutside(row.Name) {
					h.enlist(ctx)
				}
				every := time.NewTicker(s.Every)
				defer every.Stop()
				for {
					select {
					case <-ctx.Done():
						return
					case <-every.C:
					case <-kick:
					}
					if err := h.tick(ctx, row.Name, s); err != nil && ctx.Err() == nil {
						h.cfg.Log.Warn("schedule", slog.String("fn", row.Name), slog.String("schedule", s.Name), slog.String("error", err.Error()))
					}
				}
			})
		}
	}
}

// tick runs one schedule of a function now, after a run of that function that is under way: the clock
// may be shifted at any moment.
func (h *Host) tick(ctx context.Context, fn string, s functions.Schedule) error {
	turn, _ := h.ticking.LoadOrStore(fn, new(sync.Mutex))
	turn.(*sync.Mutex).Lock()
	defer turn.(*sync.Mutex).Unlock()
	payload, err := json.Marshal(map[string]string{"schedule": s.Name, "time": h.Now().UTC().Format(time.RFC3339)})
	if err != nil {
		return fmt.Errorf("encode tick: %w", err)
	}
	for try := 0; ; try++ {
		if _, err = h.Invoke(ctx, fn, payload); !errors.Is(err, runtimeapi.ErrThrottled) || try == retries {
			return err
		}
		select { // as Lambda keeps for later what nobody waits for
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// retries is how often a run is tried again while the function runs as often as its row lets it.
const retries = 5

// kick runs every schedule soon: the office's clock has moved.
func (h *Host) kick() {
	for _, c := range h.kicks {
		select {
		case c <- struct{}{}:
		default: // one is waiting already
		}
	}
}
