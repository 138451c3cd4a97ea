package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/drafts"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Drafts builds the function drafts.
func (a *App) Drafts() http.Handler {
	db := a.dynamo()
	svc := &drafts.Service{
		Gate:      a.gate(db),
		Filings:   store.NewFilings(db, a.cfg.FilingsTable, ""),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
	}
	return a.routes(map[string]http.Handler{
		"PUT /api/filings/{id}":                                  httpapi.JSON(svc.Save),
		"GET /api/filings/{id}":                                  httpapi.JSON(svc.Get),
		"GET /api/filings":                                       httpapi.JSON(svc.List),
		"PUT /api/filings/{id}/documents/{document}":             httpapi.JSON(svc.PutDocument),
		"DELETE /api/filings/{id}/documents/{document}":          httpapi.JSON(svc.DeleteDocument),
		"POST /api/filings/{id}/documents/{document}/completion": httpapi.JSON(svc.CompleteDocument),
		"POST /api/filings/{id}/manifest":                        httpapi.JSON(svc.Manifest),
		"GET /api/filings/{id}/receipt":                          httpapi.JSON(svc.Receipt),
	})
}
