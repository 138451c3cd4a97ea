package locale_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// areas are the catalogue's files: one for each part of the office.
var areas = func() (names []string) {
	files, err := filepath.Glob(filepath.Join("catalogue", string(locale.KK), "*.json"))
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("no catalogue: %v", err))
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	return names
}()

// composed are the prefixes of keys that code builds from a code list at run time. What must
// stand in the sources then is the code: "defect." + "too-long". The packages with the lists
// test that every code has its text.
var composed = []string{
	"programs.caller.",
	"paper.way.",                                                                                                  // signer, cases: filing.PaperWays
	"js.signature.",                                                                                               // portal: why a signature of the office does not hold
	"problem.",                                                                                                    // httpapi: slug + title, detail, next
	"defect.file-",                                                                                                // filings: what was found in a document
	"js.registry.urgency.", "js.registry.revocation.", "js.registry.source.", "js.filing.next.", "js.paper.next.", // registry: how near a term is, of a certificate; filing: status
	"registry.longer.", "ground.", "cure.", "ruling.", "js.ruling.", // filing: code of a ground, step of a ruling
	"registry.fault.",                                         // filing: code of a clerk's rejection
	"defect.",                                                 // httpapi: code of a defect
	"js.admin.status.", "js.admin.right.", "js.admin.become.", // account: status or right
	"audit.act.",                      // audit: what was done
	"js.breach.", "js.breach.origin.", // breach: open or closed, who opened it
	"audit.about.",                 // portal: first word of what was done
	"js.verify.",                   // portal's scripts: what a file is + verdict
	"phone.document.", "js.phone.", // act: kind; mobilesigning: state
	"js.person.role.", "js.person.power.", // account: role, power
	"act.administer.what.",                                                                                                 // act: what was done + right
	"act.",                                                                                                                 // act: name of the act + statement
	"js.maintenance.rush.", "maintenance.affects.", "maintenance.phase.", "maintenance.admin.text.", "notice.maintenance.", // maintenance: name of a function, phase of a window
	"group.",                 // portal: name of an object of fields
	"js.law.", "js.article.", // portal: law, how much of an article is cited
	"audit.reason.",                                     // audit: a reason that a command gave
	"js.answers.", "js.tasks.", "js.merge.", "js.form.", // portal: how far a section is, what is missing, whose version, parts of a date
	"outside.",                                                               // portal: code of a service elsewhere
	"admin.prepare.kind.",                                                    // account: natural or legal
	"representatives.scope.",                                                 // portal: codes of scopes
	"evidence.withheld.",                                                     // casefile: why something is withheld
	"sms.",                                                                   // notice: name of an event
	"notice.",                                                                // notify: name of the event + addressee + subject, body
	"lang.", "status.", "event.", "role.", "capacity.", "nature.", "signer.", // portal: code lists
	"js.webhooks.state.", "js.webhooks.outcome.", "js.webhooks.paused-by.", // webhook: states, outcomes, by whom
	"js.representative.status.", "js.representatives.status.", "representative.scope.", "representatives.months.", "kind.", // account, filing: code lists
	"support.topic.", "js.support.fact.", "js.support.state.", "js.support.to.", // support: topics, facts and states of a request
	"term.rule.", "term.from.", "term.unit.", // calendar: rules, events and units of terms
	"duty.step.",                              // duty: what a step did
	"js.document.reason.", "js.document.not.", // portal's scripts: why a file was not sent, what it is
	"inspect.found.",                          // verdict: kind found, code of a finding
	"registry.head.show.", "js.registry.age.", // how the head of a court looks at its queue
	"case.status.", "case.event.", "case.role.", "js.case.act.", "js.case.next.", "js.case.as.", "js.case.by.", "js.case.due.", "js.case.looked.", "case.way.", "case.rung.", // docket: statuses, acts and proofs, roles, who
	"js.sign.", // portal's scripts: reason why there is no signature + title, detail, next
}

func readArea(t *testing.T, lang locale.Lang, area string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("catalogue", string(lang), area+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatalf("%s/%s: %v", lang, area, err)
	}
	return texts
}

var parameter = regexp.MustCompile(`\{[a-zA-Z]+\}`)

func parameters(text string) []string {
	found := parameter.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestCataloguesAgree(t *testing.T) {
	for _, lang := range locale.Langs {
		if files, err := filepath.Glob(filepath.Join("catalogue", string(lang), "*.json")); err != nil || len(files) != len(areas) {
			t.Errorf("%s has %d files, kk %d, %v", lang, len(files), len(areas), err)
		}
	}
	for _, area := range areas {
		want := readArea(t, locale.KK, area)
		for _, lang := range locale.Langs {
			got := readArea(t, lang, area)
			for key := range want {
				if _, ok := got[key]; !ok {
					t.Errorf("%s/%s: no key %s", lang, area, key)
				}
			}
			for key, text := range got {
				if _, ok := want[key]; !ok {
					t.Errorf("%s/%s: key %s is not in kk", lang, area, key)
				}
				if strings.TrimSpace(text) != text || text == "" {
					t.Errorf("%s/%s: %s: empty text or space around it", lang, area, key)
				}
				if g, w := parameters(text), parameters(want[key]); !slices.Equal(g, w) {
					t.Errorf("%s/%s: %s: parameters %v, kk has %v", lang, area, key, g, w)
				}
			}
		}
	}
}

func TestKeysAreInOneArea(t *testing.T) {
	seen := map[string]string{}
	for _, area := range areas {
		for key := range readArea(t, locale.KK, area) {
			if other, ok := seen[key]; ok {
				t.Errorf("%s is in %s and %s", key, other, area)
			}
			seen[key] = area
		}
	}
}

// Kazakh has letters that Russian lacks: a text copied from one catalogue to the other shows.
func TestLettersBelongToTheLanguage(t *testing.T) {
	for _, area := range areas {
		kk, ru, en := readArea(t, locale.KK, area), readArea(t, locale.RU, area), readArea(t, locale.EN, area)
		for key := range kk {
			if key == "outside.komek" { // a Kazakh name in every language
				continue
			}
			if strings.ContainsAny(ru[key], "әғқңөұүһіӘҒҚҢӨҰҮҺІ") && !strings.HasPrefix(key, "lang.") {
				t.Errorf("ru: %s has Kazakh letters: %q", key, ru[key])
			}
			if strings.IndexFunc(en[key], func(r rune) bool { return r >= 'А' && r <= 'ӿ' }) >= 0 && !strings.HasPrefix(key, "lang.") {
				t.Errorf("en: %s has Cyrillic letters: %q", key, en[key])
			}
			if len(kk[key]) > 60 && !strings.ContainsAny(kk[key], "әғқңөұүһіӘҒҚҢӨҰҮҺІ") {
				t.Errorf("kk: %s has no Kazakh letter: %q", key, kk[key])
			}
		}
	}
}

// sources is the text of every file that may name a key: Go code outside tests, templates and scripts.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{"../../functions", "../../shared", "../../infra"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "vendor" || d.Name() == "cdk.out") {
				return filepath.SkipDir
			}
			switch ext := filepath.Ext(path); {
			case d.IsDir(), strings.HasSuffix(path, "_test.go"):
			case ext == ".go", ext == ".html", ext == ".js", ext == ".mjs":
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				all.Write(data)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// named reports whether code has word as a quoted string.
func named(code, word string) bool {
	return strings.Contains(code, `"`+word+`"`) || strings.Contains(code, `'`+word+`'`)
}

// Every code that is added to a defect.List has its text.
func TestDefectsHaveTexts(t *testing.T) {
	added := regexp.MustCompile(`(?:\b(?:[a-z]+\.(?:Add|Warn)\(|add\(at)[^\n]*?, |Pointer: [^\n]*Code: )"([a-z]+(?:-[a-z]+)*)", (?:"[^"\n]*"|[\w.]+)[,()]`)
	found := added.FindAllStringSubmatch(sources(t), -1)
	if len(found) < 20 {
		t.Fatalf("found %d defects in the sources: the pattern has aged", len(found))
	}
	for _, m := range found {
		if !locale.Has("defect." + m[1]) {
			t.Errorf("defect.%s has no text", m[1])
		}
	}
	for _, code := range []string{"iin-as-bin", "bin-as-iin"} { // of form.Check, by what was typed
		if !locale.Has("defect." + code) {
			t.Errorf("defect.%s has no text", code)
		}
	}
	for typ, code := range form.Faults {
		if !locale.Has("defect." + code) {
			t.Errorf("defect.%s of the type %s has no text", code, typ)
		}
	}
}

func TestNoUnusedKey(t *testing.T) {
	code := sources(t)
	ofKinds := map[string]bool{}
	for _, k := range kinds.All {
		for _, key := range k.Texts() {
			ofKinds[key] = true
			if !locale.Has(key) {
				t.Errorf("%s of the kind %s has no text", key, k.Code)
			}
		}
	}
	for _, area := range areas {
		for key := range readArea(t, locale.KK, area) {
			if hint, ok := strings.CutPrefix(key, "hint."); named(code, key) || ofKinds[key] || ok && ofKinds["field."+hint] {
				continue
			}
			if one, ok := strings.CutPrefix(key, "one."); ok && ofKinds["field."+one] { // an item of that list
				continue
			}
			if i := slices.IndexFunc(composed, func(p string) bool { return strings.HasPrefix(key, p) }); i >= 0 {
				rest := strings.TrimPrefix(key, composed[i])
				last := strings.LastIndexByte(rest, '.')
				if named(code, rest) || last > 0 && named(code, rest[:last]) {
					continue
				}
			}
			t.Errorf("%s: %s is used nowhere", area, key)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want locale.Lang
		ok   bool
	}{
		{"kk", locale.KK, true}, {"kk-KZ", locale.KK, true}, {"KZ", locale.KK, true}, {"ru_RU", locale.RU, true},
		{" en-GB ", locale.EN, true}, {"", locale.KK, false}, {"de", locale.KK, false}, {"english", locale.KK, false},
	} {
		if got, ok := locale.Parse(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("Parse(%q) = %s, %v, want %s, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		query, cookie, accept string
		want                  locale.Lang
	}{
		{"", "", "", locale.KK},
		{"ru", "en", "kk", locale.RU},
		{"", "en", "ru", locale.EN},
		{"xx", "", "en", locale.EN},
		{"", "", "ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", locale.RU},
		{"", "", "de,en;q=0.5,kk;q=0.8", locale.KK},
		{"", "", "en;q=0, ru;q=0.1", locale.RU},
		{"", "", "de, fr", locale.KK},
		{"", "", "en;q=NaN, ru;q=2, kk;q=-1", locale.KK},
		{"", "", ";;;,,q=1", locale.KK},
	} {
		if got := locale.Match(tt.query, tt.cookie, tt.accept); got != tt.want {
			t.Errorf("Match(%q, %q, %q) = %s, want %s", tt.query, tt.cookie, tt.accept, got, tt.want)
		}
	}
}

func TestT(t *testing.T) {
	got := locale.T(locale.EN, "notice.filing-sent.subject", "ticket", "7K2M")
	if want := "Claim sent, ticket 7K2M"; got != want {
		t.Errorf("T = %q, want %q", got, want)
	}
	if got := locale.T(locale.EN, "notice.filing-sent.subject", "ticket", "{ticket}{name}"); got != "Claim sent, ticket {ticket}{name}" {
		t.Errorf("a value was expanded: %q", got)
	}
	if got := locale.T(locale.EN, "notice.filing-sent.subject", "ticket"); got != "Claim sent, ticket {ticket}" {
		t.Errorf("parameter without value: %q", got)
	}
	if got := locale.T(locale.RU, "no.such.key", "a", 1); got != "no.such.key" {
		t.Errorf("missing key: %q", got)
	}
	if got, want := locale.T("xx", "problem.not-found.title"), locale.T(locale.KK, "problem.not-found.title"); got != want {
		t.Errorf("unknown language: %q, want the Kazakh %q", got, want)
	}
	if locale.Has("no.such.key") || !locale.Has("problem.not-found.title") {
		t.Error("Has is wrong")
	}
}

func TestTexts(t *testing.T) {
	got := locale.Texts(locale.EN, "problem.unsigned.", "notice.filing-sent.s")
	if len(got) != 4 || got["notice.filing-sent.subject"] != "Claim sent, ticket {ticket}" {
		t.Errorf("Texts = %v", got)
	}
}

func TestTime(t *testing.T) {
	// One second before midnight in Almaty is still the last day of the term.
	at := time.Date(2026, time.November, 22, 18, 59, 59, 999_999_999, time.UTC)
	for lang, want := range map[locale.Lang]string{
		locale.KK: "2026 жылғы 22 қараша, 23:59:59 (UTC+5)",
		locale.RU: "22 ноября 2026 г., 23:59:59 (UTC+5)",
		locale.EN: "22 November 2026, 23:59:59 (UTC+5)",
		"":        "2026 жылғы 22 қараша, 23:59:59 (UTC+5)",
	} {
		if got := locale.Time(lang, at); got != want {
			t.Errorf("Time(%q) = %q, want %q", lang, got, want)
		}
	}
	leap := time.Date(2028, time.February, 28, 19, 0, 0, 0, time.UTC)
	if got, want := locale.Date(locale.EN, leap), "29 February 2028"; got != want {
		t.Errorf("Date = %q, want %q", got, want)
	}
}

func TestInstant(t *testing.T) {
	at := time.Date(2026, time.November, 22, 18, 59, 59, 999_999_999, time.UTC)
	for lang, want := range map[locale.Lang]string{
		locale.KK: "2026 жылғы 22 қараша, 23:59:59,999 (UTC+5)",
		locale.RU: "22 ноября 2026 г., 23:59:59,999 (UTC+5)",
		locale.EN: "22 November 2026, 23:59:59.999 (UTC+5)",
	} {
		if got := locale.Instant(lang, at); got != want {
			t.Errorf("Instant(%q) = %q, want %q: an instant is cut, never rounded up to the next day", lang, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		lang locale.Lang
		tiyn int64
		want string
	}{
		{locale.KK, 0, "0,00\u00a0₸"},
		{locale.RU, 5, "0,05\u00a0₸"},
		{locale.KK, 123_456_750, "1\u00a0234\u00a0567,50\u00a0₸"},
		{locale.EN, 123_456_750, "₸1,234,567.50"},
		{locale.EN, 99_999, "₸999.99"},
		{locale.EN, 100_000, "₸1,000.00"},
		{locale.RU, -100, "−1,00\u00a0₸"},
		{locale.EN, math.MinInt64, "−₸92,233,720,368,547,758.08"},
	} {
		if got := locale.Money(tt.lang, tt.tiyn); got != tt.want {
			t.Errorf("Money(%s, %d) = %q, want %q", tt.lang, tt.tiyn, got, tt.want)
		}
	}
}
