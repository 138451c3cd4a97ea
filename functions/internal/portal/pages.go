package portal

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/party"
	"github.com/courtoffice/courtoffice/shared/support"
)

//go:embed templates
var templateFiles embed.FS

// page is one row of the portal.
type page struct {
	name    string // of its template, without .html
	pattern string // path behind the language, as net/http patterns write it
	title   string // locale key
	script  string // module under static/js, or empty for a page without its own
	menu    string // locale key in the menu of its section (see menu), or empty for a page that is in none
	right   string // without which the page shows nothing of itself, or empty
	signs   bool   // needs the NCALayer client and the signing dialog
	worker  bool   // starts the worker of the function verifier
	asks    bool   // answers what its query asks
	status  int    // 0 means 200
	fill    func(s *Service, r *http.Request, v *view) error
	each    func(s *Service, ctx context.Context) ([]string, error) // all that its pattern's one parameter may be, or nil where that is beyond telling
}

// pages in the order a newcomer meets them.
var pages = []page{
	{name: "home", pattern: "/{$}", title: "home.title", fill: fillHome},
	{name: "help", pattern: "/help", title: "help.title", script: "help.js", signs: true},
	{name: "agreement", pattern: "/agreement", title: "agreement.title", script: "agreement.js", signs: true, fill: fillAgreement},
	{name: "diff", pattern: "/agreement/diff", title: "agreement.diff.title", asks: true, fill: fillDiff},
	{name: "version", pattern: "/agreement/{id}", title: "agreement.title", script: "agreement.js", signs: true, fill: fillVersion, each: versions},
	{name: "register", pattern: "/register", title: "register.title", script: "register.js", signs: true, fill: fillAgreement},
	{name: "sign-in", pattern: "/sign-in", title: "sign-in.title", script: "sign-in.js", signs: true},
	{name: "account", pattern: "/account", title: "account.title", script: "account.js", menu: "account.menu.profile"},
	{name: "account-people", pattern: "/account/people", title: "account.people.title", script: "account-people.js", menu: "account.menu.people"},
	{name: "account-webhooks", pattern: "/account/webhooks", title: "webhooks.title", script: "account-webhooks.js", signs: true},
	{name: "account-security", pattern: "/account/security", title: "account.menu.security", script: "account-security.js", menu: "account.menu.security"},
	{name: "account-activity", pattern: "/account/activity", title: "account.menu.activity", script: "account-activity.js", menu: "account.menu.activity"},
	{name: "account-data", pattern: "/account/data", title: "account.data", script: "account-data.js", menu: "account.menu.data"},
	{name: "representative", pattern: "/representative", title: "representative.title", script: "representative.js"},
	{name: "objection", pattern: "/objection", title: "objection.title", script: "objection.js"},
	{name: "password", pattern: "/password", title: "password.title", script: "reset.js", signs: true},
	{name: "leave", pattern: "/leave", title: "leave.title", script: "leave.js", signs: true},
	{name: "filings", pattern: "/filings", title: "filings.title", script: "filings.js"},
	{name: "new", pattern: "/filings/new", title: "new.title", script: "new.js"},
	{name: "tasks", pattern: "/filings/{id}/tasks", title: "tasks.title", script: "tasks.js", fill: fillFiling},
	{name: "section", pattern: "/filings/{id}/sections/{section}", title: "section.title", script: "section.js", fill: fillSection},
	{name: "documents", pattern: "/filings/{id}/documents", title: "documents.title", script: "documents.js", fill: fillFiling},
	{name: "answers", pattern: "/filings/{id}/answers", title: "answers.title", script: "answers.js", fill: fillFiling},
	{name: "review", pattern: "/filings/{id}/review", title: "review.title", script: "review.js", signs: true, fill: fillFiling},
	{name: "filing", pattern: "/filings/{id}", title: "filing.title", script: "filing.js", fill: fillFiling},
	factsPage,
	{name: "verify", pattern: "/verify", title: "verify.title", script: "verify.js", worker: true},
	{name: "receipt", pattern: "/filings/{id}/receipt", title: "receipt.title", script: "receipt.js", fill: fillFiling},
	{name: "cases", pattern: "/cases", title: "cases.title", script: "cases.js"},
	{name: "case", pattern: "/cases/{id}", title: "case.title", script: "case.js", fill: fillFiling},
	{name: "maintenance", pattern: "/maintenance", title: "maintenance.title", script: "maintenance.js", fill: fillMaintenance},
	{name: "interruption", pattern: "/maintenance/{id}", title: "interruption.title", script: "interruption.js"},
	{name: "admin", right: "admin", pattern: "/admin", title: "admin.title", script: "admin.js", signs: true, menu: "admin.menu.people"},
	{name: "admin-agreement", right: "admin", pattern: "/admin/agreement", title: "admin.versions", script: "admin-agreement.js", signs: true, menu: "admin.versions"},
	{name: "admin-maintenance", right: "admin", pattern: "/admin/maintenance", title: "maintenance.admin", script: "admin-maintenance.js", signs: true, menu: "admin.menu.maintenance"},
	{name: "admin-support", right: "admin", pattern: "/admin/support", title: "support.admin", script: "admin-support.js", menu: "support.admin"},
	{name: "admin-audit", right: "admin", pattern: "/admin/audit", title: "admin.audit", script: "admin-audit.js", menu: "admin.audit"},
	{name: "support", pattern: "/support", title: "support.title", script: "support.js", signs: true},
	{name: "admin-breaches", right: "admin", pattern: "/admin/breaches", title: "breach.admin", script: "admin-breaches.js", signs: true, menu: "breach.admin"},
	{name: "registry", pattern: "/registry", title: "registry.title", script: "registry.js"},
	{name: "registry-filing", pattern: "/registry/filings/{id}", title: "registry.filing.title", script: "registry-filing.js", signs: true, fill: fillFiling},
	{name: "registry-paper", pattern: "/registry/paper", title: "onpaper.title", script: "registry-paper.js", signs: true},
	{name: "registry-court", pattern: "/registry/court", title: "registry.head.title", script: "registry-court.js"},
	{name: "problems", pattern: "/problems", title: "problems.title", fill: fillProblems},
	{name: "problem", pattern: "/problems/{slug}", fill: fillProblem, each: slugs},
	{name: "programs", pattern: "/programs", title: "programs.title", fill: fillPrograms},
	{name: "program", pattern: "/programs/{part}", fill: fillProgramsPart, each: programParts},
}

// factsPage shows its form to GET; what it answers is another function's: see FactsPage.
var factsPage = page{name: "facts", pattern: "/facts", title: "facts.title", fill: fillFacts}

// notFound answers every path that is no page; unavailable answers where a page's data can't be had.
var (
	notFound    = page{name: "not-found", title: "not-found.title", status: http.StatusNotFound}
	unavailable = page{name: "problem", status: http.StatusServiceUnavailable, fill: fillUnavailable}
)

// errNoPage: the path has the form of a page and names none.
var errNoPage = errors.New("portal: no such page")

// view is what a template sees.
type view struct {
	Lang   locale.Lang
	Page   string // name of the row
	Title  string // locale key, or empty where Heading is set
	Status int
	Path   string // path behind the language, with its slash: the language switch keeps it
	Script string
	Right  string
	Signs  bool
	Worker bool

	NCALayerURL string
	TestKeys    bool
	SupportMail string
	Office      officeView
	Notice      *noticeView // what every page must say of maintenance now, or nil

	Today     todayView
	Coming    []windowView // of maintenance: under way or coming
	Past      []windowView
	Heading   string // title already in the language
	FilingID  string
	Section   string // code of a section of its form
	Agreement agreementView
	Compare   compareView
	Facts     factsView
	Problem   string   // slug
	Problems  []string // slugs, sorted
	Programs  programsView
}

type agreementView struct {
	ID, SHA256               string
	PublishedAt, EffectiveAt time.Time
	Text                     template.HTML // rendered from Markdown by this package, see markdown
	Coming                   *comingView
	Open                     bool // may be accepted now
}

// compareView is what a version changes against another one.
type compareView struct {
	From, To string
	Passages []passage
	Changed  bool
}

// passage is some clauses in a row. A folded one has only those that stay as they are.
type passage struct {
	Folded  bool
	Clauses []agreement.Clause
}

// passages folds what stays as it is, so that a change of a few words in a long text is found at a
// glance. The heading above a change stays in sight, and so does a lone clause.
func passages(clauses []agreement.Clause) []passage {
	var out []passage
	add := func(folded bool, run []agreement.Clause) {
		if len(run) > 0 {
			out = append(out, passage{Folded: folded && len(run) > 1, Clauses: run})
		}
	}
	for from, to := 0, 0; from < len(clauses); from = to {
		same := clauses[from].Op == agreement.Same
		for to < len(clauses) && (clauses[to].Op == agreement.Same) == same {
			to++
		}
		last := to - 1
		if same && to < len(clauses) && heading(clauses[last]) != "" {
			add(true, clauses[from:last])
			add(false, clauses[last:to])
			continue
		}
		add(same, clauses[from:to])
	}
	return out
}

type comingView struct {
	ID          string
	EffectiveAt time.Time
	Text        template.HTML
}

func fillAgreement(s *Service, r *http.Request, v *view) error {
	a, err := s.Agreements.Agreement(r.Context(), v.Lang)
	if err != nil {
		return err
	}
	text, err := markdown(a.InForce.Markdown)
	if err != nil {
		return fmt.Errorf("agreement %s: %w", a.InForce.ID, err)
	}
	v.Agreement = agreementView{
		ID: a.InForce.ID, SHA256: a.InForce.SHA256,
		PublishedAt: a.InForce.PublishedAt, EffectiveAt: a.InForce.EffectiveAt, Text: text,
	}
	if a.Coming != nil {
		text, err := markdown(a.Coming.Markdown)
		if err != nil {
			return fmt.Errorf("agreement %s: %w", a.Coming.ID, err)
		}
		v.Agreement.Coming = &comingView{ID: a.Coming.ID, EffectiveAt: a.Coming.EffectiveAt, Text: text}
	}
	return nil
}

// heading returns the words of a heading that both versions have, or "".
func heading(c agreement.Clause) string {
	if c.Op != agreement.Same || len(c.Pieces) != 1 || !strings.HasPrefix(c.Pieces[0].Text, "#") {
		return ""
	}
	return strings.TrimLeft(c.Pieces[0].Text, "# ")
}

// versionText is a published version's text. errNoPage: there is none of that id.
func (s *Service) versionText(r *http.Request, lang locale.Lang, id string) (AgreementText, error) {
	text, err := s.Agreements.Version(r.Context(), id, lang)
	if errors.Is(err, agreement.ErrNotInForce) {
		return AgreementText{}, errNoPage
	}
	return text, err
}

func versions(s *Service, ctx context.Context) ([]string, error) { return s.Agreements.Versions(ctx) }

// fillVersion shows one version, whatever its time: old ones stay readable (agreement 1.4).
func fillVersion(s *Service, r *http.Request, v *view) error {
	current, err := s.Agreements.Agreement(r.Context(), v.Lang)
	if err != nil {
		return err
	}
	a, err := s.versionText(r, v.Lang, r.PathValue("id"))
	if err != nil {
		return err
	}
	text, err := markdown(a.Markdown)
	if err != nil {
		return fmt.Errorf("agreement %s: %w", a.ID, err)
	}
	v.Agreement = agreementView{
		ID: a.ID, SHA256: a.SHA256, PublishedAt: a.PublishedAt, EffectiveAt: a.EffectiveAt, Text: text,
		Open: a.ID == current.InForce.ID || current.Coming != nil && a.ID == current.Coming.ID,
	}
	if a.ID != current.InForce.ID {
		v.Compare = compareView{From: a.ID, To: current.InForce.ID}
		if a.EffectiveAt.After(current.InForce.EffectiveAt) {
			v.Compare = compareView{From: current.InForce.ID, To: a.ID}
		}
	}
	return nil
}

// fillDiff shows what the version "to" changes against "from"; without them, what the coming one
// changes against the one in force.
func fillDiff(s *Service, r *http.Request, v *view) error {
	from, to := r.URL.Query().Get("from"), r.URL.Query().Get("to")
	if from == "" && to == "" {
		current, err := s.Agreements.Agreement(r.Context(), v.Lang)
		if err != nil {
			return err
		}
		if current.Coming == nil {
			return errNoPage
		}
		from, to = current.InForce.ID, current.Coming.ID
	} else {
		v.Path += "?" + url.Values{"from": {from}, "to": {to}}.Encode() // the language switch compares the same two
	}
	older, err := s.versionText(r, v.Lang, from)
	if err != nil {
		return err
	}
	newer, err := s.versionText(r, v.Lang, to)
	if err != nil {
		return err
	}
	clauses := agreement.Diff(older.Markdown, newer.Markdown)
	v.Compare = compareView{From: from, To: to, Passages: passages(clauses)}
	v.Compare.Changed = slices.ContainsFunc(clauses, func(c agreement.Clause) bool { return c.Op != agreement.Same })
	return nil
}

func fillFiling(_ *Service, r *http.Request, v *view) error {
	v.FilingID = r.PathValue("id")
	if !filing.IsID(v.FilingID) {
		return errNoPage
	}
	return nil
}

// sectionCode is the form of a section's code; which sections there are is the filing's kind's matter.
var sectionCode = regexp.MustCompile(`^[a-z][A-Za-z0-9_-]{0,39}$`)

func fillSection(s *Service, r *http.Request, v *view) error {
	v.Section = r.PathValue("section")
	if !sectionCode.MatchString(v.Section) {
		return errNoPage
	}
	return fillFiling(s, r, v)
}

func slugs(*Service, context.Context) ([]string, error) { return httpapi.Slugs(), nil }

func fillProblem(_ *Service, r *http.Request, v *view) error {
	name := r.PathValue("slug")
	if !slices.Contains(httpapi.Slugs(), name) {
		return errNoPage
	}
	v.Problem = name
	v.Heading = locale.T(v.Lang, "problem."+name+".title")
	return nil
}

func fillUnavailable(_ *Service, _ *http.Request, v *view) error {
	v.Problem = "unavailable"
	v.Heading = locale.T(v.Lang, "problem.unavailable.title")
	return nil
}

func fillProblems(_ *Service, _ *http.Request, v *view) error {
	v.Problems = httpapi.Slugs()
	slices.Sort(v.Problems)
	return nil
}

// parts are the files of a page: its own, and a folder of its name with sections that are templates
// of their own.
func parts(name string) []string {
	out := []string{"templates/layout.html", "templates/parts.html"}
	for _, of := range []string{"components", name} { // every page may use the components
		files, err := fs.Glob(templateFiles, "templates/"+of+"/*.html")
		if err != nil {
			panic(err) // the pattern is a constant
		}
		out = append(out, files...)
	}
	return append(out, "templates/"+name+".html")
}

// parsed are the templates of pages that were shown, by language and name.
var parsed sync.Map

// templateOf is the template of a page in a language, parsed when it is first shown.
func templateOf(lang locale.Lang, page string) *template.Template {
	key := string(lang) + "/" + page
	if have, ok := parsed.Load(key); ok {
		return have.(*template.Template)
	}
	made := template.Must(template.New("layout.html").Funcs(helpers(lang)).ParseFS(templateFiles, parts(page)...))
	have, _ := parsed.LoadOrStore(key, made)
	return have.(*template.Template)
}

// helpers are what templates may call. Each is bound to the language of its set.
func helpers(lang locale.Lang) template.FuncMap {
	return template.FuncMap{
		"heading": heading,
		"t":       func(key string, args ...any) string { return locale.T(lang, key, args...) },
		"tin":     func(in, key string) string { return locale.T(locale.Lang(in), key) },
		"time":    func(at time.Time) string { return locale.Time(lang, at) },
		"day":     func(at time.Time) string { return locale.Date(lang, at) },
		"date":    func(d calendar.Date) string { return locale.Date(lang, d.Start()) },
		"iso":     func(at time.Time) string { return at.UTC().Format(time.RFC3339) },

		"static":   asset,
		"texts":    func(script string) string { return asset(textsName(lang, script)) },
		"preloads": preloads,
		"forms":    func() string { return asset("forms/" + string(lang) + "/") },
		"langs":    func() []locale.Lang { return locale.Langs[:] },

		"params": with[component],
		"option": with[option],
		"row":    with[row],
		"rows":   list[row],

		"navigation": func(lang locale.Lang, page string) []row { return navigation(lang, page) },
		"menu":       func(page string) []row { return menu(lang, page) },
		"choices":    func(prefix string, codes any) ([]option, error) { return choices(lang, prefix, codes) },
		"choose":     func(words string, of []option) []option { return append([]option{{Text: words}}, of...) },
		"languages":  func(chosen locale.Lang) []option { return languages(chosen) },
		"papers":     func() []option { return papers(lang) },
		"statuses":   func() ([]option, error) { return choices(lang, "status.", filing.Statuses()) },
		"ways":       func() ([]option, error) { return choices(lang, "case.way.", docket.Ways()) },
		"results":    func() ([]option, error) { return choices(lang, "case.event.", docket.Results) },
		"periods":    func() []option { return periods(lang) },
		"audited":    func() []option { return audited(lang) },
		"scopes":     func() []option { return scopes(lang) },

		"rights": func() ([]option, error) {
			return choices(lang, "js.admin.right.", []string{"clerk", "judge", "head", "admin"})
		},
		"overseen": func() ([]option, error) {
			return choices(lang, "registry.head.show.", []string{"all", "late", "nobody", "held", "judges"})
		},
		"courtOptions": func() []option { return courtOptions(lang) },
		"grounds":      func() []ground { return grounds(lang) },
		"openers":      func() []opener { return openers(lang) },
		"laterPapers":  func() []option { return laterPapers(lang) },
		"paperWays":    func() ([]option, error) { return choices(lang, "paper.way.", filing.PaperWays) },
		"partyTypes":   func() ([]option, error) { return choices(lang, "code.type.", party.Types) },
		"proceedings":  func() ([]option, error) { return choices(lang, "lang.", []string{"kk", "ru"}) },
		"scanTypes":    func() string { return strings.Join(filing.ScanTypes, ",") },
		"maxScan":      func() int { return filing.MaxScan },
		"extensions":   func() []option { return extensions(lang) },
		"faults":       func() ([]option, error) { return choices(lang, "registry.fault.", filing.Faults) },
		"courts":       court.All,
		"name":         func(c court.Court) string { return c.Name[lang] },
		"kinds":        func() []string { return kinds.Codes() },
		"topics":       func() []support.Topic { return support.Topics },
		"personKinds":  func() []string { return []string{"natural", "legal"} },
		"accept":       func() string { return strings.Join(filing.MediaTypes, ",") },
		"maxSize":      func() int { return filing.MaxDocument },
		"maxName":      func() int { return filing.MaxDocumentName },
		"megabytes":    func(bytes int) int { return bytes >> 20 },
	}
}

func render(lang locale.Lang, p page, v view) ([]byte, error) {
	var out bytes.Buffer
	if err := templateOf(lang, p.name).Execute(&out, v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
