package portal

import (
	"cmp"
	"context"
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

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
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

var read struct {
	sync.Once
	assetSet
}

// assets are read when they are first asked for. It is a function, and no variable: what initialises a variable
// of this package is linked into every function of the office, with the files it names.
func assets() assetSet {
	read.Do(func() { read.assetSet = readAssets() })
	return read.assetSet
}

func readAssets() assetSet {
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
	// What is derived of the catalogues and the rows is made when it is asked for; the version changes
	// with them all the same. Maps are encoded in the order of their keys.
	for _, of := range []any{locale.Texts(locale.KK, ""), locale.Texts(locale.RU, ""), locale.Texts(locale.EN, ""), formFiles(locale.KK)} {
		if err := json.NewEncoder(hash).Encode(of); err != nil {
			panic(err) // texts and rows are plain values
		}
	}
	set.version = base64.RawURLEncoding.EncodeToString(hash.Sum(nil))[:12]
	return set
}

// derived are the files made so far, by name.
var derived sync.Map

// file returns what is served under a name: a file of the build, or one made of the catalogue and the
// rows, "texts/kk/account.json" and "forms/ru/claim.json".
func file(name string) ([]byte, bool) {
	if data, ok := assets().files[name]; ok {
		return data, true
	}
	if data, ok := derived.Load(name); ok {
		return data.([]byte), true
	}
	made, ok := derive(name)
	if !ok {
		return nil, false
	}
	data, err := json.Marshal(made)
	if err != nil {
		panic(err) // texts and rows are plain values
	}
	derived.Store(name, data)
	return data, true
}

func derive(name string) (any, bool) {
	parts := strings.Split(strings.TrimSuffix(name, ".json"), "/")
	if len(parts) != 3 || !strings.HasSuffix(name, ".json") || !slices.Contains(locale.Langs[:], locale.Lang(parts[1])) {
		return nil, false
	}
	lang := locale.Lang(parts[1])
	switch script := parts[2] + ".js"; {
	case parts[0] == "texts" && slices.Contains(pageScripts(), script):
		return textsOf(assets().files, lang, script), true
	case parts[0] == "forms" && parts[2] == "directories":
		return directories(lang), true
	case parts[0] == "forms":
		k, ok := kinds.Of(parts[2])
		return viewForm(lang, k), ok
	}
	return nil, false
}

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

// names lists every file, those that are derived too.
func names() []string {
	out := slices.Collect(maps.Keys(assets().files))
	for _, lang := range locale.Langs {
		for _, script := range pageScripts() {
			out = append(out, textsName(lang, script))
		}
		for form := range formFiles(lang) {
			out = append(out, "forms/"+string(lang)+"/"+form+".json")
		}
	}
	slices.Sort(out)
	return out
}

// Store keeps assets where readers have them without this function (public.Bucket).
type Store interface {
	Has(ctx context.Context, key string) (bool, error)
	Put(ctx context.Context, key string, body []byte, mediaType, caching string) error
}

// WriteAssets puts what pages of this version load into store, under its address without the first
// slash, unless all of it is there. What pages of other versions load stays.
func WriteAssets(ctx context.Context, store Store) error {
	whole := strings.TrimPrefix(asset("whole"), "/") // written last
	if has, err := store.Has(ctx, whole); has || err != nil {
		return err
	}
	all := names()
	failures := make([]error, len(all))
	var wg sync.WaitGroup
	turns := make(chan struct{}, 16)
	for i, name := range all {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			data, _ := file(name)
			failures[i] = store.Put(ctx, strings.TrimPrefix(asset(name), "/"), data, types[path.Ext(name)], assetAge)
		})
	}
	wg.Wait()
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return store.Put(ctx, whole, []byte(strings.Join(all, "\n")+"\n"), types[".txt"], assetAge)
}

// assetAge: an asset of a version never changes.
const assetAge = "public, max-age=31536000, immutable"

// serveAsset answers with a file for a year under its own version. Under another version, which
// a page opened before a deployment asks for, it answers with the present file for this once.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, ok := file(name)
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", types[path.Ext(name)])
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == assets().version {
		h.Set("Cache-Control", assetAge)
	}
	w.Write(data)
}
