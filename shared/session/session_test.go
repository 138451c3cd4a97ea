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

// A session ends with the certificate of who opened it.
func TestEndsWithCertificate(t *testing.T) {
	opened := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		notAfter time.Time
		want     time.Duration
	}{
		{time.Time{}, session.Idle}, {opened.AddDate(1, 0, 0), session.Idle}, {opened.Add(session.Idle), session.Idle},
		{opened.Add(session.Idle - time.Second), session.Idle - time.Second}, {opened.Add(-time.Second), -time.Second},
	} {
		s := session.Session{CreatedAt: opened, SeenAt: opened, NotAfter: tt.notAfter}
		if got := s.EndsAt().Sub(opened); got != tt.want || s.Alive(opened.Add(tt.want)) || tt.want > 0 && !s.Alive(opened.Add(tt.want-1)) {
			t.Errorf("a certificate until %v: ends after %v, want %v", tt.notAfter, got, tt.want)
		}
	}
}
