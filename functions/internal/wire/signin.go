package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/signin"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// SignIn assembles the function sign-in.
func (a *App) SignIn() http.Handler {
	db := a.dynamo()
	svc := &signin.Service{
		Acts:        a.acts(eds.SignIn().Online()),
		Known:       a.verifier(eds.SignIn().Online()),
		Gate:        a.gate(db),
		Accounts:    store.NewAccounts(db, a.cfg.AccountsTable),
		Sessions:    store.NewSessions(db, a.cfg.AccountsTable),
		Credentials: store.NewCredentials(db, a.cfg.AccountsTable),
		Attempts:    store.NewAttempts(db, a.cfg.AccountsTable),
		Agreements:  store.NewSite(db, a.cfg.SiteTable),
		IndexKey:    a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"POST /api/sign-in/document": httpapi.JSON(svc.Document),
		"POST /api/sign-in":          httpapi.JSON(svc.SignIn),
		"POST /api/sign-in/password": httpapi.JSON(svc.Password),
		"GET /api/session":           httpapi.JSON(svc.Session),
		"DELETE /api/session":        httpapi.JSON(svc.SignOut),
	})
}
