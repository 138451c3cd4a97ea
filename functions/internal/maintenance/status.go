package maintenance

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func itoa(n int) string { return strconv.Itoa(n) }

// statusShown is how many windows, and how many outages, the status page lists.
const statusShown = 10

// statusHead is everything before the title.
const statusHead = `<!doctype html>
<html lang="kk">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="60">
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid; padding: 1rem 0; }
.state { font-size: 1.2rem; font-weight: 600; }
.text { white-space: pre-line; }
</style>
`

// statusPage makes the static page: one file in three languages, no script, nothing loaded, so
// that it reads alike from S3, a mirror or a saved copy.
//
// It is written out by hand: html/template finds methods by name, for which the linker keeps every
// method of every client in the package, 1.8 MB of it compressed.
//
// read is false where outages are not the record as it is: the page says so.
func statusPage(windows []maintenance.Window, outages []outage.Outage, read bool, portalURL string, at time.Time) []byte {
	var names []string
	for _, lang := range locale.Langs {
		names = append(names, locale.T(lang, "site.name"))
	}
	var p htmlText
	p.WriteString(statusHead)
	p.line("<title>", strings.Join(names, " · "), "</title>")
	p.line("</head>", "", "<body>")
	for _, lang := range locale.Langs {
		p.line(`<section lang="`, string(lang), `">`)
		p.line("<h1>", locale.T(lang, "site.name"), "</h1>")
		p.line(`<p class="state">`, state(windows, outages, lang, at), "</p>")
		p.line("<p>", locale.T(lang, "maintenance.as-of", "time", locale.Time(lang, at)), "</p>")
		p.line("<h2>", locale.T(lang, "maintenance.title"), "</h2>")
		for _, w := range windows[:min(len(windows), statusShown)] {
			p.line("<h3>", title(w, lang, at), "</h3>")
			p.line("<p>", locale.T(lang, "maintenance.phase."+string(w.Phase(at))), "</p>")
			p.line(`<p class="text">`, description(w, lang), "</p>")
		}
		if len(windows) == 0 {
			p.line("<p>", locale.T(lang, "maintenance.none"), "</p>")
		}
		p.line("<h2>", locale.T(lang, "maintenance.outages"), "</h2>")
		if !read {
			p.line("<p>", locale.T(lang, "maintenance.outages.unread"), "</p>")
		}
		for _, o := range outages[:min(len(outages), statusShown)] {
			p.line("<h3>", failure(o, lang), "</h3>")
			p.line(`<p class="text">`, observed(o, lang), "</p>")
		}
		if read && len(outages) == 0 {
			p.line("<p>", locale.T(lang, "maintenance.outages.none"), "</p>")
		}
		p.line(`<p><a href="`+html.EscapeString(portalURL+"/"+schema.OutageRecord)+`">`, locale.T(lang, "maintenance.outages.record"), "</a></p>")
		p.line(`<p><a href="`+html.EscapeString(portalURL+"/"+string(lang)+"/")+`">`, locale.T(lang, "site.name"), "</a></p>")
		p.line("</section>", "", "")
	}
	p.line("</body>", "", "</html>")
	return []byte(p.String())
}

// state says whether the office works.
func state(windows []maintenance.Window, outages []outage.Outage, lang locale.Lang, at time.Time) string {
	notice, ok := maintenance.At(windows, at)
	running := slices.IndexFunc(outages, func(o outage.Outage) bool { return !o.Over() })
	switch {
	case ok && notice.Phase(at) == maintenance.InForce:
		return locale.T(lang, "maintenance.state.stopped", "to", locale.Time(lang, notice.End()))
	case running >= 0:
		return locale.T(lang, "maintenance.state.outage", "from", locale.Time(lang, outages[running].From))
	case ok:
		return locale.T(lang, "maintenance.state.coming", "from", locale.Time(lang, notice.From))
	}
	return locale.T(lang, "maintenance.state.works")
}

// htmlText builds a page line by line.
type htmlText struct{ strings.Builder }

// line writes text between two pieces of markup: an element's content, or an attribute's value in
// double quotes. Only text is escaped.
func (p *htmlText) line(before, text, after string) {
	p.WriteString(before + html.EscapeString(text) + after + "\n")
}
