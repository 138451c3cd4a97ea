package portal

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// static/vendor is not in the repository: make assets builds it (infra/tools/assets.mjs). The
// folder may be absent, so the whole of static is embedded rather than its name.
//
//go:embed static
var staticFiles embed.FS

// built are files of static/vendor without which pages can't be read or can't sign.
var built = []string{"vendor/office.css", "vendor/golos-400.woff2", "vendor/ncalayer-client.js"}

// ErrNoAssets: this binary was built without what make assets makes, so its pages can't be used.
var ErrNoAssets = errors.New("portal: static/vendor is missing or incomplete; run make assets and build again")

// CheckAssets returns ErrNoAssets if this binary's pages can't be used. Whoever starts the portal
// asks once.
func CheckAssets() error {
	for _, name := range built {
		if _, err := fs.Stat(staticFiles, "static/"+name); err != nil {
			return ErrNoAssets
		}
	}
	return nil
}

// assetSet is everything below /static/{version}/.
type assetSet struct {
	version string            // of all files together, so that modules may import each other by relative name
	files   map[string][]byte // by path behind the version
}

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
		for _, script := range pageScripts() {
			data, err := json.Marshal(textsOf(set.files, lang, script))
			if err != nil {
				panic(err)
			}
			add(textsName(lang, script), data)
		}
		files := formFiles(lang)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			data, err := json.Marshal(files[name])
			if err != nil {
				panic(err)
			}
			add("forms/"+string(lang)+"/"+name+".json", data)
		}
	}
	set.version = base64.RawURLEncoding.EncodeToString(hash.Sum(nil))[:12]
	return set
})

// textsName is the file of the texts a page with that script may ask for.
func textsName(lang locale.Lang, script string) string {
	return "texts/" + string(lang) + "/" + strings.TrimSuffix(cmp.Or(script, "app.js"), ".js") + ".json"
}

// asset is the address of a static file.
func asset(name string) string { return "/static/" + assets().version + "/" + name }

// types of the files we have. The system's own table is not asked: it differs by machine.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
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
