package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Registry assembles the function registry.
func (a *App) Registry() http.Handler {
	db := a.dynamo()
	svc := &registry.Service{
		Gate:      a.gate(db),
		Filings:   store.NewFilings(db, a.cfg.FilingsTable),
		Cases:     store.NewCases(db, a.cfg.FilingsTable),
		Traces:    store.NewTraces(db, a.cfg.FilingsTable),
		Attempts:  store.NewAttempts(db, a.cfg.FilingsTable),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		Verdicts:  store.NewVerdicts(db, a.cfg.FilingsTable),
		Accounts:  store.NewAccounts(db, a.cfg.AccountsTable),
		People:    store.NewCredentials(db, a.cfg.AccountsTable),
		Posts:     store.NewStaff(db, a.cfg.AccountsTable),
		Audit:     store.NewAudit(db, a.cfg.SiteTable, a.cfg.AccountsTable),
		Acts:      a.acts(eds.Filing().Online()),
		IndexKey:  a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"GET /api/registry/queue":                     httpapi.JSON(svc.Queue),
		"GET /api/registry/search":                    httpapi.JSON(svc.Find),
		"POST /api/registry/parties":                  httpapi.JSON(svc.Search),
		"GET /api/registry/overview":                  httpapi.JSON(svc.Overview),
		"POST /api/registry/filings/{id}/handover":    httpapi.JSON(svc.Hand),
		"GET /api/registry/filings/{id}":              httpapi.JSON(svc.Filing),
		"GET /api/registry/filings/{id}/files/{file}": httpapi.JSON(svc.File),
		"POST /api/registry/filings/{id}/lease":       httpapi.JSON(svc.Take),
		"DELETE /api/registry/filings/{id}/lease":     httpapi.JSON(svc.PutBack),
		"POST /api/registry/filings/{id}/acts":        httpapi.JSON(svc.Act),
		"POST /api/registry/filings/{id}/ruling":      httpapi.JSON(svc.OwnFile),
		"GET /api/registry/papers":                    httpapi.JSON(svc.Desk),
		"POST /api/registry/papers":                   httpapi.JSON(svc.Enter),
		"POST /api/registry/papers/scans":             httpapi.JSON(svc.Scan),
	})
}
