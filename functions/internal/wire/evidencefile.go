package wire

import (
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/evidencefile"
	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// EvidenceFile builds the function evidence-file.
func (a *App) EvidenceFile() http.Handler {
	db := a.dynamo()
	svc := &evidencefile.Service{
		Gate:      a.gate(db),
		Filings:   store.NewFilings(db, a.cfg.FilingsTable),
		Attempts:  store.NewAttempts(db, a.cfg.FilingsTable),
		Cases:     a.casesService(),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		IndexKey:  a.cfg.IndexKey,
	}
	if a.cfg.TSPURL != "" {
		svc.Stamp = trust.NewStamper(a.cfg.TSPURL, a.trust(), eds.Filing(), time.Now).Stamp
	}
	return a.routes(map[string]http.Handler{
		"POST /api/filings/{id}/evidence": httpapi.JSON(svc.File),
		"POST /api/cases/{id}/evidence":   httpapi.JSON(svc.CaseFile),
	})
}
