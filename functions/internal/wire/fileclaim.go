package wire

import (
	"crypto/ed25519"
	"net/http"

	"github.com/courtoffice/courtoffice/functions/internal/fileclaim"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// FileClaim builds the function file-claim.
func (a *App) FileClaim() http.Handler {
	db := a.dynamo()
	policy := eds.Filing().Online()
	// A revocation list that could not be refreshed must not cost anyone a deadline: what is
	// missing is looked up after the receipt, and the receipt says so. What is known counts.
	policy.Revocation = eds.RevocationDeferred
	svc := &fileclaim.Service{
		Verifier:   a.verifier(policy),
		Agreements: store.NewSite(db, a.cfg.SiteTable),
		Filings:    store.NewFilings(db, a.cfg.FilingsTable, a.cfg.AccountsTable),
		Documents:  documents.New(a.s3(), a.cfg.DocumentsBucket),
		IndexKey:   a.cfg.IndexKey,
		ReceiptKey: ed25519.NewKeyFromSeed(a.cfg.ReceiptKey),
	}
	return a.routes(map[string]http.Handler{
		"POST /api/filings/{id}/seal": httpapi.JSON(svc.File),
		"GET /api/receipt-key":        httpapi.JSON(svc.PublicKey),
	})
}
