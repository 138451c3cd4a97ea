package render

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// RulingVersion names the words and the order of a ruling, beside the drawing's own.
const RulingVersion = statement.Version + "/1"

// Ruling is the paper of a judge's ruling (CPC 268): who rules, on what, on which grounds and why, what is
// ordered, and how it can be attacked. It is in Kazakh or Russian, the languages of proceedings (CPC 14).
func Ruling(r filing.Ruling) statement.Document {
	t := func(key string, args ...any) string { return locale.T(r.Lang, key, args...) }
	of := locale.T(r.Lang, "kind."+r.Kind)
	sent, _ := time.Parse(time.RFC3339, r.SentAt) // of the office's own envelope
	name := court.Name(r.CourtCode, r.Lang)
	out := statement.Document{
		ID: r.Filing, Language: string(r.Lang), Title: t("ruling.title"), Subtitle: t("ruling." + r.Step + ".about"),
		Head: []statement.Entry{{Label: t("field.case.court"), Lines: []string{name}}},
	}
	if r.Step == "issue-order" {
		out.Title = t("ruling.order.title")
	}
	facts := statement.Facts{
		{Label: t("ruling.date"), Value: locale.Date(r.Lang, r.Date.Start())},
		{Label: t("ruling.judge"), Value: locale.Name(r.Judge)},
		{Label: t("ruling.number"), Value: r.Number},
		{Label: t("ruling.paper"), Value: capital(of)},
		{Label: t("ruling.ticket"), Value: r.Ticket},
		{Label: t("ruling.sent"), Value: locale.Time(r.Lang, sent)},
		{Label: t("ruling.filer"), Value: locale.Name(r.Filer)},
	}
	if r.Opposite != "" {
		facts = append(facts, statement.Fact{Label: t("ruling.opposite"), Value: r.Opposite})
	}
	if r.Corrects != (filing.Corrected{}) {
		facts = append(facts,
			statement.Fact{Label: t("ruling.corrected"), Value: t("ruling.corrected.which", "about", t("ruling."+r.Corrects.Step+".about"), "date", locale.Date(r.Lang, r.Corrects.Date.Start()))},
			statement.Fact{Label: t("ruling.corrected.hash"), Value: r.Corrects.SHA256})
	}
	if r.Step == "issue-order" && r.Tiyn > 0 {
		facts = append(facts, statement.Fact{Label: t("ruling.sum"), Value: locale.Money(r.Lang, r.Tiyn)})
	}
	out.Body = []statement.Block{facts}
	if len(r.Grounds) > 0 || r.Reasons != "" {
		out.Body = append(out.Body, statement.Heading{Text: t("ruling.found")})
	}
	for _, code := range r.Grounds {
		for _, g := range filing.Grounds {
			if g.Code == code {
				out.Body = append(out.Body, statement.Paragraph{Text: t("ground."+code) + " (" + locale.Article(r.Lang, g.Article) + ")."})
			}
		}
	}
	if r.Reasons != "" {
		out.Body = append(out.Body, statement.Paragraph{Text: r.Reasons})
	}
	out.Body = append(out.Body,
		statement.Heading{Text: t("ruling.ruled")},
		statement.Paragraph{Text: t("ruling."+r.Step+".decision", "paper", of, "number", r.Number, "article", locale.Article(r.Lang, filing.StepOf(r.Step).ArticleOn(r.Kind, r.About)), "day", locale.Date(r.Lang, r.On.Start()))})
	if r.Decision != "" {
		out.Body = append(out.Body, statement.Paragraph{Text: r.Decision})
	}
	for _, code := range r.Grounds {
		out.Body = append(out.Body, statement.Paragraph{Text: t("cure." + code)})
	}
	out.Body = append(out.Body, statement.Paragraph{Text: t(complaint(r))})
	return out
}

// complaint is the key of how the ruling can be attacked (CPC 268).
func complaint(r filing.Ruling) string {
	switch {
	case r.Step == "issue-order":
		return "ruling.issue-order.complaint"
	case filing.MayComplain(r.Step, r.Kind, r.About):
		return "ruling.complaint"
	case filing.Matter(r.Kind, r.About) == "motion":
		return "ruling.in-appeal"
	}
	return "ruling.no-complaint"
}
