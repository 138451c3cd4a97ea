package ncalayer

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/locale"
)

//go:embed chooser.html
var chooserHTML string

var chooserPage = template.Must(template.New("chooser").Parse(chooserHTML))

// maxShown bounds how much of a document the chooser prints, in bytes.
const maxShown = 8 << 10

// view is what the chooser's page and its JSON state show.
type view struct {
	Lang    locale.Lang   `json:"-"`
	Text    chooserText   `json:"-"`
	Langs   []locale.Lang `json:"-"`
	Choice  string        `json:"choice"`
	Keys    []keyView     `json:"keys"`
	Pending *pendingView  `json:"pending"`
	History []event       `json:"history"`
}

type keyView struct {
	Name    string `json:"name"`
	Subject string `json:"subject"`
	Details string `json:"details"`
	Title   string `json:"title"`
	Until   string `json:"until"`
}

type pendingView struct {
	ID        int       `json:"id"`
	Origin    string    `json:"origin"`
	Method    string    `json:"method"`
	Documents []string  `json:"documents"` // what is to be signed, as text
	Keys      []keyView `json:"keys"`      // those that fit the request
}

// chooser shows the keys, the choice in force and the request that waits, if any.
func (s *Server) chooser(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	if err := chooserPage.Execute(&page, s.view(r.URL.Query().Get("lang"))); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // no-referrer would send forms with Origin: null
	w.Write(page.Bytes())
}

// state is the same as JSON, for tests.
func (s *Server) state(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(s.view(""))
}

// postKey chooses what the next requests are signed with: form value key.
func (s *Server) postKey(w http.ResponseWriter, r *http.Request) {
	if err := s.Choose(r.FormValue("key")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.back(w, r)
}

// postAnswer answers the request that waits: form values id, and key to sign with or cancel.
func (s *Server) postAnswer(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.FormValue("id"))
	answer := r.FormValue("key")
	if r.FormValue("cancel") != "" {
		answer = Cancel
	}
	s.mu.Lock()
	p := s.pending
	s.mu.Unlock()
	if p == nil || p.id != id || answer == "" || answer == Ask {
		http.Error(w, "no such request waits", http.StatusConflict)
		return
	}
	select {
	case p.answer <- answer:
	default: // a second click
	}
	s.back(w, r)
}

func (s *Server) back(w http.ResponseWriter, r *http.Request) {
	target := "/_ncalayer"
	if lang, ok := locale.Parse(r.FormValue("lang")); ok {
		target += "?lang=" + string(lang)
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

func (s *Server) view(wanted string) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	lang := locale.Match(wanted, s.lang, "")
	v := view{Lang: lang, Text: chooserTexts[lang], Langs: locale.Langs[:], Choice: s.choice, History: append([]event{}, s.history...)}
	for _, k := range s.keys {
		v.Keys = append(v.Keys, newKeyView(k, lang))
	}
	if p := s.pending; p != nil {
		v.Pending = &pendingView{ID: p.id, Origin: p.want.origin, Method: p.want.method, Documents: []string{}, Keys: []keyView{}}
		for _, content := range p.want.contents {
			v.Pending.Documents = append(v.Pending.Documents, readable(content))
		}
		for _, k := range p.fit {
			v.Pending.Keys = append(v.Pending.Keys, newKeyView(k, lang))
		}
	}
	return v
}

func newKeyView(k key, lang locale.Lang) keyView {
	cert := k.cert
	details := []string{k.algorithm()}
	if len(cert.Subject.Organization) > 0 {
		details = append(details, cert.Subject.Organization[0])
	}
	return keyView{
		Name: k.Name, Subject: cert.Subject.CommonName, Details: strings.Join(details, ", "),
		Title: k.Title[string(lang)], Until: strings.Replace(chooserTexts[lang].Until, "{date}", cert.NotAfter.In(locale.Zone).Format("02.01.2006"), 1),
	}
}

// readable shows a document the way the person should read it before signing: the statement of
// an office document first, then the text itself.
func readable(content []byte) string {
	if !utf8.Valid(content) {
		return "(" + strconv.Itoa(len(content)) + " bytes)"
	}
	var act struct {
		Statement string `json:"statement"`
	}
	text := string(content)
	if json.Unmarshal(content, &act) == nil && act.Statement != "" {
		text = act.Statement + "\n\n" + text
	}
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return text
}
