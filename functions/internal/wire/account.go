package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/functions/internal/support"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Account assembles the function account.
func (a *App) Account() http.Handler {
	db := a.dynamo()
	svc := &profile.Service{
		Acts:          a.acts(eds.Filing().Online()),
		Gate:          a.gate(db),
		Accounts:      store.NewAccounts(db, a.cfg.AccountsTable),
		Audited:       store.NewAudited(db, a.cfg.AccountsTable),
		Acceptances:   store.NewAcceptances(db, a.cfg.AccountsTable),
		Registrations: store.NewRegistrations(db, a.cfg.AccountsTable),
		Leavings:      store.NewLeavings(db, a.cfg.AccountsTable),
		Contacts:      store.NewContacts(db, a.cfg.AccountsTable),
		Trusted:       store.NewRepresentatives(db, a.cfg.AccountsTable),
		Hooks:         store.NewWebhooks(db, a.cfg.AccountsTable),
		Sessions:      store.NewSessions(db, a.cfg.AccountsTable),
		Credentials:   store.NewCredentials(db, a.cfg.AccountsTable),
		Attempts:      store.NewAttempts(db, a.cfg.AccountsTable),
		Filings:       store.NewFilings(db, a.cfg.FilingsTable),
		Documents:     documents.New(a.s3(), a.cfg.DocumentsBucket),
		Tickets:       store.NewSupport(db, a.cfg.AccountsTable),
		Breaches:      store.NewBreaches(db, a.cfg.AccountsTable, a.cfg.FilingsTable),
		IndexKey:      a.cfg.IndexKey,
	}
	help := &support.Service{
		Gate: svc.Gate, Tickets: store.NewSupport(db, a.cfg.AccountsTable), Agreements: store.NewSite(db, a.cfg.SiteTable),
		Attempts: svc.Attempts, IndexKey: a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"GET /api/account":                          httpapi.JSON(svc.Profile),
		"GET /api/account/export":                   httpapi.JSON(svc.Export),
		"GET /api/account/audit":                    httpapi.JSON(svc.Audit),
		"GET /api/account/breaches":                 httpapi.JSON(svc.ListBreaches),
		"POST /api/account/email/objection":         httpapi.JSON(svc.Object),
		"POST /api/contact-objection":               httpapi.JSON(svc.ObjectByLink),
		"POST /api/account/leaving/document":        httpapi.JSON(svc.LeavingDocument),
		"POST /api/account/leaving":                 httpapi.JSON(svc.Leave),
		"POST /api/account/email":                   httpapi.JSON(svc.AskCode),
		"POST /api/account/email/code":              httpapi.JSON(svc.Verify),
		"POST /api/account/mobile":                  httpapi.JSON(svc.AskMobileCode),
		"POST /api/account/mobile/code":             httpapi.JSON(svc.VerifyMobile),
		"DELETE /api/account/mobile":                httpapi.JSON(svc.RemoveMobile),
		"GET /api/account/sessions":                 httpapi.JSON(svc.List),
		"DELETE /api/account/sessions":              httpapi.JSON(svc.EndOthers),
		"DELETE /api/account/sessions/{session}":    httpapi.JSON(svc.End),
		"DELETE /api/account/acting/{person}":       httpapi.JSON(svc.EndActing),
		"POST /api/account/password":                httpapi.JSON(svc.ChangePassword),
		"POST /api/account/password-reset/document": httpapi.JSON(svc.ResetDocument),
		"POST /api/account/password-reset":          httpapi.JSON(svc.Reset),

		"POST /api/account/password-reset/confirmation": httpapi.JSON(svc.Confirm),

		"GET /api/account/representatives":                              httpapi.JSON(svc.Representatives),
		"POST /api/account/representatives":                             httpapi.JSON(svc.Name),
		"DELETE /api/account/representatives/{representative}":          httpapi.JSON(svc.EndRepresentative),
		"POST /api/account/representatives/{representative}/invitation": httpapi.JSON(svc.Invite),
		"POST /api/representative":                                      httpapi.JSON(svc.Invitation),
		"POST /api/representative/consent":                              httpapi.JSON(svc.Agree),
		"POST /api/representative/refusal":                              httpapi.JSON(svc.Refuse),
		"GET /api/representative/unsubscribe/{token}":                   httpapi.JSON(svc.ShowUnsubscribe),
		"POST /api/representative/unsubscribe/{token}":                  httpapi.Form(svc.Unsubscribe),

		"POST /api/support":       httpapi.JSON(help.Request),
		"GET /api/support":        httpapi.JSON(help.List),
		"POST /api/support/state": httpapi.JSON(help.State),
	})
}
