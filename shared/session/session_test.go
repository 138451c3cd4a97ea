package session_test

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/session"
)

func TestAlive(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		seen, at time.Duration // after start
		want     bool
	}{
		{"just made", 0, 0, true},
		{"last instant of idling", 0, 15*time.Minute - 1, true},
		{"idle for fifteen minutes", 0, 15 * time.Minute, false},
		{"used again, idle counts anew", 10 * time.Minute, 24 * time.Minute, true},
		{"used up to twelve hours", 12*time.Hour - time.Second, 12*time.Hour - 1, true},
		{"twelve hours end it however used", 12*time.Hour - time.Second, 12 * time.Hour, false},
	} {
		s := session.Session{CreatedAt: start, SeenAt: start.Add(tt.seen)}
		if got := s.Alive(start.Add(tt.at)); got != tt.want {
			t.Errorf("%s: Alive = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTokenKeepsOnlyItsHash(t *testing.T) {
	token, id := session.Token([32]byte{1, 2, 3})
	if len(token) != 43 || id == token || session.ID(token) != id {
		t.Fatalf("Token = %q, %q", token, id)
	}
}
