package host

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Grant gives the account of a number (IIN or BIN) a right, as infra/bootstrap does at a deployed
// office, and returns the account's id.
//
// Errors: account.ErrNotRegistered.
func (h *Host) Grant(ctx context.Context, number string, right account.Right) (accountID string, err error) {
	if !right.Grantable(isCourt) {
		return "", fmt.Errorf("no right %q", right)
	}
	key, err := hex.DecodeString(h.keys[functions.EnvIndexKey])
	if err != nil {
		return "", fmt.Errorf("index key: %w", err)
	}
	db := h.dynamo()
	table, _ := h.cfg.tableName(schema.Accounts)
	site, _ := h.cfg.tableName(schema.Site)
	holder, err := store.NewAccounts(db, table).ByNumber(ctx, account.NumberKeys(key, number))
	if err != nil {
		return "", err
	}
	var random [8]byte
	rand.Read(random[:])
	e := audit.New(audit.RightGranted, audit.Actor{Account: audit.Bootstrap}, holder.ID, "first-administrator", h.Now(), random)
	_, err = store.NewDecisions(db, table, store.NewAudit(db, site, table)).Grant(ctx, holder.ID, right, e)
	return holder.ID, err
}

func isCourt(code string) bool {
	_, ok := court.ByCode(code)
	return ok
}

// grant takes {"number": "IIN or BIN", "right": "admin"}.
func (h *Host) grant(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Number string        `json:"number"`
		Right  account.Right `json:"right"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id, err := h.Grant(r.Context(), in.Number, in.Right)
	switch {
	case errors.Is(err, account.ErrNotRegistered):
		http.Error(w, "nobody is registered under that number", http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		writeJSON(w, map[string]string{"account": id, "right": string(in.Right)})
	}
}
