package mailsink

import (
	"embed"
	"html/template"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"links": links,
	"list":  func(s []string) string { return strings.Join(s, ", ") },
}).ParseFS(pageFiles, "pages/*.html"))

// piece is a run of text, linked if URL is set.
type piece struct{ Text, URL string }

var address = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)\]]`)

// links cuts text so that the web addresses in it can be followed from the page.
func links(text string) []piece {
	var out []piece
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		out = append(out, piece{Text: text[at:m[0]]}, piece{text[m[0]:m[1]], text[m[0]:m[1]]})
		at = m[1]
	}
	return append(out, piece{Text: text[at:]})
}

func (s *Sink) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /_local/mail", func(w http.ResponseWriter, r *http.Request) {
		mail, texts := s.Messages(), s.Texts()
		slices.Reverse(mail)
		slices.Reverse(texts)
		render(w, "inbox.html", struct {
			Mail  []Message
			Texts []Text
		}{mail, texts})
	})
	mux.HandleFunc("GET /_local/mail/{id}", func(w http.ResponseWriter, r *http.Request) {
		if id, isFile := strings.CutSuffix(r.PathValue("id"), ".eml"); isFile {
			s.download(w, r, id)
			return
		}
		if m, ok := s.find(r.PathValue("id")); ok {
			render(w, "message.html", m)
		} else {
			http.NotFound(w, r)
		}
	})
	mux.HandleFunc("GET /_local/mail/{id}/html", func(w http.ResponseWriter, r *http.Request) {
		m, ok := s.find(r.PathValue("id"))
		if !ok || m.HTML == "" {
			http.NotFound(w, r)
			return
		}
		// The mail's own HTML: no scripts, no requests, no access to the page around it.
		w.Header().Set("Content-Security-Policy", "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(m.HTML))
	})
	mux.HandleFunc("GET /_local/mail/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
}

func (s *Sink) download(w http.ResponseWriter, r *http.Request, id string) {
	if _, ok := s.find(id); !ok { // ids of the index only: no path from outside is opened
		http.NotFound(w, r)
		return
	}
	b, err := os.ReadFile(s.path(id))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.eml"`)
	w.Write(b)
}

func render(w http.ResponseWriter, name string, data any) {
	var page strings.Builder
	if err := pageTemplates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte(page.String()))
}
