package host

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence/rebuild"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Rebuild makes filings and documents that are lost anew from the evidence bucket, as infra/rebuild does
// at a deployed office, and returns how many filings are there and how many could not be made.
func (h *Host) Rebuild(ctx context.Context) (done, failed int, err error) {
	keys, err := h.publishedKeys(ctx)
	if err != nil {
		return 0, 0, err
	}
	table, _ := h.cfg.tableName(schema.Filings)
	papers, _ := h.cfg.bucketName(schema.Documents)
	kept, _ := h.cfg.bucketName(schema.Evidence)
	client := h.s3()
	r := rebuild.Rebuild{
		Evidence: documents.NewEvidence(client, kept), Filings: store.NewFilings(h.dynamo(), table), Documents: documents.New(client, papers),
		Verify: func(data []byte) (receipt.Receipt, error) { return receipt.Verify(keys, data) },
		Report: func(id string, err error) {
			if err != nil {
				h.cfg.Log.Error("rebuild", slog.String("filing", id), slog.String("error", err.Error()))
			}
		},
	}
	return r.All(ctx)
}

// publishedKeys is what the office publishes of its keys.
func (h *Host) publishedKeys(ctx context.Context) (receipt.Published, error) {
	site, _ := h.cfg.tableName(schema.Site)
	ring, err := store.NewSigningKeys(h.dynamo(), site).Ring(ctx, h.Now())
	return ring.Published, err
}

// rebuild answers with what Rebuild did.
func (h *Host) rebuild(w http.ResponseWriter, r *http.Request) {
	done, failed, err := h.Rebuild(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, map[string]int{"filings": done, "failed": failed})
}
