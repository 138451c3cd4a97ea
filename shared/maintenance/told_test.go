package maintenance_test

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// TestOutdates: what is told late, and in another order than it happened.
func TestOutdates(t *testing.T) {
	from := time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)
	w := maintenance.Window{ID: "w", Version: 2, State: maintenance.Published}
	w.From, w.To = from, from.Add(time.Hour)
	for _, tt := range []struct {
		kind    maintenance.Kind
		version int
		state   maintenance.State
		at      time.Duration // after the start
		want    bool
	}{
		{maintenance.Announced, 2, maintenance.Published, -time.Hour, false},
		{maintenance.Announced, 2, maintenance.Published, 24 * time.Hour, false}, // late news is news
		{maintenance.Announced, 1, maintenance.Published, -time.Hour, true},      // the change is told by itself
		{maintenance.Changed, 1, maintenance.Cancelled, -time.Hour, true},
		{maintenance.Changed, 1, maintenance.Proposed, -time.Hour, false}, // nobody sees the proposal yet
		{maintenance.Withdrawn, 1, maintenance.Cancelled, time.Hour, false},
		{maintenance.Ended, 1, maintenance.Published, time.Hour, false},
		{maintenance.ReminderDay, 2, maintenance.Published, -time.Second, false},
		{maintenance.ReminderDay, 2, maintenance.Published, 0, true},
		{maintenance.ReminderHour, 2, maintenance.Published, time.Minute, true},
		{maintenance.ReminderHour, 1, maintenance.Published, -time.Minute, true},
	} {
		w.State = tt.state
		e := maintenance.Event{Kind: tt.kind, Version: tt.version}
		if got := w.Outdates(e, from.Add(tt.at)); got != tt.want {
			t.Errorf("%s of version %d, %s, %v after the start: %t, want %t", tt.kind, tt.version, tt.state, tt.at, got, tt.want)
		}
	}
}
