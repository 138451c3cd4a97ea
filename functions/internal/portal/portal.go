// Package portal makes the office's pages in Kazakh, Russian and English, and their assets. The edge has the
// public ones from a bucket, into which the function publish puts what Print and WriteAssets make; what is not
// there yet, and pages about a filing or a case, the function portal answers.
//
// A page is a row of pages (pages.go), a template of its name under templates/ and, where it
// acts, an ES module under static/js. Templates carry no data of a person: the modules read and
// write it through the JSON API with the session cookie, so a page may be cached and a mistake
// here shows nobody's papers to someone else. Every word comes from package locale.
//
// The package holds no rule of law: codes, limits and courts come from package filing, and what
// is missing in a claim is the API's answer.
package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// Agreements gives the portal the user agreement.
type Agreements interface {
	// Agreement returns the version in force now in lang, and the coming one if there is one.
	Agreement(ctx context.Context, lang locale.Lang) (AgreementPage, error)
	// Version returns a published version. Errors: agreement.ErrNotInForce for one that is not.
	Version(ctx context.Context, id string, lang locale.Lang) (AgreementText, error)
	// Versions returns the ids of all that were published, in no order.
	Versions(ctx context.Context) ([]string, error)
}

// Windows gives the portal what is announced of maintenance (store.Maintenance).
type Windows interface {
	// Schedule returns the windows that have not ended, as read at most a minute ago.
	Schedule(ctx context.Context, at time.Time) ([]maintenance.Window, error)
	// Published returns those and the ones that ended in the months before, as read at most a minute
	// ago; with an error, the last copy, which may be nil. The caller must not change it.
	Published(ctx context.Context, at time.Time) ([]maintenance.Window, error)
}

// Office is who publishes the pages, for the foot of each. Every field may be empty.
type Office struct {
	Name    map[locale.Lang]string `json:"name"` // "Қазақстан Республикасының Сот әкімшілігі"
	Address map[locale.Lang]string `json:"address"`
	Phone   string                 `json:"phone"` // as people dial it
	Links   map[string]string      `json:"links"` // https addresses of other services, by code: "supreme-court", "smart-sot", "komek"
}

// AgreementPage is the agreement as the pages show it.
type AgreementPage struct {
	InForce AgreementText
	Coming  *AgreementText // published and not yet in force, or nil
}

// AgreementText is one version in one language.
type AgreementText struct {
	ID          string // "v1"
	Markdown    string // CommonMark; raw HTML in it is not rendered
	SHA256      string // hex, of the Markdown's UTF-8 bytes: what a signed acceptance names
	PublishedAt time.Time
	EffectiveAt time.Time
}

// Service serves GET /{path...}. All fields are set once, before Handler.
type Service struct {
	Agreements Agreements

	// NCALayerURL is the websocket address pages sign through ("ws://127.0.0.1:13580"). Empty
	// means NCALayer's own, wss://127.0.0.1:13579.
	NCALayerURL string

	// UploadOrigin is scheme and host of the presigned upload addresses
	// ("https://documents.s3.eu-north-1.amazonaws.com"), which the content security policy of pages about a
	// filing or a case must name for browsers to send documents there.
	UploadOrigin string

	// Windows gives the announced stops of the service.
	Windows Windows

	// Office is who publishes these pages.
	Office Office

	// SupportMail is the bare address of support that pages show (agreement 5.3).
	SupportMail string

	// API and Document give what package openapi has. They are named here by who serves pages, as
	// what names the document links it.
	API      func() *openapi.Document
	Document func() []byte

	// TestKeys lets NCALayer offer keys that chain to no production anchor. It changes what is
	// offered only: the API decides which signatures count.
	TestKeys bool
}

// Handler returns the portal. Requests must carry httpapi.Edge in their context: its time dates
// pages that speak of "now".
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Language, Cookie")
		redirect(w, r, "/"+string(preferred(r))+"/")
	})
	mux.HandleFunc("GET /problems/{slug}", func(w http.ResponseWriter, r *http.Request) {
		// The type of a problem document has no language (RFC 9457, section 3.1.1).
		w.Header().Set("Vary", "Accept-Language, Cookie")
		redirect(w, r, "/"+string(preferred(r))+"/problems/"+slug(r.PathValue("slug")))
	})
	mux.HandleFunc("GET /static/{version}/{file...}", serveAsset)
	mux.HandleFunc("GET /openapi.json", s.serveDocument)
	for _, lang := range locale.Langs {
		prefix := "/" + string(lang)
		mux.HandleFunc("GET "+prefix, func(w http.ResponseWriter, r *http.Request) { redirect(w, r, prefix+"/") })
		mux.HandleFunc("GET "+prefix+"/agreement/{id}/text", func(w http.ResponseWriter, r *http.Request) { s.agreementText(w, r, lang) })
		mux.HandleFunc("GET "+prefix+"/filings/{id}/edit", func(w http.ResponseWriter, r *http.Request) { s.former(w, r, lang) })
		for _, p := range pages {
			mux.HandleFunc("GET "+prefix+p.pattern, func(w http.ResponseWriter, r *http.Request) { s.page(w, r, lang, p) })
		}
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			httpapi.NotFound(w, r)
			return
		}
		lang := preferred(r)
		if first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); len(first) == 2 {
			if named, ok := locale.Parse(first); ok {
				lang = named
			}
		}
		s.page(w, r, lang, notFound)
	})
	return s.secure(mux)
}

// secure adds the headers that every answer carries, problem documents included.
func (s *Service) secure(next http.Handler) http.Handler {
	says := functions.PagesSay(s.NCALayerURL)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range says {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// pageAge lets the edge keep a page for ten seconds, by which it may fall behind what was written anew for a
// window of maintenance, an agreement or the day, and show it for a day while nothing answers. Browsers ask
// each time.
const pageAge = "public, max-age=0, s-maxage=10, stale-if-error=86400"

// page renders p in lang.
func (s *Service) page(w http.ResponseWriter, r *http.Request, lang locale.Lang, p page) {
	v := view{
		Lang: lang, Page: p.name, Title: p.title, Script: p.script, Right: p.right, Signs: p.signs,
		Status: p.status, Path: strings.TrimPrefix(r.URL.Path, "/"+string(lang)),
		NCALayerURL: s.NCALayerURL, TestKeys: s.TestKeys, SupportMail: s.SupportMail,
		Office: s.Office.view(lang), Notice: s.notice(r, lang), Worker: p.worker,
	}
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	if v.Status == http.StatusNotFound {
		v.Path = "/" // of the language switch: no page to keep
	}
	if p.fill != nil {
		if err := p.fill(s, r, &v); errors.Is(err, errNoPage) {
			s.page(w, r, lang, notFound)
			return
		} else if err != nil {
			httpapi.Log(r.Context(), slog.String("error", fmt.Sprintf("fill page %s: %v", p.name, err)))
			s.page(w, r, lang, unavailable)
			return
		}
	}
	if v.FilingID != "" { // its documents go to their bucket and come from there
		w.Header().Set("Content-Security-Policy", functions.PagesSay(s.NCALayerURL, s.UploadOrigin)["Content-Security-Policy"])
	}
	html, err := render(lang, p, v)
	if err != nil {
		httpapi.WriteError(w, r, fmt.Errorf("portal: render page %s: %w", p.name, err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(lang))
	h.Set("Cache-Control", "no-cache")
	if v.Status == http.StatusOK {
		h.Set("Cache-Control", pageAge)
	}
	if r.Method == http.MethodPost {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(v.Status)
	w.Write(html)
}

// agreementText answers with the very bytes of a version's text, whose SHA-256 a signed acceptance
// names: whoever has both needs nothing else of the office.
func (s *Service) agreementText(w http.ResponseWriter, r *http.Request, lang locale.Lang) {
	a, err := s.versionText(r, lang, r.PathValue("id"))
	if errors.Is(err, errNoPage) {
		s.page(w, r, lang, notFound)
		return
	} else if err != nil {
		httpapi.WriteError(w, r, fmt.Errorf("portal: text of an agreement: %w", err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/markdown; charset=utf-8; variant=CommonMark") // RFC 7763
	h.Set("Content-Language", string(lang))
	h.Set("Content-Disposition", `attachment; filename="agreement-`+a.ID+"-"+string(lang)+`.md"`)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	io.WriteString(w, a.Markdown)
}

// former leads from the address drafts had before their forms had pages of their own.
func (s *Service) former(w http.ResponseWriter, r *http.Request, lang locale.Lang) {
	id := r.PathValue("id")
	if !filing.IsID(id) {
		s.page(w, r, lang, notFound)
		return
	}
	redirect(w, r, "/"+string(lang)+"/filings/"+id+"/tasks")
}

// preferred is the language of a request whose path names none.
func preferred(r *http.Request) locale.Lang {
	cookie := ""
	if c, err := r.Cookie("lang"); err == nil {
		cookie = c.Value
	}
	return locale.Match(r.URL.Query().Get("lang"), cookie, r.Header.Get("Accept-Language"))
}

// redirect sends the browser to a path of this office, for now.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, path, http.StatusFound)
}

// slug keeps what a problem slug may consist of, so that a redirect stays inside the office.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return -1
	}, s)
}
