package wire

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/filings"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/store"
)

func (a *App) filingsService() *filings.Service {
	db := a.dynamo()
	return &filings.Service{
		Gate:       a.gate(db),
		Filings:    store.NewFilings(db, a.cfg.FilingsTable),
		Cases:      store.NewCases(db, a.cfg.FilingsTable),
		Attempts:   store.NewAttempts(db, a.cfg.FilingsTable),
		Verdicts:   store.NewVerdicts(db, a.cfg.FilingsTable),
		Documents:  documents.New(a.s3(), a.cfg.DocumentsBucket),
		Agreements: store.NewSite(db, a.cfg.SiteTable),
		IndexKey:   a.cfg.IndexKey,
		Office:     a.cfg.PortalURL,
		Test:       a.cfg.Stage != "production",
	}
}

// Filings builds the function filings as deployed: its routes and its schedule.
func (a *App) Filings() func(context.Context, json.RawMessage) (any, error) {
	svc := a.filingsService()
	return scheduled(a, lambdahttp.Handler(a.filings(svc)), map[string]func(context.Context, time.Time) error{"expiry": svc.Expiry})
}

// FilingsRoutes builds its routes alone.
func (a *App) FilingsRoutes() http.Handler { return a.filings(a.filingsService()) }

func (a *App) filings(svc *filings.Service) http.Handler {
	return a.routes(map[string]http.Handler{
		"PUT /api/filings/{id}":                                  httpapi.JSON(svc.Create),
		"GET /api/filings/{id}":                                  httpapi.JSON(svc.Get),
		"DELETE /api/filings/{id}":                               httpapi.JSON(svc.DeleteFiling),
		"GET /api/filings":                                       httpapi.JSON(svc.List),
		"PUT /api/filings/{id}/sections/{section}":               httpapi.JSON(svc.SaveSection),
		"POST /api/filings/{id}/copy":                            httpapi.JSON(svc.Copy),
		"PUT /api/filings/{id}/documents/{document}":             httpapi.JSON(svc.PutDocument),
		"DELETE /api/filings/{id}/documents/{document}":          httpapi.JSON(svc.DropDocument),
		"POST /api/filings/{id}/documents/{document}/completion": httpapi.JSON(svc.CompleteDocument),
		"GET /api/filings/{id}/files/{file}":                     httpapi.JSON(svc.File),
		"GET /api/filings/{id}/check":                            httpapi.JSON(svc.Check),
		"POST /api/filings/{id}/manifest":                        httpapi.JSON(svc.Manifest),
		"GET /api/filings/{id}/manifest":                         httpapi.JSON(svc.ToSign),
		"GET /api/signatures":                                    httpapi.JSON(svc.Waiting),
		"GET /api/filings/{id}/receipt":                          httpapi.JSON(svc.Receipt),
		"GET /api/filings/{id}/receipt-paper":                    httpapi.JSON(svc.Paper),
		"GET /api/filings/{id}/receipt.pdf":                      httpapi.JSON(svc.Sheet),
	})
}
