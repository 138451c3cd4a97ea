package maintenance

import (
	"context"
	"encoding/json"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// CertificateRequest names a window.
type CertificateRequest struct {
	Window string `json:"-" path:"id"`
}

// Certificate certifies an interruption to everyone (agreement, section 7), from its beginning on.
//
// Errors: maintenance.ErrNotFound, also before it began and for one that never did.
func (s *Service) Certificate(ctx context.Context, r CertificateRequest) (json.RawMessage, error) {
	at := httpapi.ReceivedAt(ctx)
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

// PublicKeys returns what verifies certificates.
func (s *Service) PublicKeys(ctx context.Context, _ struct{}) (receipt.Published, error) {
	return s.Keys.Published(ctx)
}
