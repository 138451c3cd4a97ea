// Package phone is a software eGov Mobile: the state's app that signs documents which a QR code or a
// link leads to, with test keys in place of the user's.
//
// It speaks the two APIs of such codes as a client and shows its screen as the page /_phone: the code's
// text is typed or comes with the link, then the page shows who asks, the words and the keys. The
// tester signs, leaves, or signs another document, which an office must refuse. Start with New, then
// serve Handler on a loopback listener.
//
// It differs from eGov Mobile in that it asks no password, and fetches from loopback addresses only.
package phone

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/locale"
)

//go:embed phone.html
var screenHTML string

var screen = template.Must(template.New("phone").Parse(screenHTML))

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// Server is one phone. Its methods may be called concurrently.
type Server struct {
	entries []edstest.Entry
	keys    map[string]*edstest.Key
	client  *http.Client

	mu   sync.Mutex
	open map[string]opened // codes that were opened, by what the page names them by
}

// opened is a code whose document was fetched.
type opened struct {
	access  access
	content pack
}

// access is API 1's answer.
type access struct {
	Description  string `json:"description"`
	ExpiryDate   string `json:"expiry_date"`
	Organisation struct {
		NameRu string `json:"nameRu"`
		NameKz string `json:"nameKz"`
		NameEn string `json:"nameEn"`
		BIN    string `json:"bin"`
	} `json:"organisation"`
	Document struct {
		URI       string `json:"uri"`
		AuthType  string `json:"auth_type"`
		AuthToken string `json:"auth_token"`
	} `json:"document"`
}

// pack is API 2's, both ways.
type pack struct {
	SignMethod string     `json:"signMethod"`
	Version    int        `json:"version"`
	Documents  []document `json:"documentsToSign"`
}

type document struct {
	ID     int    `json:"id"`
	NameRu string `json:"nameRu"`
	NameKz string `json:"nameKz"`
	NameEn string `json:"nameEn"`
	Meta   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"meta"`
	Document struct {
		File struct {
			MIME string `json:"mime"`
			Data string `json:"data"`
		} `json:"file"`
	} `json:"document"`
}

// New returns a phone with the test keys of a folder (edstest.LoadKeys).
func New(keysDir string) (*Server, error) {
	entries, err := edstest.LoadEntries(keysDir)
	if err != nil {
		return nil, err
	}
	keys, err := edstest.LoadKeys(keysDir)
	if err != nil {
		return nil, err
	}
	s := &Server{entries: entries, keys: keys, open: map[string]opened{}}
	s.client = &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// Handler serves the screen under /_phone. Whoever serves it must let only pages of this machine
// in, as ncalayer.Local does.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_phone", s.scan)
	mux.HandleFunc("POST /_phone/sign", s.sign)
	return mux
}

// view is what the screen shows: a code to be typed, a document to be signed, or how it ended.
type view struct {
	Lang    locale.Lang
	Text    text
	Langs   []locale.Lang
	Link    string
	ID      string // of a document to be signed, or ""
	Asking  string
	BIN     string
	Words   string
	Name    string
	Meta    []struct{ Name, Value string }
	Content string
	Keys    []option
	Problem *problem
	Done    string
}

type option struct{ Name, Title string }

// problem is an office's refusal.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Next   string `json:"next"`
}

func (p *problem) Error() string { return p.Title }

func (s *Server) scan(w http.ResponseWriter, r *http.Request) {
	v := s.view(r)
	if v.Link = strings.TrimSpace(r.URL.Query().Get("link")); v.Link != "" {
		s.fetch(r.Context(), &v)
	}
	show(w, v)
}

// fetch asks who wants what, then for the document, as eGov Mobile does.
func (s *Server) fetch(ctx context.Context, v *view) {
	var o opened
	err := s.call(ctx, v.Lang, http.MethodGet, strings.TrimPrefix(v.Link, "mobileSign:"), "", nil, &o.access)
	if err == nil {
		err = s.call(ctx, v.Lang, http.MethodGet, o.access.Document.URI, o.access.Document.AuthToken, nil, &o.content)
	}
	var content []byte
	if err == nil && (o.content.SignMethod != "CMS_WITH_DATA" || len(o.content.Documents) != 1) {
		err = errors.New("the software eGov Mobile signs one document as CMS_WITH_DATA")
	}
	if err == nil {
		content, err = base64.StdEncoding.DecodeString(o.content.Documents[0].Document.File.Data)
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.ID = rand.Text()
	s.mu.Lock()
	s.open[v.ID] = o
	s.mu.Unlock()
	of, d := o.access.Organisation, o.content.Documents[0]
	v.Asking, v.BIN, v.Words, v.Content = in(v.Lang, of.NameKz, of.NameRu, of.NameEn), of.BIN, o.access.Description, string(content)
	v.Name = in(v.Lang, d.NameKz, d.NameRu, d.NameEn)
	for _, m := range d.Meta {
		v.Meta = append(v.Meta, struct{ Name, Value string }{m.Name, m.Value})
	}
	for _, e := range s.entries {
		v.Keys = append(v.Keys, option{e.Name, e.Title[string(v.Lang)]})
	}
}

// sign puts the signed document back: form values id and key, or other to sign another document.
func (s *Server) sign(w http.ResponseWriter, r *http.Request) {
	v := s.view(r)
	s.mu.Lock()
	o, ok := s.open[r.FormValue("id")]
	s.mu.Unlock()
	key := s.keys[r.FormValue("key")]
	switch {
	case !ok || key == nil:
		http.Error(w, "no such code or key", http.StatusConflict)
		return
	case r.FormValue("cancel") != "":
		v.Done = v.Text.Cancelled
		show(w, v)
		return
	}
	err := s.put(r.Context(), v.Lang, o, key, r.FormValue("other") != "")
	if err != nil {
		v.fail(err)
	} else {
		v.Done = v.Text.Signed
	}
	show(w, v)
}

func (s *Server) put(ctx context.Context, lang locale.Lang, o opened, key *edstest.Key, other bool) error {
	signed := o.content
	signed.Documents = slices.Clone(signed.Documents)
	file := &signed.Documents[0].Document.File
	content, err := base64.StdEncoding.DecodeString(file.Data)
	if err != nil {
		return err
	}
	if other {
		content = []byte("another document")
	}
	der, err := key.SignCMS(content, edstest.Attached)
	if err != nil {
		return err
	}
	file.Data = base64.StdEncoding.EncodeToString(der)
	body, err := json.Marshal(signed)
	if err != nil {
		return err
	}
	return s.call(ctx, lang, http.MethodPut, o.access.Document.URI, o.access.Document.AuthToken, body, nil)
}

// call asks an office on this machine.
func (s *Server) call(ctx context.Context, lang locale.Lang, method, address, token string, body []byte, into any) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not on this machine", u.Host)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Language", string(lang))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		refused := new(problem)
		if json.Unmarshal(answer, refused) != nil || refused.Title == "" {
			return fmt.Errorf("answer %d", res.StatusCode)
		}
		return refused
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (s *Server) view(r *http.Request) view {
	lang := locale.Match(r.FormValue("lang"), "", r.Header.Get("Accept-Language"))
	return view{Lang: lang, Text: texts[lang], Langs: locale.Langs[:]}
}

func (v *view) fail(err error) {
	if p, ok := errors.AsType[*problem](err); ok {
		v.Problem = p
		return
	}
	v.Problem = &problem{Title: v.Text.Failed, Detail: err.Error()}
}

func in(lang locale.Lang, kk, ru, en string) string {
	return map[locale.Lang]string{locale.KK: kk, locale.RU: ru, locale.EN: en}[lang]
}

func show(w http.ResponseWriter, v view) {
	var page bytes.Buffer
	if err := screen.Execute(&page, v); err != nil {
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
