package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/acceptagreement"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// AcceptAgreement assembles the function accept-agreement.
func (a *App) AcceptAgreement() http.Handler {
	db := a.dynamo()
	svc := &acceptagreement.Service{
		Acts:          a.acts(eds.Filing().Online()),
		Acceptances:   store.NewAcceptances(db, a.cfg.AccountsTable),
		Registrations: store.NewRegistrations(db, a.cfg.AccountsTable),
		Agreements:    store.NewSite(db, a.cfg.SiteTable),
		IndexKey:      a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"GET /api/agreement":                      httpapi.JSON(svc.Current),
		"POST /api/agreement/acceptance/document": httpapi.JSON(svc.Document),
		"POST /api/agreement/acceptance":          httpapi.JSON(svc.Accept),
	})
}
