package host

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence/rebuild"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Rebuild makes filings and documents that are lost anew from the evidence bucket, as infra/rebuild does
// at a deployed office, and returns how many filings are there and how many could not be made.
func (h *Host) Rebuild(ctx context.Context) (done, failed int, err error) {
	seed, err := hex.DecodeString(h.keys[functions.EnvReceiptKey])
	if err != nil || len(seed) != ed25519.SeedSize {
		return 0, 0, fmt.Errorf("receipt key: %w", err)
	}
	key := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	table, _ := h.cfg.tableName(schema.Filings)
	papers, _ := h.cfg.bucketName(schema.Documents)
	kept, _ := h.cfg.bucketName(schema.Evidence)
	client := h.s3()
	r := rebuild.Rebuild{
		Evidence: documents.NewEvidence(client, kept), Filings: store.NewFilings(h.dynamo(), table), Documents: documents.New(client, papers),
		Verify: func(data []byte) (receipt.Receipt, error) { return receipt.Verify(key, data) },
		Report: func(id string, err error) {
			if err != nil {
				h.cfg.Log.Error("rebuild", slog.String("filing", id), slog.String("error", err.Error()))
			}
		},
	}
	return r.All(ctx)
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
