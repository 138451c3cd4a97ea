package host

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/kms"
)

// keysPath is where the host plays the key service, for functions that start before the office is ready.
const keysPath = "/_local/kms"

// openKeys plays the key service, unless the environment names keys of one that runs.
func (h *Host) openKeys(context.Context) error {
	h.root, h.envelope = kms.RootKey, kms.EnvelopeKey
	given := h.cfg.external("KMS")
	if root := h.cfg.Getenv(functions.EnvSigningRoot); given != "" && root != "" {
		h.root, h.envelope, h.endpoints["KMS"] = root, h.cfg.Getenv(functions.EnvSigningKeys), given
		return nil
	}
	var err error
	if h.kms, err = kms.Open(filepath.Join(h.cfg.State, "kms.json")); err != nil {
		return err
	}
	h.endpoints["KMS"] = h.URL + keysPath
	return nil
}

// earlierKeys are the public halves of the keys that an office of before signed with, as EARLIER_KEYS
// has them. Its state still has their seeds.
func (h *Host) earlierKeys() string {
	var out []string
	for _, k := range []struct{ name, purpose string }{{"RECEIPT_KEY", "receipt"}, {"CERTIFICATE_KEY", "interruption"}} {
		if seed, err := hex.DecodeString(h.keys[k.name]); err == nil && len(seed) == ed25519.SeedSize {
			public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
			out = append(out, k.purpose+":"+base64.StdEncoding.EncodeToString(public))
		}
	}
	return strings.Join(out, " ")
}

// issueKeys runs the schedule of issue-keys now, if this host has it, so that what the clock is moved to
// has keys.
func (h *Host) issueKeys(ctx context.Context) {
	row, ok := functions.Named("issue-keys")
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, s := range row.Schedules {
		if err := h.tick(ctx, row.Name, s); err != nil && !errors.Is(err, errNoFunction) {
			h.cfg.Log.Warn("schedule", slog.String("fn", row.Name), slog.String("error", err.Error()))
		}
	}
}

// firstKeys makes keys before functions start that sign.
func (h *Host) firstKeys(ctx context.Context) error {
	h.issueKeys(ctx)
	return nil // what failed is tried again by the clock
}

// setKeyService takes {"down": true}: every call of the key service fails from then on.
func (h *Host) setKeyService(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Down bool `json:"down"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if h.kms == nil {
		http.Error(w, "this office has another key service", http.StatusNotFound)
		return
	}
	h.kms.SetDown(in.Down)
	writeJSON(w, map[string]bool{"down": in.Down})
}

// rotateRoot makes a new root, has the keys of the day made under it, and answers with what is published.
func (h *Host) rotateRoot(w http.ResponseWriter, r *http.Request) {
	if h.kms == nil {
		http.Error(w, "this office has another key service", http.StatusNotFound)
		return
	}
	if err := h.kms.Rotate(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h.issueKeys(r.Context())
	keys, err := h.publishedKeys(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, keys)
}
