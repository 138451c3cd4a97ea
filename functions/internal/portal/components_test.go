package portal_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Every component renders with GOV.UK Frontend's markup, escapes what it is given, and names a
// field's label, hint and errors to whoever can't see them.
func TestComponents(t *testing.T) {
	const bad = `<b>"x"</b>`
	rows := []portal.Row{{Key: bad, Value: "v", Kind: "green", Change: "/kk/a", Current: true}, {Key: "k", Value: "w", Time: "2026-11-30T00:00:00Z"}}
	options := []portal.Option{{Value: "one", Text: bad, Chosen: true}, {Value: "two", Text: "two", Lang: "ru"}}
	field := portal.Component{ID: "f", Label: bad, Hint: "hint", Pointer: "/a/b", Max: 9, Limit: 20, Required: true, Options: options}
	for name, tt := range map[string]struct {
		in   portal.Component
		want []string // parts of the markup
	}{
		"field":               {field, []string{`class="govuk-input"`, `<label class="govuk-label" for="f">`, `id="f-hint"`, `aria-describedby="f-hint"`, `data-pointer="/a/b"`, `data-most="9"`, " required"}},
		"textarea":            {field, []string{`<textarea class="govuk-textarea" rows="5"`, `for="f"`}},
		"character-count":     {field, []string{`data-module="govuk-character-count"`, `data-maxlength="20"`, `id="f-info"`, "govuk-js-character-count"}},
		"select":              {field, []string{`<select class="govuk-select"`, `<option value="one" selected>`}},
		"radios":              {field, []string{`<legend class="govuk-fieldset__legend`, `type="radio" id="f-one" name="f" value="one" checked`, `lang="ru"`}},
		"checkboxes":          {field, []string{`type="checkbox" id="f-two" name="f" value="two"`, `data-options="f"`}},
		"checkbox":            {field, []string{`<input class="govuk-checkboxes__input" type="checkbox" id="f"`}},
		"date-input":          {field, []string{`class="govuk-date-input"`, `id="f-one" inputmode="numeric"`}},
		"password":            {portal.Component{ID: "f", Label: bad, Strength: true}, []string{`data-module="govuk-password-input"`, `aria-describedby="f-state"`, "<meter"}},
		"file-upload":         {portal.Component{ID: "f", Label: bad, Accept: "application/pdf", Multiple: true, Limit: 7}, []string{`data-module="govuk-file-upload"`, `accept="application/pdf"`, " multiple", `data-max="7"`}},
		"button":              {portal.Component{Text: bad, Kind: "warning", Small: true}, []string{`<button class="govuk-button govuk-button--warning small" type="submit"`}},
		"summary-list":        {portal.Component{Rows: rows, Of: "of it"}, []string{`<dt class="govuk-summary-list__key">`, `<a href="/kk/a">`, "of it", `<time datetime="2026-11-30T00:00:00Z">`}},
		"task-list":           {portal.Component{Rows: rows}, []string{`class="govuk-task-list__item govuk-task-list__item--with-link"`, `aria-describedby="task-0-status"`, "govuk-tag--green"}},
		"error-summary":       {portal.Component{Label: bad, Text: "what", Rows: rows}, []string{`role="alert"`, "govuk-error-summary__list", `href="/kk/a"`}},
		"notification-banner": {portal.Component{ID: "n", Label: "Title", Text: bad, Kind: "success", Href: "/kk/b", Link: "more"}, []string{`role="alert"`, `aria-labelledby="n-title"`, `href="/kk/b"`}},
		"confirmation-panel":  {portal.Component{Label: bad, Text: "done"}, []string{"govuk-panel--confirmation", `tabindex="-1"`}},
		"tabs":                {portal.Component{Label: "Parts", Rows: rows}, []string{`aria-current="page"`, "govuk-tabs__list-item--selected", `aria-label="Parts"`}},
		"pagination":          {portal.Component{Label: "Pages", Rows: []portal.Row{{Key: bad, Kind: "next", Change: "/kk/2", Value: "2"}}}, []string{`rel="next"`, "govuk-pagination__next"}},
		"phase-banner":        {portal.Component{Label: "Trial", Text: bad}, []string{"govuk-phase-banner", "govuk-tag"}},
		"service-navigation":  {portal.Component{Label: "Main", Rows: rows}, []string{"govuk-service-navigation__item--active", `aria-current="page"`, "data-sign-out"}},
		"details":             {portal.Component{Label: bad, Text: "more"}, []string{`<summary class="govuk-details__summary">`}},
		"inset":               {portal.Component{Text: bad, Kind: "warn", Href: "/kk/c", Link: "go"}, []string{`class="govuk-inset-text warn"`, `href="/kk/c"`}},
		"warning":             {portal.Component{Text: bad}, []string{"govuk-warning-text__icon", `aria-hidden="true"`}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, lang := range locale.Langs {
				got, err := portal.RenderComponent(lang, name, tt.in)
				if err != nil {
					t.Fatal(err)
				}
				for _, want := range tt.want {
					if !strings.Contains(got, want) {
						t.Errorf("%s: no %s in\n%s", lang, want, got)
					}
				}
				if strings.Contains(got, "<b>") || strings.Contains(got, "ZgotmplZ") {
					t.Errorf("%s: not escaped:\n%s", lang, got)
				}
				doc, err := html.Parse(strings.NewReader("<!doctype html>" + got))
				if err != nil {
					t.Fatal(err)
				}
				ids := map[string]bool{}
				for _, n := range all(doc, having("id")) {
					id, _ := attribute(n, "id")
					if ids[id] {
						t.Errorf("id %s is given twice", id)
					}
					ids[id] = true
				}
				for _, n := range all(doc, having("aria-describedby")) {
					refs, _ := attribute(n, "aria-describedby")
					for ref := range strings.FieldsSeq(refs) {
						if !ids[ref] {
							t.Errorf("describedby %s is not there:\n%s", ref, got)
						}
					}
				}
			}
		})
	}
}

// A misspelt parameter, and markup where a data attribute belongs, are errors.
func TestComponentParameters(t *testing.T) {
	for _, pairs := range [][]any{
		{"id"}, {"lable", "x"}, {"max", "9"}, {"label", 9}, {"hook", `onclick="x"`}, {"hook", `data-a="><script>"`},
	} {
		if got, err := portal.Params(pairs...); err == nil {
			t.Errorf("params %q gave %+v", pairs, got)
		}
	}
	got, err := portal.Params("id", "x", "required", true, "max", 9, "hook", `data-scope="kinds" hidden`)
	if err != nil || got.ID != "x" || !got.Required || got.Max != 9 {
		t.Errorf("%+v, %v", got, err)
	}
}
