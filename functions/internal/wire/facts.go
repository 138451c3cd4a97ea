package wire

import (
	"context"
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/facts"
	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Facts builds the function facts: the API, and the page that a form without a script gets.
func (a *App) Facts() http.Handler {
	db := a.dynamo()
	svc := &facts.Service{Filings: store.NewFilings(db, a.cfg.FilingsTable), Attempts: store.NewAttempts(db, a.cfg.AccountsTable), IndexKey: a.cfg.IndexKey}
	page := a.pages().FactsPage(func(ctx context.Context, ticketNo, checkCode string) (portal.Facts, error) {
		found, err := svc.Find(ctx, facts.Request{TicketNo: ticketNo, CheckCode: checkCode})
		return portal.Facts(found), err
	})
	return a.routes(map[string]http.Handler{"POST /api/facts": httpapi.JSON(svc.Find), "POST /api/facts/{lang}": page})
}
