package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/passkey"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	ceremony "github.com/courtoffice/courtoffice/shared/passkey"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Passkey assembles the function passkey. check is its own: no other function links the library in it.
func (a *App) Passkey(check ceremony.Checker) http.Handler {
	db := a.dynamo()
	acts := a.acts(eds.Filing().Online())
	office, _ := ceremony.Of(a.cfg.PortalURL) // an address that is no domain has no passkeys: the routes say so
	svc := &passkey.Service{
		Acts:       acts,
		Known:      a.verifier(eds.SignIn().Online()),
		Gate:       a.gate(db),
		Accounts:   store.NewAccounts(db, a.cfg.AccountsTable),
		Sessions:   store.NewSessions(db, a.cfg.AccountsTable),
		Passkeys:   store.NewPasskeys(db, a.cfg.AccountsTable),
		Access:     store.NewCredentials(db, a.cfg.AccountsTable),
		Attempts:   store.NewAttempts(db, a.cfg.AccountsTable),
		Agreements: store.NewSite(db, a.cfg.SiteTable),
		Office:     office,
		Check:      check,
	}
	return a.routes(map[string]http.Handler{
		"POST /api/sign-in/passkey/challenge": httpapi.JSON(svc.Challenge),
		"POST /api/sign-in/passkey":           httpapi.JSON(svc.SignIn),
		"GET /api/passkeys":                   httpapi.JSON(svc.List),
		"POST /api/passkeys/document":         httpapi.JSON(svc.Document),
		"POST /api/passkeys":                  httpapi.JSON(svc.Add),
		"DELETE /api/passkeys/{passkey}":      httpapi.JSON(svc.Remove),
	})
}
