package maintenance

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// CertificateRequest names a window, or an outage of the record at /outages.json.
type CertificateRequest struct {
	Window string `json:"-" path:"id"`
}

// Certificate certifies an interruption to everyone (agreement, section 7), from its beginning on: a window
// of maintenance, or an outage that was seen from outside and listed at /outages.json.
//
// Errors: maintenance.ErrNotFound, also before it began and for one that never did; the problem "unavailable"
// when the record of outages can't be read.
func (s *Service) Certificate(ctx context.Context, r CertificateRequest) (json.RawMessage, error) {
	at := httpapi.ReceivedAt(ctx)
	if outage.IsID(r.Window) {
		return s.ofOutage(ctx, r.Window, at)
	}
	if !filing.IsID(r.Window) {
		return nil, maintenance.ErrNotFound
	}
	w, err := s.Windows.Window(ctx, r.Window)
	if err != nil {
		return nil, err
	}
	phase := w.Phase(at)
	if phase != maintenance.InForce && phase != maintenance.Over {
		return nil, maintenance.ErrNotFound
	}
	key, err := s.Keys.At(ctx, at)
	if err != nil {
		return nil, err
	}
	return receipt.IssueInterruption(key, receipt.Interruption{
		ID: w.ID, From: receipt.Time(w.Start()), To: receipt.Time(w.End()), Ended: phase == maintenance.Over,
		Affects: append([]string{}, w.Affects...), Outage: w.Emergency,
		AnnouncedAt: receipt.Time(w.PublishedAt), AsOf: receipt.Time(at),
	})
}

func (s *Service) ofOutage(ctx context.Context, id string, at time.Time) (json.RawMessage, error) {
	o, err := s.Outages.Find(ctx, id)
	if errors.Is(err, maintenance.ErrNotFound) {
		return nil, err
	}
	if err != nil {
		return nil, &httpapi.Problem{Slug: "unavailable", Cause: err}
	}
	key, err := s.Keys.At(ctx, at)
	if err != nil {
		return nil, err
	}
	i := receipt.Interruption{
		ID: o.ID, From: receipt.Time(o.From), Ended: o.Over(), Affects: []string{o.Affects}, Outage: true, AsOf: receipt.Time(at),
		Observed: &receipt.Observed{Probe: o.Probe, Failed: o.Failed, LastFailed: receipt.Time(o.Last), LearntAt: receipt.Time(o.LearntAt)},
	}
	if o.Over() {
		i.To = receipt.Time(o.To)
	}
	return receipt.IssueInterruption(key, i)
}
