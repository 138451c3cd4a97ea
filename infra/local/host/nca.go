package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// nca is the NCA of the test keys, by the office's clock. What it has published is kept in a file, so
// that the numbers of its lists never go back.
type nca struct {
	*edstest.NCA
	file string
	mux  *http.ServeMux
	log  *slog.Logger
	mu   sync.Mutex // of the file

	takes atomic.Int64 // nanoseconds before an answer
}

// openNCA plays the NCA where the office trusts the test keys. With other anchors, such as those of the
// real NCA's test keys, lists are those of the trust folder.
func (h *Host) openNCA(context.Context) error {
	pki := filepath.Join(h.cfg.Root, "testdata", "pki")
	if h.cfg.TrustDir != filepath.Join(pki, "trust") {
		return nil
	}
	services, err := edstest.NewNCA(pki, h.Now)
	if err != nil {
		return err
	}
	n := &nca{NCA: services, file: filepath.Join(h.cfg.State, "nca.json"), mux: http.NewServeMux(), log: h.cfg.Log}
	raw, err := os.ReadFile(n.file)
	var state map[string]edstest.Published
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("state of the NCA: %w", err)
	}
	n.Restore(state)
	n.mux.HandleFunc("POST /_local/nca/revocations", n.revokes)
	n.mux.HandleFunc("POST /_local/nca/down", n.sleeps)
	n.mux.HandleFunc("POST /_local/nca/slow", n.slows)
	n.mux.HandleFunc("/_local/nca/", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(time.Duration(n.takes.Load())):
			n.NCA.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
	h.nca = n
	return nil
}

// ServeHTTP serves the lists and services of edstest.NCA, and takes what tests and demos have it do. It
// answers 404 where the host plays no NCA.
func (n *nca) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if n == nil {
		http.NotFound(w, r)
		return
	}
	n.mux.ServeHTTP(w, r)
	if err := n.save(); err != nil {
		n.log.Error("state of the NCA", slog.String("error", err.Error()))
	}
}

func (n *nca) save() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	raw, err := json.MarshalIndent(n.State(), "", "  ")
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(n.file); err == nil && string(have) == string(raw) {
		return nil
	}
	return os.WriteFile(n.file, raw, 0o600)
}

// revokes takes {"certificate": DER in base64, "reason": as crl.Reason.String} and revokes it now.
func (n *nca) revokes(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Certificate []byte `json:"certificate"`
		Reason      string `json:"reason"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in)
	reason := slices.IndexFunc(reasons, func(r crl.Reason) bool { return r.String() == in.Reason })
	if err == nil && reason < 0 {
		err = fmt.Errorf("no reason %q", in.Reason)
	}
	if err == nil {
		err = n.Revoke(in.Certificate, reasons[reason])
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

var reasons = []crl.Reason{
	crl.Unspecified, crl.KeyCompromise, crl.AffiliationChanged, crl.Superseded, crl.CessationOfOperation, crl.CertificateHold, crl.RemoveFromCRL,
}

// sleeps takes {"down": true}: every list and service then answers 503, until it is false.
func (n *nca) sleeps(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Down bool `json:"down"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n.SetDown(in.Down)
	w.WriteHeader(http.StatusNoContent)
}

// slows takes {"ms": 1500}: every list and service then answers so much later, until it is 0.
func (n *nca) slows(w http.ResponseWriter, r *http.Request) {
	var in struct {
		MS int64 `json:"ms"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil || in.MS < 0 {
		http.Error(w, "ms is missing or below 0", http.StatusBadRequest)
		return
	}
	n.takes.Store(in.MS * int64(time.Millisecond))
	w.WriteHeader(http.StatusNoContent)
}

func (h *Host) ncaURL() string {
	if h.nca == nil {
		return ""
	}
	return h.URL + "/_local/nca"
}

// listURLs is the value of CRL_URLS.
func (h *Host) listURLs() string {
	if h.nca == nil {
		return ""
	}
	var urls []string
	for _, list := range h.nca.Lists() {
		urls = append(urls, h.ncaURL()+list)
	}
	return strings.Join(urls, " ")
}

// ocspURL is the value of OCSP_URL.
func (h *Host) ocspURL() string {
	if h.nca == nil {
		return ""
	}
	return h.ncaURL() + "/ocsp"
}

// tspURL is the value of TSP_URL.
func (h *Host) tspURL() string {
	if h.nca == nil {
		return ""
	}
	return h.ncaURL() + "/tsp"
}

// followLists runs the schedules of revocation now, if this host has it and an NCA to ask.
func (h *Host) followLists() {
	row, ok := functions.Named("revocation")
	if !ok || h.nca == nil || !h.ready.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, s := range row.Schedules {
		if err := h.tick(ctx, row.Name, s); err != nil && !errors.Is(err, errNoFunction) {
			h.cfg.Log.Warn("schedule", slog.String("fn", row.Name), slog.String("error", err.Error()))
		}
	}
}
