// Package holdlog is the function that holds the log lines of the requests that a breach case is about
// (agreement, 8.3): the log itself is kept for a year only.
//
// It looks twice, when the case was opened and once every line must have reached the log. What was held
// stays; it may be ended between any two steps, or run twice at once, and be run again.
package holdlog

import (
	"context"
	"time"

	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/requestlog"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service holds log lines.
type Service struct {
	Breaches *store.Breaches
	Log      *requestlog.Log
	Now      func() time.Time
}

// Opened holds the lines of the case of that id. final is false while lines may still come.
//
// Errors: breach.ErrNotFound: somebody has to look. Others pass.
func (s *Service) Opened(ctx context.Context, id string) (final bool, err error) {
	c, err := s.Breaches.Case(ctx, id)
	if err != nil || c.Log.Final {
		return true, err
	}
	at := s.Now()
	from, to := c.Span()
	lines, more, err := s.Log.Find(ctx, from, to, c.Concerns(), breach.MaxLines)
	if err != nil {
		return false, err
	}
	held, err := s.Breaches.HoldLines(ctx, c, lines, more, at)
	return held.Final, err
}
