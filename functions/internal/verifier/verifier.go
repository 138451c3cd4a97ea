// Package verifier gives readers what they verify signed files with on their own machine: package eds as
// WebAssembly, the worker that runs it, and the authorities it is to believe. Nothing is sent here.
//
// What it serves is under an address that changes with the content, and may be kept for ever; the one
// that does not change, /verifier/manifest.json, says which that is.
package verifier

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// static/vendor is not in the repository: make assets builds it. It may be absent, so the whole of
// static is embedded rather than its name.
//
//go:embed static
var staticFiles embed.FS

// ErrNoProgram: this binary was built without what make assets makes.
var ErrNoProgram = errors.New("verifier: static/vendor is missing or incomplete; run make assets and build again")

// program is the WebAssembly module, packed with gzip: the worker unpacks it.
const program = "vendor/eds.wasm.gz"

// Manifest is what a page asks for first.
type Manifest struct {
	Worker      string   `json:"worker"`      // path of the module worker
	SHA256      string   `json:"sha256"`      // hex, of the program as it is fetched
	Size        int      `json:"size"`        // of it, in bytes
	Authorities [][]byte `json:"authorities"` // certificates, DER: self-signed ones are anchors
}

// build are the files of this build by path behind the version, which is a hash of them all.
type build struct {
	version string
	files   map[string][]byte
}

// built reads them. It is no variable with an initial value: that would link them into every function.
func built() (build, error) {
	b := build{files: map[string][]byte{}}
	hash := sha256.New()
	// WalkDir goes in lexical order, so the version depends on content alone.
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "static/")
		b.files[name] = data
		hash.Write([]byte(name))
		hash.Write([]byte{0})
		hash.Write(data)
		return nil
	})
	if err != nil {
		return build{}, err
	}
	b.version = base64.RawURLEncoding.EncodeToString(hash.Sum(nil))[:12]
	for _, name := range []string{program, "vendor/eds.js", "vendor/wasm_exec.js"} {
		if b.files[name] == nil {
			return build{}, ErrNoProgram
		}
	}
	return b, nil
}

// Handler serves /verifier/manifest.json and /verifier/{version}/…, naming authorities, certificates in
// DER, as the ones to believe. log and keys are as httpapi.Handle takes them.
//
// Errors: ErrNoProgram.
func Handler(log *slog.Logger, keys string, authorities [][]byte) (http.Handler, error) {
	b, err := built()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b.files[program])
	manifest, err := json.Marshal(Manifest{
		Worker: "/verifier/" + b.version + "/worker.js", SHA256: hex.EncodeToString(sum[:]), Size: len(b.files[program]), Authorities: authorities,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /verifier/manifest.json", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, "manifest.json", "public, max-age=0, s-maxage=60, stale-if-error=86400", manifest)
	})
	mux.HandleFunc("GET /verifier/{version}/{file...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		data := b.files[name]
		if data == nil {
			httpapi.NotFound(w, r)
			return
		}
		caching := "no-cache" // a page that was opened before a deployment
		if r.PathValue("version") == b.version {
			caching = "public, max-age=31536000, immutable"
		}
		answer(w, name, caching, data)
	})
	mux.HandleFunc("/", httpapi.NotFound)
	return httpapi.Handle("verifier", log, keys, mux), nil
}

var types = map[string]string{".gz": "application/gzip", ".js": "text/javascript; charset=utf-8", ".json": "application/json"}

// policy is that of the worker, which no page's policy binds: it may compile WebAssembly, load its own
// files, and nothing else. Pages themselves may not.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

func answer(w http.ResponseWriter, name, caching string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", types[path.Ext(name)])
	h.Set("Cache-Control", caching)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	w.Write(data)
}
