package verifier_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/verifier"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// TestWhatAPageIsGiven: the manifest leads to the worker, the program has the hash it names and is
// WebAssembly, the authorities are those of the folder, and only what the version names is kept for ever.
func TestWhatAPageIsGiven(t *testing.T) {
	trust, err := eds.LoadTrust(filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := verifier.Handler(slog.New(slog.DiscardHandler), httpapi.OpenOrigin, trust.Certificates())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, nil)
		h.ServeHTTP(w, r.WithContext(httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: time.Now()})))
		return w
	}
	var m verifier.Manifest
	if w := ask("GET", "/verifier/manifest.json"); w.Code != 200 || json.Unmarshal(w.Body.Bytes(), &m) != nil || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Fatalf("manifest: %d %v %s", w.Code, w.Header(), w.Body)
	}
	again := eds.NewTrust()
	for _, c := range m.Authorities {
		if err := again.AddCertificate(c); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.Authorities) != 4 || len(again.Anchors()) != len(trust.Anchors()) {
		t.Errorf("%d authorities, %d of them anchors", len(m.Authorities), len(again.Anchors()))
	}
	base := strings.TrimSuffix(m.Worker, "worker.js")
	for _, name := range []string{"worker.js", "vendor/eds.js", "vendor/wasm_exec.js", "vendor/eds.wasm.gz"} {
		w := ask("GET", base+name)
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Fatalf("%s: %d %v", name, w.Code, w.Header())
		}
		if got := w.Header().Get("Content-Security-Policy"); got != "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" {
			t.Errorf("%s: policy %s", name, got)
		}
		if old := ask("GET", "/verifier/another/"+name); old.Code != 200 || old.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s under another version: %d %v", name, old.Code, old.Header())
		}
	}
	packed := ask("GET", base+"vendor/eds.wasm.gz").Body.Bytes()
	sum := sha256.Sum256(packed)
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	program, err := io.ReadAll(z)
	if err != nil || !bytes.HasPrefix(program, []byte("\x00asm\x01\x00\x00\x00")) || hex.EncodeToString(sum[:]) != m.SHA256 || len(packed) != m.Size {
		t.Errorf("the program: %v, %d bytes, hash %x, the manifest says %d and %s", err, len(packed), sum, m.Size, m.SHA256)
	}
	for _, path := range []string{"/verifier/", base, base + "none", base + "../manifest.json"} {
		if w := ask("GET", path); !slices.Contains([]int{307, 404}, w.Code) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := ask("HEAD", m.Worker); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}
