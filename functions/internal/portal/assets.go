package portal

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// static/vendor is not in the repository: make assets copies the NCALayer client into it. The
// folder may be absent, so the whole of static is embedded rather than its name.
//
//go:embed static
var staticFiles embed.FS

// clientFile is npm ncalayer-js-client's one file.
const clientFile = "vendor/ncalayer-client.js"

// ErrNoClient: this binary was built without the NCALayer client, so its pages can't sign.
var ErrNoClient = errors.New("portal: static/" + clientFile + " is missing; run make assets and build again")

// CheckAssets returns ErrNoClient if this binary's pages can't sign. Whoever starts the portal
// asks once.
func CheckAssets() error {
	if _, err := fs.Stat(staticFiles, "static/"+clientFile); err != nil {
		return ErrNoClient
	}
	return nil
}

// assetSet is everything below /static/{version}/.
type assetSet struct {
	version string            // of all files together, so that modules may import each other by relative name
	files   map[string][]byte // by path behind the version
}

// clientTexts are the keys scripts may ask for.
var clientTexts = []string{"js.", "status.", "event.", "role.", "basis.", "nature.", "signer.", "capacity.", "problem.", "maintenance.", "audit.act.", "lang.", "support.topic.",
	"kind.", "representative.scope.", "representatives.months."}

var assets = sync.OnceValue(func() assetSet {
	set := assetSet{files: make(map[string][]byte)}
	hash := sha256.New()
	add := func(name string, data []byte) {
		set.files[name] = data
		hash.Write([]byte(name))
		hash.Write([]byte{0})
		hash.Write(data)
	}
	// WalkDir goes in lexical order, so the version depends on content alone.
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		add(strings.TrimPrefix(name, "static/"), data)
		return nil
	})
	if err != nil {
		panic(err) // the embedded tree is a constant of the build
	}
	for _, lang := range locale.Langs {
		data, err := json.Marshal(locale.Texts(lang, clientTexts...))
		if err != nil {
			panic(err)
		}
		add(textsName(lang), data)
	}
	set.version = base64.RawURLEncoding.EncodeToString(hash.Sum(nil))[:12]
	return set
})

func textsName(lang locale.Lang) string { return "texts-" + string(lang) + ".json" }

func textsURL(lang locale.Lang) string { return asset(textsName(lang)) }

// asset is the address of a static file.
func asset(name string) string { return "/static/" + assets().version + "/" + name }

// types of the files we have. The system's own table is not asked: it differs by machine.
var types = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// serveAsset answers with a file for a year under its own version. Under another version, which
// a page opened before a deployment asks for, it answers with the present file for this once.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	set, name := assets(), r.PathValue("file")
	data, ok := set.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", types[path.Ext(name)])
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == set.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Write(data)
}
