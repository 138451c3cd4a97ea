package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/register"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Register assembles the function register.
func (a *App) Register() http.Handler {
	db := a.dynamo()
	svc := &register.Service{
		Acts:          a.acts(eds.Filing().Online()),
		Accounts:      store.NewAccounts(db, a.cfg.AccountsTable),
		Registrations: store.NewRegistrations(db, a.cfg.AccountsTable),
		Agreements:    store.NewSite(db, a.cfg.SiteTable),
		Attempts:      store.NewAttempts(db, a.cfg.AccountsTable),
		Sessions:      store.NewSessions(db, a.cfg.AccountsTable),
		IndexKey:      a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"POST /api/registration/document": httpapi.JSON(svc.Document),
		"POST /api/registration":          httpapi.JSON(svc.Register),
		"GET /api/registration/form":      httpapi.JSON(svc.Form),
		"PUT /api/registration/form":      httpapi.JSON(svc.Save),
		"DELETE /api/registration/form":   httpapi.JSON(svc.Forget),
	})
}
