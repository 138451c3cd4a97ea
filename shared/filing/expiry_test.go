package filing_test

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
)

func TestWarningDue(t *testing.T) {
	expires := time.Date(2027, 5, 21, 7, 0, 0, 0, time.UTC)
	before := func(d time.Duration) time.Time { return expires.Add(-d) }
	const day = 24 * time.Hour
	for _, tt := range []struct {
		left   time.Duration
		within int
		next   time.Duration // before expires
	}{
		{180 * day, 0, 14 * day},
		{14*day + time.Nanosecond, 0, 14 * day},
		{14 * day, 14, 3 * day},
		{3*day + time.Nanosecond, 14, 3 * day},
		{3 * day, 3, 0},
		{0, 3, 0},
	} {
		within, next := filing.WarningDue(expires, before(tt.left))
		if within != tt.within || !next.Equal(before(tt.next)) {
			t.Errorf("%v left: within %d, next %v before, want %d, %v", tt.left, within, expires.Sub(next), tt.within, tt.next)
		}
	}
	if got := filing.FirstLook(expires); !got.Equal(before(14 * day)) {
		t.Errorf("first look %v", got)
	}
}

func TestOutdates(t *testing.T) {
	created := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	e := filing.Envelope{ID: "f", AccountID: "a", Kind: filing.KindClaim, Status: filing.Draft, CreatedAt: created, UpdatedAt: created}
	at := filing.FirstLook(filing.ExpiresAt(created, created))
	event := e.Expiring(14, at)
	back, err := filing.ExpiringEventOf(event.Outbox())
	if err != nil || back != event {
		t.Fatalf("%+v, %v, want %+v", back, err, event)
	}
	edited, sent, awaiting := e, e, e
	edited.UpdatedAt, sent.Status, awaiting.Status = at, filing.Sent, filing.AwaitingSignatures
	for name, tt := range map[string]struct {
		e    filing.Envelope
		at   time.Time
		want bool
	}{
		"untouched": {e, at, false}, "out for signature": {awaiting, at, false}, "edited": {edited, at, true}, "sent": {sent, at, true},
		"gone": {e, filing.ExpiresAt(created, created), true},
	} {
		if got := tt.e.Outdates(event, tt.at); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
