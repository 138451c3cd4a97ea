package portal_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// agreements is a fixed agreement, or the error of having none.
type agreements struct {
	markdown string
	err      error
}

var publishedAt = time.Date(2026, time.November, 1, 4, 0, 0, 0, time.UTC)

func (a agreements) Agreement(context.Context, locale.Lang) (portal.AgreementPage, error) {
	text := portal.AgreementText{ID: "v1", Markdown: a.markdown, SHA256: strings.Repeat("ab", 32), PublishedAt: publishedAt, EffectiveAt: publishedAt}
	coming := text
	coming.ID, coming.EffectiveAt = "v2", publishedAt.Add(72*time.Hour)
	return portal.AgreementPage{InForce: text, Coming: &coming}, a.err
}

func (a agreements) Version(_ context.Context, id string, _ locale.Lang) (portal.AgreementText, error) {
	effective, ok := map[string]time.Time{"v0": publishedAt.AddDate(0, -1, 0), "v1": publishedAt, "v2": publishedAt.Add(72 * time.Hour)}[id]
	if !ok {
		return portal.AgreementText{}, agreement.ErrNotInForce
	}
	text := portal.AgreementText{ID: id, Markdown: a.markdown, SHA256: strings.Repeat("cd", 32), PublishedAt: publishedAt, EffectiveAt: effective}
	if id == "v2" {
		text.Markdown = strings.Replace(text.Markdown, "Rule.", "Another <b>rule</b>.", 1)
	}
	return text, a.err
}

func (a agreements) Versions(context.Context) ([]string, error) {
	return []string{"v1", "v0", "v2"}, a.err
}

// windows are fixed windows of maintenance.
type windows []maintenance.Window

func (w windows) Schedule(context.Context, time.Time) ([]maintenance.Window, error)  { return w, nil }
func (w windows) Published(context.Context, time.Time) ([]maintenance.Window, error) { return w, nil }

func service() *portal.Service {
	return &portal.Service{
		API: openapi.Parsed, Document: openapi.Compact,
		Windows:      windows{},
		Agreements:   agreements{markdown: "# Agreement\n\nText of the agreement.\n\n## 1. Rules\n\nRule."},
		NCALayerURL:  "ws://127.0.0.1:13580",
		UploadOrigin: "https://documents.example",
		SupportMail:  "komek@court.example",
		TestKeys:     true,
	}
}

// get asks h for path and parses the answer as HTML if it is.
func get(t *testing.T, h http.Handler, target string, header ...string) (*http.Response, string, *html.Node) {
	t.Helper()
	r := httptest.NewRequest("GET", target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	ctx := httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: publishedAt, RequestID: "test"})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(ctx))
	body := w.Body.String()
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return w.Result(), body, nil
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return w.Result(), body, doc
}

const id = "0b9f1a52-6a5b-4d7e-9a51-2f4e6c1d8a90"

// paths are all pages behind the language, with the status each answers with.
var paths = map[string]int{
	"/": 200, "/help": 200, "/agreement": 200, "/register": 200, "/sign-in": 200, "/account": 200, "/account/people": 200, "/account/webhooks": 200, "/account/security": 200, "/account/activity": 200, "/account/data": 200, "/representative": 200, "/leave": 200, "/password": 200, "/filings": 200, "/filings/new": 200,
	"/filings/" + id: 200, "/filings/" + id + "/tasks": 200, "/filings/" + id + "/sections/parties": 200, "/filings/" + id + "/documents": 200, "/filings/" + id + "/answers": 200, "/filings/" + id + "/review": 200, "/filings/" + id + "/sections/No..": 404, "/filings/nothing/edit": 404, "/filings/" + id + "/receipt": 200,
	"/cases": 200, "/cases/" + id: 200, "/cases/nothing": 404,
	"/maintenance": 200, "/admin/maintenance": 200, "/admin": 200, "/admin/agreement": 200, "/admin/audit": 200, "/facts": 200, "/verify": 200, "/support": 200, "/admin/support": 200,
	"/agreement/diff": 200, "/agreement/v0": 200, "/agreement/v1": 200, "/agreement/v2": 200, "/agreement/v3": 404,
	"/programs": 200, "/programs/filings": 200, "/programs/form.claim": 200, "/programs/form.nothing": 404, "/programs/nothing": 404,
	"/problems": 200, "/problems/certificate-revoked": 200,
	"/problems/no-such-problem": 404, "/filings/not-an-id": 404, "/filings/" + id + "/nothing": 404, "/no-such-page": 404,
}

// Where drafts were edited before their forms had pages: links that were kept lead to their tasks.
func TestFormerAddressOfADraft(t *testing.T) {
	response, _, _ := get(t, service().Handler(), "/ru/filings/"+id+"/edit")
	if to := response.Header.Get("Location"); response.StatusCode != http.StatusFound || to != "/ru/filings/"+id+"/tasks" {
		t.Errorf("%d to %q", response.StatusCode, to)
	}
}

// all gives the elements of doc that keep accepts, in document order.
func all(doc *html.Node, keep func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && keep(n) {
			out = append(out, n)
		}
	}
	return out
}

func named(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func having(key string) func(*html.Node) bool {
	return func(n *html.Node) bool { _, ok := attribute(n, key); return ok }
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// inTemplate reports whether n is inside a <template>, where ids are given by scripts.
func inTemplate(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.Data == "template" {
			return true
		}
	}
	return false
}

func TestPages(t *testing.T) {
	h := service().Handler()
	for _, lang := range locale.Langs {
		for behind, status := range paths {
			target := "/" + string(lang) + behind
			t.Run(target, func(t *testing.T) {
				response, body, doc := get(t, h, target)
				if response.StatusCode != status || doc == nil {
					t.Fatalf("status %d, type %s, want %d and HTML", response.StatusCode, response.Header.Get("Content-Type"), status)
				}
				checkDocument(t, doc, lang)
				if i := strings.Index(body, "ZgotmplZ"); i >= 0 {
					t.Errorf("a template put a value where it may not be: %s", body[max(0, i-60):i+20])
				}
				for _, other := range locale.Langs {
					want := "/" + string(other) + behind
					if status == 404 {
						want = "/" + string(other) + "/"
					}
					links := all(doc, func(n *html.Node) bool {
						href, _ := attribute(n, "href")
						hreflang, _ := attribute(n, "hreflang")
						return n.Data == "a" && hreflang == string(other) && href == want
					})
					if len(links) != 1 {
						t.Errorf("%d links to %s in the language switch", len(links), want)
					}
				}
			})
		}
	}
}

// checkDocument is what holds for every page: one heading, labels, unique ids, nothing inline.
func checkDocument(t *testing.T, doc *html.Node, lang locale.Lang) {
	t.Helper()
	root := all(doc, named("html"))[0]
	if got, _ := attribute(root, "lang"); got != string(lang) {
		t.Errorf("html lang is %q, want %q", got, lang)
	}
	if title := text(all(doc, named("title"))[0]); !strings.HasSuffix(title, " – "+locale.T(lang, "site.name")) {
		t.Errorf("title is %q", title)
	}
	if h1 := all(doc, named("h1")); len(h1) != 1 || text(h1[0]) == "" {
		t.Errorf("%d first-level headings, want one with text", len(h1))
	}
	if n := len(all(doc, named("main"))); n != 1 {
		t.Errorf("%d main elements", n)
	}
	seen := map[string]bool{}
	for _, n := range all(doc, having("id")) {
		value, _ := attribute(n, "id")
		if seen[value] {
			t.Errorf("id %s is given twice", value)
		}
		seen[value] = true
	}
	for _, n := range all(doc, func(*html.Node) bool { return true }) {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s> is inline and the policy forbids it", n.Data, a.Key)
			}
			switch a.Key {
			case "aria-labelledby", "aria-describedby", "for":
				for ref := range strings.FieldsSeq(a.Val) {
					if !seen[ref] {
						t.Errorf("<%s> refers by %s to #%s, which is not there", n.Data, a.Key, ref)
					}
				}
			}
		}
		switch n.Data {
		case "script":
			if src, ok := attribute(n, "src"); !ok || n.FirstChild != nil || !strings.HasPrefix(src, "/static/") {
				t.Error("inline or foreign script")
			}
		case "style":
			t.Error("style element")
		case "img":
			if _, ok := attribute(n, "alt"); !ok {
				t.Error("image without alt")
			}
		case "button":
			if text(n) == "" {
				t.Error("button without a name")
			}
		case "input", "select", "textarea", "meter":
			if !labelled(doc, n) {
				t.Errorf("<%s> has no label: %v", n.Data, n.Attr)
			}
		case "section":
			_, label := attribute(n, "aria-label")
			_, by := attribute(n, "aria-labelledby")
			class, _ := attribute(n, "class")
			_, panel := attribute(n, "data-panel")
			if !label && !by && !panel && !slices.Contains([]string{"hero", "card accent ticket"}, class) {
				t.Errorf("section %q has no name", class)
			}
		}
	}
	for n := range doc.Descendants() {
		if word := strings.TrimSpace(n.Data); n.Type == html.TextNode && missingKey.MatchString(word) && !strings.HasSuffix(word, ".kz") && !inCode(n) {
			t.Errorf("text that looks like a key: %q", word)
		}
	}
}

// inCode: the names of the API's schemas look like keys.
func inCode(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "code" {
			return true
		}
	}
	return false
}

// missingKey: what T returns for a key it does not know, and nothing people read.
var missingKey = regexp.MustCompile(`^[a-z]+(-[a-z]+)*(\.[a-z0-9_-]+)+$`)

func labelled(doc, n *html.Node) bool {
	if _, ok := attribute(n, "aria-label"); ok {
		return true
	}
	for p := range n.Ancestors() {
		if p.Data == "label" {
			return text(p) != ""
		}
	}
	if inTemplate(n) {
		// Scripts tie the label to the field when they make the row.
		return len(all(n.Parent, named("label"))) == 1
	}
	own, ok := attribute(n, "id")
	return ok && len(all(doc, func(l *html.Node) bool {
		target, _ := attribute(l, "for")
		return l.Data == "label" && target == own && text(l) != ""
	})) == 1
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	h := service().Handler()
	for _, target := range []string{"/", "/kk/", "/ru/nothing", "/problems/internal", "/api/nothing", "/static/x/vendor/office.css", "/static/x/none", "/ru/verify", "/en/filings/" + id + "/documents"} {
		response, body, doc := get(t, h, target)
		policy := response.Header.Get("Content-Security-Policy")
		for _, want := range []string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "frame-ancestors 'none'", "base-uri 'none'",
			"connect-src 'self' wss://127.0.0.1:13579 https://127.0.0.1:24680 ws://127.0.0.1:13580" + map[bool]string{true: " https://documents.example"}[strings.Contains(target, id)],
			"trusted-types verifier",
		} {
			if !slices.Contains(strings.Split(policy, "; "), want) {
				t.Errorf("%s: policy lacks %q: %s", target, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: policy is loose: %s", target, policy)
		}
		if forbids := strings.Contains(body, `<meta http-equiv="Content-Security-Policy" content="trusted-types 'none'">`); forbids != (doc != nil && response.StatusCode != http.StatusFound && target != "/ru/verify") {
			t.Errorf("%s forbids itself a worker: %t", target, forbids)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestLanguageOfTheFirstVisit(t *testing.T) {
	h := service().Handler()
	for _, tt := range []struct{ target, cookie, accept, want string }{
		{"/", "", "", "/kk/"},
		{"/", "", "ru-RU,ru;q=0.9,en;q=0.8", "/ru/"},
		{"/", "lang=en", "ru", "/en/"},
		{"/", "lang=xx", "", "/kk/"},
		{"/kk", "lang=en", "", "/kk/"},
		{"/problems/internal", "", "en", "/en/problems/internal"},
		{"/problems/%2F%2Fevil.example", "", "en", "/en/problems/evilexample"},
		{"/problems/x%0D%0ASet-Cookie:a", "", "", "/kk/problems/xet-ookiea"},
	} {
		response, _, _ := get(t, h, tt.target, "Cookie", tt.cookie, "Accept-Language", tt.accept)
		if got := response.Header.Get("Location"); got != tt.want || response.StatusCode != http.StatusFound {
			t.Errorf("%s (cookie %q, accept %q): %d to %q, want 302 to %q", tt.target, tt.cookie, tt.accept, response.StatusCode, got, tt.want)
		}
	}
}

func TestLinksResolve(t *testing.T) {
	if err := portal.CheckAssets(); err != nil {
		t.Fatal(err)
	}
	h := service().Handler()
	links := map[string]string{}
	for _, lang := range locale.Langs {
		for behind := range paths {
			from := "/" + string(lang) + behind
			_, _, doc := get(t, h, from)
			for _, n := range all(doc, func(n *html.Node) bool { return true }) {
				for _, key := range []string{"href", "src", "data-texts"} {
					if value, ok := attribute(n, key); ok && strings.HasPrefix(value, "/") {
						links[value] = from
					} else if anchor, found := strings.CutPrefix(value, "#"); ok && found {
						if len(all(doc, func(n *html.Node) bool { v, _ := attribute(n, "id"); return v == anchor })) == 0 {
							t.Errorf("%s: no element #%s", from, anchor)
						}
					}
				}
			}
		}
	}
	for _, target := range slices.Sorted(maps.Keys(links)) {
		target, _, _ = strings.Cut(target, "#")
		path, _, _ := strings.Cut(target, "?")
		route := "GET " + strings.NewReplacer(id, "{id}", "/files/statement", "/files/{file}").Replace(path)
		if slices.ContainsFunc(functions.All, func(f functions.Function) bool { return slices.Contains(f.Routes, route) }) {
			continue // another function's
		}
		if origin := functions.AtEdge(path).Origin; origin == functions.FromStatus || origin == functions.FromRecord {
			continue // a bucket's
		}
		response, _, _ := get(t, h, target)
		missing := paths[target[min(3, len(target)):]] == 404
		if response.StatusCode != http.StatusOK && !missing {
			t.Errorf("%s, linked from %s: %d", target, links[target], response.StatusCode)
		}
	}
}

func TestNCALayerClientIsInTheBuild(t *testing.T) {
	if err := portal.CheckAssets(); err != nil {
		t.Fatal(err) // says what to run
	}
}

func TestAcceptanceComesAfterTheText(t *testing.T) {
	const exact = "Акцепт: Мен Келісімнің шарттарын қабылдаймын"
	h := service().Handler()
	for _, lang := range locale.Langs {
		for _, page := range []string{"/agreement", "/register"} {
			_, _, doc := get(t, h, "/"+string(lang)+page)
			order := all(doc, func(n *html.Node) bool {
				v, _ := attribute(n, "id")
				return v == "agreement-text" || having("data-accept")(n)
			})
			if len(order) != 2 || order[0].Data != "article" || order[1].Data != "button" {
				t.Fatalf("%s %s: want the text, then one control, got %d elements", lang, page, len(order))
			}
			if !strings.Contains(text(order[0]), "Text of the agreement.") {
				t.Errorf("%s %s: the text is not whole: %q", lang, page, text(order[0]))
			}
			if got, _ := attribute(order[1], "data-accept"); got != "v1" {
				t.Errorf("%s %s: the control accepts %q, want the version in force", lang, page, got)
			}
			label := text(order[1])
			if lang == locale.KK && label != exact || !strings.HasPrefix(label, exact) {
				t.Errorf("%s %s: label is %q", lang, page, label)
			}
		}
	}
}

// TestVersions: every version can be read, those that bind or are to come can be accepted below
// their text, and the difference is shown word by word, as text.
func TestVersions(t *testing.T) {
	h := service().Handler()
	for id, open := range map[string]bool{"v0": false, "v1": true, "v2": true} {
		_, _, doc := get(t, h, "/kk/agreement/"+id)
		buttons := all(doc, having("data-accept"))
		if len(buttons) != map[bool]int{true: 1}[open] {
			t.Errorf("%s: %d controls to accept it", id, len(buttons))
		}
		for _, b := range buttons {
			if got, _ := attribute(b, "data-accept"); got != id {
				t.Errorf("%s: the control accepts %s", id, got)
			}
		}
	}
	for _, target := range []string{"/en/agreement/diff", "/en/agreement/diff?from=v1&to=v2"} {
		_, body, doc := get(t, h, target)
		added, removed := all(doc, named("ins")), all(doc, named("del"))
		if len(added) != 1 || text(added[0]) != "added: Another <b>rule</b>." || len(removed) != 1 || text(removed[0]) != "removed: Rule." || strings.Contains(body, "<b>rule") {
			t.Errorf("%s: %d added, %d removed:\n%s", target, len(added), len(removed), body)
		}
	}
	_, body, doc := get(t, h, "/en/agreement/diff?from=v1&to=v2")
	if !strings.Contains(body, `href="/kk/agreement/diff?from=v1&amp;to=v2"`) {
		t.Error("the language switch forgets what is compared")
	}
	folds := all(doc, named("details"))
	if len(folds) != 1 || !strings.Contains(text(folds[0]), "Text of the agreement.") || strings.Contains(text(folds[0]), "1. Rules") {
		t.Errorf("%d folds: want what did not change in one, without the heading above the change:\n%s", len(folds), body)
	}
	for _, h3 := range all(doc, named("h3")) {
		if strings.HasPrefix(text(h3), "#") {
			t.Errorf("heading %q shows its markup", text(h3))
		}
	}
	for _, target := range []string{"/en/agreement/diff?from=v1&to=v9", "/en/agreement/diff?from=v1", "/en/agreement/diff?to=%3Cscript%3E&from=v1"} {
		if response, _, _ := get(t, h, target); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, response.StatusCode)
		}
	}
}

func TestInjection(t *testing.T) {
	s := service()
	s.Agreements = agreements{markdown: "# A <script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n[x](javascript:alert(3))\n\n\"quoted\" & <b>bold</b>"}
	s.NCALayerURL = `ws://127.0.0.1:1" onload="alert(4)`
	h := s.Handler()
	_, body, doc := get(t, h, "/kk/agreement")
	checkDocument(t, doc, locale.KK)
	for _, bad := range []string{"<script>alert", "<img src=x", "javascript:", `onload="alert`} {
		if strings.Contains(body, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, target := range []string{
		"/kk/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/kk/filings/%22%3E%3Cscript%3E", "/%3Cscript%3E", "/kk/x?%22%3E%3Cscript%3E",
	} {
		response, body, doc := get(t, h, target)
		if response.StatusCode != http.StatusNotFound || strings.Contains(body, "<script>") {
			t.Errorf("%s: %d, or a script in it", target, response.StatusCode)
		}
		checkDocument(t, doc, locale.KK)
	}
}

func TestWhatIsNoPage(t *testing.T) {
	s := service()
	response, body, _ := get(t, s.Handler(), "/api/nothing")
	if response.StatusCode != http.StatusNotFound || !strings.Contains(body, `"/problems/not-found"`) {
		t.Errorf("/api/nothing: %d %s", response.StatusCode, body)
	}
	s.Agreements = agreements{err: errors.New("table is away")}
	response, body, doc := get(t, s.Handler(), "/ru/agreement")
	if response.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "table is away") {
		t.Errorf("agreement without its table: %d, or the error shows", response.StatusCode)
	}
	checkDocument(t, doc, locale.RU)
}

func TestAssets(t *testing.T) {
	h := service().Handler()
	_, _, doc := get(t, h, "/kk/")
	link, _ := attribute(all(doc, func(n *html.Node) bool { rel, _ := attribute(n, "rel"); return rel == "stylesheet" })[0], "href")
	response, _, _ := get(t, h, link)
	if got, want := response.Header.Get("Cache-Control"), "public, max-age=31536000, immutable"; got != want {
		t.Errorf("%s: Cache-Control %q, want %q", link, got, want)
	}
	response, _, _ = get(t, h, "/static/older/vendor/office.css")
	if got, want := response.Header.Get("Cache-Control"), "no-cache"; response.StatusCode != 200 || got != want {
		t.Errorf("older version: %d, Cache-Control %q, want 200, %q", response.StatusCode, got, want)
	}
	for _, target := range []string{"/static/x/../portal.go", "/static/x/js/none.js", "/static/x/"} {
		if response, _, _ := get(t, h, target); response.StatusCode == http.StatusOK {
			t.Errorf("%s is served", target)
		}
	}
	for name, want := range map[string]string{
		"js/page/app.js": "text/javascript; charset=utf-8", "vendor/office.css": "text/css; charset=utf-8", "img/mark.svg": "image/svg+xml",
		"texts/kk/app.json": "application/json", "vendor/golos-400.woff2": "font/woff2",
	} {
		response, _, _ := get(t, h, "/static/x/"+name)
		if got := response.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type %q, want %q", name, got, want)
		}
	}
}

// Modules are no build's output: a wrong name would show in a browser only.
func TestModulesImportWhatIsThere(t *testing.T) {
	files, err := filepath.Glob("static/js/*/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	imports := regexp.MustCompile(`(?s)import\s*\{([^}]*)\}\s*from\s*'(\.[\w./-]+\.js)'`)
	for _, file := range files {
		code := read(t, file)
		for _, m := range imports.FindAllStringSubmatch(code, -1) {
			other := read(t, path.Join(path.Dir(file), m[2]))
			for name := range strings.SplitSeq(m[1], ",") {
				name = strings.TrimSpace(name)
				exported := regexp.MustCompile(`export (?:async )?(?:const|function|class) ` + regexp.QuoteMeta(name) + `\b|export\{[^}]*\bas ` + regexp.QuoteMeta(name) + `\b`)
				if name != "$" && name != "$$" && !exported.MatchString(other) {
					t.Errorf("%s imports %s, which %s does not export", file, name, m[2])
				}
				if n := strings.Count(code, strings.TrimSpace(name)); n < 2 {
					t.Errorf("%s imports %s and does not use it", file, name)
				}
			}
		}
		for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "console.log"} {
			if strings.Contains(code, forbidden) {
				t.Errorf("%s uses %s", file, forbidden)
			}
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestKeysOfTemplatesAndModules(t *testing.T) {
	patterns := map[string]*regexp.Regexp{
		"templates/*.html":   regexp.MustCompile(`(?:\bt|tin "kk") "([^"]+)"`),
		"templates/*/*.html": regexp.MustCompile(`(?:\bt|tin "kk") "([^"]+)"`),
		"static/js/*/*.js":   regexp.MustCompile(`\bt\('([^']+)'`),
	}
	for glob, pattern := range patterns {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatal(glob, err)
		}
		for _, file := range files {
			for _, m := range pattern.FindAllStringSubmatch(read(t, file), -1) {
				if !locale.Has(m[1]) {
					t.Errorf("%s: no text %s", file, m[1])
				}
			}
		}
	}
}

func statuses() (codes []string) {
	for _, s := range filing.Statuses() {
		codes = append(codes, string(s))
	}
	return codes
}

func TestCodeListsHaveTexts(t *testing.T) {
	lists := map[string][]string{
		"nature.": claim.Natures, "role.": filing.Roles,
		"status.": statuses(),
		"event.": {filing.EventCreated, filing.EventSigned, filing.EventVoided, filing.EventSealed, filing.EventKept, "received", "rejected", "doubted", "settled", filing.ToldHolder, filing.ToldHolderByText, filing.ToldRepresentative, filing.ToldFormer, filing.NotToldFormer,
			filing.ArrivedHolder, filing.ArrivedHolderByText, filing.ArrivedRepresentative, filing.ArrivedFormer,
			filing.LostHolder, filing.LostHolderByText, filing.LostRepresentative, filing.LostFormer},
		"capacity.": {string(filing.InPerson), string(filing.ForOrganisation), string(filing.AsRepresentative)},
		"lang.":     {"kk", "ru", "en"},
		"kind.":     kinds.Codes(),
	}
	for prefix, codes := range lists {
		for _, code := range codes {
			if !locale.Has(prefix + code) {
				t.Errorf("no text %s%s", prefix, code)
			}
		}
	}
	for _, slug := range httpapi.Slugs() {
		for _, part := range []string{".title", ".detail", ".next"} {
			if !locale.Has("problem." + slug + part) {
				t.Errorf("no text problem.%s%s", slug, part)
			}
		}
	}
	for _, reason := range []string{"cancelled", "not-running", "closed", "expired", "failed", "no-client"} {
		if !strings.Contains(read(t, "static/js/lib/ncalayer.js"), "'"+reason+"'") || !locale.Has("js.sign."+reason+".next") {
			t.Errorf("reason %s is not given, or has no text", reason)
		}
	}
}

// A page's scripts get the texts their modules ask for, and no page those of another's readers.
func TestTextsForScripts(t *testing.T) {
	h := service().Handler()
	for _, lang := range locale.Langs {
		for script, want := range map[string]struct{ has, lacks []string }{
			"app":     {[]string{"js.offline.title", "js.idle.left", "js.maintenance.now"}, []string{"home.title", "js.admin.done", "role.main_claim"}},
			"review":  {[]string{"role.main_claim", "js.seal.resend", "js.sign.cancelled.title", "js.internal.next"}, []string{"js.admin.done", "problem.not-found.title"}},
			"sign-in": {[]string{"js.sign.cancelled.title"}, []string{"js.admin.done", "audit.act.account.disabled", "js.support.answer"}},
			"admin":   {[]string{"js.admin.done", "js.admin.status.active"}, []string{"role.main_claim"}},
		} {
			_, body, _ := get(t, h, "/static/x/texts/"+string(lang)+"/"+script+".json")
			var texts map[string]string
			if err := json.Unmarshal([]byte(body), &texts); err != nil {
				t.Fatal(err)
			}
			for _, key := range want.has {
				if texts[key] != locale.T(lang, key) {
					t.Errorf("%s %s: %s is %q", lang, script, key, texts[key])
				}
			}
			for _, key := range want.lacks {
				if _, ok := texts[key]; ok {
					t.Errorf("%s %s: %s is sent to a page that has no use for it", lang, script, key)
				}
			}
		}
	}
}

// TestKindsAreOfferedWhenThereAreSeveral: to choose among kinds of filing makes sense from the second on.
func TestKindsAreOfferedWhenThereAreSeveral(t *testing.T) {
	h := service().Handler()
	only := kinds.All
	t.Cleanup(func() { kinds.All = only })
	for n, want := range []int{1: 0, 2: 2} {
		kinds.All = slices.Repeat(only[:1], n)
		_, _, doc := get(t, h, "/kk/account/people")
		offered, scopes := 0, 0
		for _, input := range all(doc, named("input")) {
			name, _ := attribute(input, "name")
			value, _ := attribute(input, "value")
			if name == "kind" {
				offered++
			}
			if name == "scope" && value == "kinds" {
				scopes++
			}
		}
		if offered != want || scopes != min(want, 1) {
			t.Errorf("%d kinds of filing: %d to choose from, the scope is offered %d times", n, offered, scopes)
		}
	}
}
