package wire

import (
	"context"
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/mandate"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Admin assembles the function admin.
func (a *App) Admin() http.Handler {
	db := a.dynamo()
	written := store.NewAudit(db, a.cfg.SiteTable, a.cfg.AccountsTable)
	svc := &admin.Service{
		Gate: a.gate(db), Accounts: store.NewAccounts(db, a.cfg.AccountsTable), Agreements: store.NewSite(db, a.cfg.SiteTable),
		Decisions: store.NewDecisions(db, a.cfg.AccountsTable, written), Audit: written, Audited: store.NewAudited(db, a.cfg.AccountsTable),
		Breaches: investigated{store.NewBreaches(db, a.cfg.AccountsTable, a.cfg.FilingsTable), written},
		Support:  helped{store.NewSupport(db, a.cfg.AccountsTable), written}, IndexKey: a.cfg.IndexKey, Mandate: a.mandate(),
	}
	return a.routes(map[string]http.Handler{
		"POST /api/admin/accounts/search":                         httpapi.JSON(svc.Find),
		"POST /api/admin/accounts":                                httpapi.JSON(svc.Prepare),
		"GET /api/admin/accounts/{id}":                            httpapi.JSON(svc.Account),
		"POST /api/admin/accounts/{id}/status":                    httpapi.JSON(svc.Status),
		"POST /api/admin/accounts/{id}/rights/{right}":            httpapi.JSON(svc.Grant),
		"POST /api/admin/accounts/{id}/rights/{right}/approval":   httpapi.JSON(svc.Approve),
		"POST /api/admin/accounts/{id}/rights/{right}/withdrawal": httpapi.JSON(svc.Withdraw),
		"GET /api/admin/audit":                                    httpapi.JSON(svc.List),
		"GET /api/admin/agreements":                               httpapi.JSON(svc.Editions),
		"POST /api/admin/agreements":                              httpapi.JSON(svc.Propose),
		"GET /api/admin/agreements/{id}":                          httpapi.JSON(svc.Draft),
		"POST /api/admin/agreements/{id}/approval":                httpapi.JSON(svc.Publish),
		"POST /api/admin/agreements/{id}/withdrawal":              httpapi.JSON(svc.Drop),
		"GET /api/admin/support":                                  httpapi.JSON(svc.Tickets),
		"POST /api/admin/support/{ticket}":                        httpapi.JSON(svc.Step),
		"GET /api/admin/breaches":                                 httpapi.JSON(svc.ListBreaches),
		"POST /api/admin/breaches":                                httpapi.JSON(svc.OpenBreach),
		"POST /api/admin/breaches/{breach}/closing":               httpapi.JSON(svc.CloseBreach),
	})
}

// mandate takes what administrators sign.
func (a *App) mandate() mandate.Reader {
	return mandate.Reader{Acts: a.acts(eds.Filing().Online()), IndexKey: a.cfg.IndexKey}
}

// investigated is the breach cases with the audit that what is done to them is written down in.
type investigated struct {
	*store.Breaches
	audit *store.Audit
}

func (s investigated) Open(ctx context.Context, c breach.Case, e audit.Entry) (breach.Case, error) {
	return s.Breaches.Open(ctx, s.audit, c, e)
}

func (s investigated) Close(ctx context.Context, c breach.Case, e audit.Entry) error {
	return s.Breaches.Close(ctx, s.audit, c, e)
}

// helped is the requests to support with the audit that their steps are written down in.
type helped struct {
	*store.Support
	audit *store.Audit
}

func (s helped) Become(ctx context.Context, t support.Ticket, from support.State, e audit.Entry) error {
	return s.Support.Become(ctx, s.audit, t, from, e)
}
