package portal

import (
	"fmt"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// navigation is the row of links every page has. What depends on who reads is shown by the session's
// module: the page itself is the same for everyone.
func navigation(lang locale.Lang, page string) []row {
	at := func(path string) string { return "/" + string(lang) + path }
	const signedIn, signedOut, admin = `data-signed-in hidden`, `data-signed-out`, `data-right="admin" hidden`
	item := func(key, path, of string, hook template.HTMLAttr) row {
		return row{Key: locale.T(lang, key), Change: at(path), Current: page == of || strings.HasPrefix(page, of+"-"), Hook: hook}
	}
	return []row{
		item("nav.filings", "/filings", "filings", signedIn),
		item("nav.cases", "/cases", "cases", signedIn),
		item("nav.agreement", "/agreement", "agreement", ""),
		item("nav.maintenance", "/maintenance", "maintenance", ""),
		item("nav.help", "/help", "help", ""),
		item("nav.registry", "/registry", "registry", `data-right="clerk judge" hidden`),
		item("nav.registry.court", "/registry/court", "registry-court", `data-right="head" hidden`),
		item("nav.admin", "/admin", "admin", admin),
		item("nav.register", "/register", "register", signedOut),
		item("nav.sign-in", "/sign-in", "sign-in", signedOut),
		item("account.title", "/account", "account", `data-signed-in data-account hidden`),
	}
}

// menu lists the pages of the section that page is one of, in the order of their rows: those with a
// menu key whose names begin with the same word ("admin", "admin-audit"). It is empty for other pages.
func menu(lang locale.Lang, page string) []row {
	section, _, _ := strings.Cut(page, "-")
	var out []row
	for _, p := range pages {
		if of, _, _ := strings.Cut(p.name, "-"); of == section && p.menu != "" {
			out = append(out, row{Key: locale.T(lang, p.menu), Change: "/" + string(lang) + p.pattern, Current: p.name == page})
		}
	}
	if !slices.ContainsFunc(out, func(r row) bool { return r.Current }) {
		return nil
	}
	return out
}

// scopes are what a representative may be named for; to choose among kinds makes sense from the
// second on.
func scopes(lang locale.Lang) []option {
	codes := []string{"all", "filing"}
	if len(kinds.All) > 1 {
		codes = append(codes, "kinds")
	}
	out, err := choices(lang, "representatives.scope.", codes)
	if err != nil {
		panic(err) // codes is a list of codes
	}
	out[0].Chosen = true
	return out
}

// officeView is Office in one language.
type officeView struct {
	Name, Address, Phone string
	Links                []link
}

type link struct{ Name, Href string }

func (o Office) view(lang locale.Lang) officeView {
	v := officeView{Name: o.Name[lang], Address: o.Address[lang], Phone: o.Phone}
	for _, name := range slices.Sorted(maps.Keys(o.Links)) {
		v.Links = append(v.Links, link{name, o.Links[name]})
	}
	return v
}

// noticeView is what every page says of maintenance.
type noticeView struct {
	Kind    string // "warn" while something is stopped
	Line    string
	Text    string
	Href    string
	Until   string // RFC 3339: what a module counts down to
	Stopped bool
}

// notice is what must be seen now, or nil. Without the schedule pages work as before: its absence is
// logged and nothing else.
func (s *Service) notice(r *http.Request, lang locale.Lang) *noticeView {
	at := httpapi.ReceivedAt(r.Context())
	schedule, err := s.Windows.Schedule(r.Context(), at)
	if err != nil {
		httpapi.Log(r.Context(), slog.String("notice", fmt.Sprintf("read the schedule: %v", err)))
	}
	w, ok := maintenance.At(schedule, at)
	if !ok {
		return nil
	}
	v := &noticeView{Text: w.Texts[lang], Href: "/" + string(lang) + "/maintenance"}
	from, to := locale.Time(lang, w.Start()), locale.Time(lang, w.End())
	until := w.Start()
	v.Line = locale.T(lang, "js.maintenance.soon", "from", from, "to", to)
	if w.Phase(at) == maintenance.InForce {
		v.Kind, v.Stopped, until = "warn", true, w.End()
		v.Line = locale.T(lang, "js.maintenance.now", "to", to)
	}
	v.Until = until.UTC().Format(time.RFC3339)
	return v
}
