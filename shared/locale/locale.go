// Package locale holds every sentence the office shows to people, in Kazakh, Russian and
// English, and the few formats that differ between them: language choice, instants, money.
//
// Read the example of T first. Texts live in catalogue/<lang>/<area>.json: portal (pages),
// account (the pages, sentences and mail about one's own account), registration (the form while
// it is unfinished), acting (who acts for a legal person), representatives (trusted representatives,
// their page and mail), support (the pages and mail about requests to support), mobile (an account's
// number and its text messages), problems (RFC 9457 problem types and field errors), defects (what is wrong
// with a field or an attachment of a filing), form (kinds of filing: names, sections, fields, code
// lists, hints, attachments), duty (steps of the state duty),
// terms (procedural terms), acts (sentences
// that are signed) and notices (mail). Keys are flat and dotted; a key has the same parameters in
// every language,
// which the package's test checks. There is no plural logic: sentences are written so that a
// number needs none ("documents: 3").
//
// The package does not decide law: which day a term ends on is package calendar's answer.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Lang is a language the office speaks, as its ISO 639-1 code. The zero value is not a
// language; functions of this package treat it, and anything unknown, as KK.
type Lang string

const (
	KK Lang = "kk" // Kazakh, the default
	RU Lang = "ru" // Russian
	EN Lang = "en" // English
)

// Langs lists the languages in the order people are offered them. The caller must not change it.
var Langs = [...]Lang{KK, RU, EN}

//go:embed catalogue
var files embed.FS

var catalogues = map[Lang]func() map[string]string{
	KK: sync.OnceValue(func() map[string]string { return load(KK) }),
	RU: sync.OnceValue(func() map[string]string { return load(RU) }),
	EN: sync.OnceValue(func() map[string]string { return load(EN) }),
}

// load reads the embedded catalogue of one language. The files are constants of the build, and
// a test parses them, so a broken one is a panic.
func load(lang Lang) map[string]string {
	dir := path.Join("catalogue", string(lang))
	entries, err := files.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	all := make(map[string]string)
	for _, e := range entries {
		data, err := files.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal(data, &all); err != nil {
			panic(fmt.Errorf("locale: %s/%s: %w", dir, e.Name(), err))
		}
	}
	return all
}

// Parse returns the language named by an ISO 639-1 code with or without a region ("kk", "kk-KZ",
// "RU"), and whether the office speaks it. "kz", the country code many people type for Kazakh,
// is taken for it.
func Parse(s string) (Lang, bool) {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "-")
	base, _, _ = strings.Cut(base, "_")
	switch base {
	case "kk", "kz":
		return KK, true
	case "ru":
		return RU, true
	case "en":
		return EN, true
	}
	return KK, false
}

// Match chooses the language of an answer: the query parameter if it names a language of the
// office, else the cookie, else the best of an Accept-Language header (RFC 9110, section
// 12.5.4), else Kazakh. Each argument may be empty or nonsense.
func Match(query, cookie, acceptLanguage string) Lang {
	for _, s := range []string{query, cookie} {
		if lang, ok := Parse(s); ok {
			return lang
		}
	}
	best, bestQ := KK, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		lang, ok := Parse(tag)
		if !ok {
			continue
		}
		q := 1.0
		if name, value, _ := strings.Cut(params, "="); strings.TrimSpace(name) == "q" {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || parsed < 0 || parsed > 1 {
				continue
			}
			q = parsed
		}
		if q > bestQ { // the first of equals wins, as browsers order them
			best, bestQ = lang, q
		}
	}
	return best
}

// T returns the text of key in lang. args are pairs of a parameter's name and its value: each
// {name} in the text is replaced by its value, once; braces inside values are not looked at.
// The result is plain text: escaping for HTML is the template's work.
//
// T never fails: a missing key returns the key, a parameter without value stays as written.
func T(lang Lang, key string, args ...any) string {
	text, ok := lookup(lang, key)
	if !ok {
		return key
	}
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, found := strings.Cut(rest, "}")
		if !found {
			out.WriteString("{" + rest)
			return out.String()
		}
		if value, ok := argument(args, name); ok {
			out.WriteString(value)
		} else {
			out.WriteString("{" + name + "}")
		}
		text = after
	}
}

// Has reports whether key is in the catalogue. The three languages have the same keys.
func Has(key string) bool {
	_, ok := lookup(KK, key)
	return ok
}

// Texts returns all texts of lang whose key begins with one of the prefixes, with their
// parameters still in place, in a new map. The portal hands them to its scripts.
func Texts(lang Lang, prefixes ...string) map[string]string {
	out := make(map[string]string)
	for key, text := range catalogue(lang) {
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				out[key] = text
				break
			}
		}
	}
	return out
}

func catalogue(lang Lang) map[string]string {
	load, ok := catalogues[lang]
	if !ok {
		load = catalogues[KK]
	}
	return load()
}

func lookup(lang Lang, key string) (string, bool) {
	text, ok := catalogue(lang)[key]
	return text, ok
}

func argument(args []any, name string) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return fmt.Sprint(args[i+1]), true
		}
	}
	return "", false
}

// Zone is Kazakhstan's time: UTC+5 in the whole country since 1 March 2024. It is fixed so that
// binaries carry no zone data.
var Zone = time.FixedZone("UTC+5", 5*60*60)

var months = map[Lang][12]string{
	KK: {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"},
	RU: {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date prints the day of t in Kazakhstan: "2026 жылғы 22 қараша", "22 ноября 2026 г.",
// "22 November 2026".
func Date(lang Lang, t time.Time) string {
	names, ok := months[lang]
	if !ok {
		lang, names = KK, months[KK]
	}
	year, month, day := t.In(Zone).Date()
	name := names[month-1]
	switch lang {
	case RU:
		return fmt.Sprintf("%d %s %d г.", day, name, year)
	case EN:
		return fmt.Sprintf("%d %s %d", day, name, year)
	}
	return fmt.Sprintf("%d жылғы %d %s", year, day, name)
}

// Time prints the day and the time of t in Kazakhstan to the second, cut and not rounded, and
// names the zone: "22 November 2026, 19:00:00 (UTC+5)".
func Time(lang Lang, t time.Time) string {
	return Date(lang, t) + ", " + t.In(Zone).Format("15:04:05") + " (UTC+5)"
}

// Instant prints what Time does to the millisecond: "22 November 2026, 19:00:00.123 (UTC+5)", with a
// comma before the thousandths in Kazakh and Russian.
func Instant(lang Lang, t time.Time) string {
	layout := "15:04:05,000"
	if lang == EN {
		layout = "15:04:05.000"
	}
	return Date(lang, t) + ", " + t.In(Zone).Format(layout) + " (UTC+5)"
}

// Stamp prints what Time does in few characters and without the zone, for text messages:
// "22.11.2026 19:00:00", in English "2026-11-22 19:00:00".
func Stamp(lang Lang, t time.Time) string {
	layout := "02.01.2006 15:04:05"
	if lang == EN {
		layout = time.DateTime
	}
	return t.In(Zone).Format(layout)
}

// Money prints a sum of tiyn (1/100 tenge) as tenge with two decimals: "1 234 567,50 ₸" with
// no-break spaces in Kazakh and Russian, "₸1,234,567.50" in English.
func Money(lang Lang, tiyn int64) string {
	sign, abs := "", uint64(tiyn)
	if tiyn < 0 {
		sign, abs = "−", -abs
	}
	group, point := "\u00a0", ","
	if lang == EN {
		group, point = ",", "."
	}
	digits := strconv.FormatUint(abs/100, 10)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(group)
		}
		out.WriteRune(d)
	}
	fmt.Fprintf(&out, "%s%02d", point, abs%100)
	if lang == EN {
		return sign + "₸" + out.String()
	}
	return sign + out.String() + "\u00a0₸"
}
