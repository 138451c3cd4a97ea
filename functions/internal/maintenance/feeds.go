package maintenance

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// feedAge is how long readers of a feed may keep it.
const feedAge = "public, max-age=60"

// Elements of a feed (RFC 4287, section 4).
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang     string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle"`
		Updated  string      `xml:"updated"`
		Author   string      `xml:"author>name"`
		Links    []atomLink  `xml:"link"`
		Entries  []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID        string   `xml:"id"`
		Title     string   `xml:"title"`
		Published string   `xml:"published"`
		Updated   string   `xml:"updated"`
		Link      atomLink `xml:"link"`
		Content   string   `xml:"content"` // type text, the default (section 4.1.3.1)
	}
)

// title is a window in one line.
func title(w maintenance.Window, lang locale.Lang, at time.Time) string {
	key := "maintenance.line"
	switch {
	case w.Phase(at) == maintenance.Off:
		key = "maintenance.line.cancelled"
	case w.Emergency:
		key = "maintenance.line.emergency"
	}
	return locale.T(lang, key, "from", locale.Time(lang, w.Start()), "to", locale.Time(lang, w.To))
}

// description is what a window stops, in the text of its author and in the office's own.
func description(w maintenance.Window, lang locale.Lang) string {
	out := w.Texts[lang] + "\n\n" + affected(w.Affects, lang)
	if w.Emergency {
		out += "\n" + locale.T(lang, "maintenance.emergency")
	}
	return out
}

func affected(functions []string, lang locale.Lang) string {
	if len(functions) == 0 {
		return locale.T(lang, "maintenance.affects.all")
	}
	var names []string
	for _, fn := range functions {
		names = append(names, locale.T(lang, "maintenance.affects."+fn))
	}
	return locale.T(lang, "maintenance.affects") + " " + strings.Join(names, "; ")
}

// failure is an outage in one line.
func failure(o outage.Outage, lang locale.Lang) string {
	if !o.Over() {
		return locale.T(lang, "maintenance.outage.lasts", "from", locale.Time(lang, o.From))
	}
	return locale.T(lang, "maintenance.outage", "from", locale.Time(lang, o.From), "to", locale.Time(lang, o.To))
}

// observed is what people could not use, and who saw that.
func observed(o outage.Outage, lang locale.Lang) string {
	return affected([]string{o.Affects}, lang) + "\n" + locale.T(lang, "maintenance.outage.text", "failed", o.Failed)
}

// settled is when it was last known anew what the outage is: when it was learnt of, or was over.
func settled(o outage.Outage) time.Time {
	if o.Over() {
		return o.To
	}
	return o.LearntAt
}

// Atom serves GET /maintenance.atom (RFC 4287) in the reader's language.
func (s *Service) Atom(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	at, lang := httpapi.ReceivedAt(ctx), httpapi.Lang(ctx)
	windows, err := s.shown(ctx, at)
	if err != nil {
		httpapi.WriteError(w, r, err)
		return
	}
	page := s.PortalURL + "/" + string(lang) + "/maintenance"
	self := s.PortalURL + "/maintenance.atom?lang=" + string(lang)
	feed := atomFeed{
		Lang: string(lang), ID: self, Title: locale.T(lang, "site.name") + ": " + locale.T(lang, "maintenance.title"),
		Subtitle: locale.T(lang, "maintenance.lead"), Author: locale.T(lang, "site.name"), Updated: instant(at),
		Links: []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", page}},
	}
	var changed time.Time
	later := func(t time.Time) {
		if t.After(changed) {
			changed = t
			feed.Updated = instant(t)
		}
	}
	outages, _ := s.Outages.shown(ctx)
	for _, o := range outages {
		later(settled(o))
		feed.Entries = append(feed.Entries, atomEntry{
			ID: s.PortalURL + "/" + schema.OutageRecord + "#" + o.ID, Title: failure(o, lang), Published: instant(o.LearntAt), Updated: instant(settled(o)),
			Link: atomLink{"alternate", "text/html", page + "#" + o.ID}, Content: observed(o, lang),
		})
	}
	for _, win := range windows {
		later(win.ChangedAt)
		feed.Entries = append(feed.Entries, atomEntry{
			ID: "urn:uuid:" + win.ID, Title: title(win, lang, at), Published: instant(win.PublishedAt), Updated: instant(win.ChangedAt),
			Link: atomLink{"alternate", "text/html", page + "#" + win.ID}, Content: description(win, lang),
		})
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(feed); err != nil {
		httpapi.WriteError(w, r, err)
		return
	}
	serve(w, "application/atom+xml; charset=utf-8", lang, out.Bytes())
}

// Calendar serves GET /maintenance.ics (RFC 5545) in the reader's language.
func (s *Service) Calendar(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	at, lang := httpapi.ReceivedAt(ctx), httpapi.Lang(ctx)
	windows, err := s.shown(ctx, at)
	if err != nil {
		httpapi.WriteError(w, r, err)
		return
	}
	var c calendarText
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Court Office//Maintenance//"+strings.ToUpper(string(lang)))
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.line("X-WR-CALNAME", escape(locale.T(lang, "site.name")+": "+locale.T(lang, "maintenance.title")))
	c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H") // RFC 7986, section 5.7
	for _, win := range windows {
		status := "CONFIRMED"
		to := win.End()
		if win.Phase(at) == maintenance.Off {
			status, to = "CANCELLED", win.To
		}
		c.line("BEGIN", "VEVENT")
		c.line("UID", win.ID)
		c.line("DTSTAMP", stamp(win.ChangedAt))
		c.line("LAST-MODIFIED", stamp(win.ChangedAt))
		c.line("SEQUENCE", itoa(win.Version-1))
		c.line("DTSTART", stamp(win.Start()))
		c.line("DTEND", stamp(to))
		c.line("SUMMARY;LANGUAGE="+string(lang), escape(locale.T(lang, "site.name")+": "+locale.T(lang, "maintenance.title")))
		c.line("DESCRIPTION;LANGUAGE="+string(lang), escape(description(win, lang)))
		c.line("URL", s.PortalURL+"/"+string(lang)+"/maintenance#"+win.ID)
		c.line("STATUS", status)
		c.line("TRANSP", "TRANSPARENT")
		c.line("END", "VEVENT")
	}
	outages, _ := s.Outages.shown(ctx)
	for _, o := range outages {
		status, to, sequence := "CONFIRMED", o.To, 1
		if !o.Over() { // known up to the last minute that failed
			status, to, sequence = "TENTATIVE", o.Last.Add(time.Minute), 0
		}
		c.line("BEGIN", "VEVENT")
		c.line("UID", o.ID)
		c.line("DTSTAMP", stamp(settled(o)))
		c.line("LAST-MODIFIED", stamp(settled(o)))
		c.line("SEQUENCE", itoa(sequence))
		c.line("DTSTART", stamp(o.From))
		c.line("DTEND", stamp(to))
		c.line("SUMMARY;LANGUAGE="+string(lang), escape(locale.T(lang, "site.name")+": "+failure(o, lang)))
		c.line("DESCRIPTION;LANGUAGE="+string(lang), escape(observed(o, lang)))
		c.line("URL", s.PortalURL+"/"+string(lang)+"/maintenance#"+o.ID)
		c.line("STATUS", status)
		c.line("TRANSP", "TRANSPARENT")
		c.line("END", "VEVENT")
	}
	c.line("END", "VCALENDAR")
	serve(w, "text/calendar; charset=utf-8", lang, []byte(c.String()))
}

func serve(w http.ResponseWriter, mediaType string, lang locale.Lang, body []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Language", string(lang))
	h.Set("Cache-Control", feedAge)
	h.Set("Vary", "Accept-Language, Cookie")
	w.Write(body)
}

// calendarText builds iCalendar content lines.
type calendarText struct{ strings.Builder }

// line writes one content line, folded so that no part is longer than 75 octets and no
// character is split (RFC 5545, section 3.1).
func (c *calendarText) line(name, value string) {
	rest, limit := name+":"+value, 75
	for len(rest) > limit {
		cut := limit
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		c.WriteString(rest[:cut] + "\r\n ")
		rest, limit = rest[cut:], 74 // the space counts
	}
	c.WriteString(rest + "\r\n")
}

// escape writes a TEXT value (RFC 5545, section 3.3.11).
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// stamp writes a DATE-TIME in UTC (section 3.3.5, form 2).
func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
