package wire

import (
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/fileclaim"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

// FileClaim builds the function file-claim.
func (a *App) FileClaim() http.Handler {
	svc := &fileclaim.Service{
		Verifier: a.verifier(sealing()),
		Filings:  store.NewFilings(a.dynamo(), a.cfg.FilingsTable),
		IndexKey: a.cfg.IndexKey,
		Keys:     a.keyring(receipt.ForReceipts),
	}
	return a.routes(map[string]http.Handler{
		"POST /api/filings/{id}/seal":    httpapi.Limited(fileclaim.MaxBody, svc.File),
		"POST /api/filings/{id}/outcome": httpapi.Limited(fileclaim.MaxBody, svc.Outcome),
	})
}

// sealing is the policy of the seal: a revocation list that could not be refreshed
// costs nobody a deadline. What is missing is looked up after the receipt, and the receipt says so;
// what is known counts.
func sealing() eds.Policy {
	p := eds.Filing().Online()
	p.Name = "seal"
	p.Revocation = eds.RevocationDeferred
	return p
}
