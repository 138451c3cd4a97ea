package portal

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// The rows of every kind's form, with their words, are files of the office like its scripts: the same
// for everyone, under their version for a year. static/js/lib/form-rows.js says what a member means.
type (
	formView struct {
		Kind      string        `json:"kind"`
		Version   int           `json:"version"`
		Title     string        `json:"title"`
		Sections  []sectionView `json:"sections"`
		Documents []slotView    `json:"documents"`
	}
	slotView struct {
		Role    string     `json:"role"`
		Text    string     `json:"text"`
		Or      []string   `json:"or,omitempty"` // roles that serve as well
		Need    string     `json:"need,omitempty"`
		Article string     `json:"article,omitempty"`
		When    []condView `json:"when,omitempty"`    // paths from the form's root
		Instead []condView `json:"instead,omitempty"` // when one of them holds, it need not be there
	}
	sectionView struct {
		Code   string            `json:"code"`
		Title  string            `json:"title"`
		Groups map[string]string `json:"groups,omitempty"` // titles of objects between, by path
		Fields []fieldView       `json:"fields"`
	}
	fieldView struct {
		Path     string       `json:"path"`
		Type     form.Type    `json:"type"`
		Max      int          `json:"max,omitempty"`
		Codes    []choiceView `json:"codes,omitempty"`
		Names    string       `json:"names,omitempty"` // the directory the codes are of
		Of       []string     `json:"of,omitempty"`    // what an id names, what a ref may name
		Need     string       `json:"need,omitempty"`
		Article  string       `json:"article,omitempty"`
		When     []condView   `json:"when,omitempty"`
		Instead  []string     `json:"instead,omitempty"`
		FromCert bool         `json:"fromCert,omitempty"`
		Label    string       `json:"label"`
		Hint     string       `json:"hint,omitempty"`
		One      string       `json:"one,omitempty"` // what an item of a list is called
	}
	choiceView struct {
		Value  string `json:"value"`
		Text   string `json:"text"`
		Region string `json:"region,omitempty"` // of a court
	}
	condView struct {
		Path string   `json:"path"`
		In   []string `json:"in,omitempty"`
	}
)

var needs = map[form.Need]string{form.Required: "required", form.Recommended: "recommended"}

// grouped are the objects of fields that have a title of their own.
var grouped = []string{"address", "bank"}

func viewForm(lang locale.Lang, k filing.Kind) formView {
	v := formView{Kind: k.Code, Version: k.Form.Version, Title: upper(locale.T(lang, "kind."+k.Code))}
	for _, s := range k.Form.Sections {
		section := sectionView{Code: s.Code, Title: locale.T(lang, "section."+s.Code), Groups: map[string]string{}}
		for _, f := range s.Fields {
			section.Fields = append(section.Fields, viewField(lang, k.Code, s.Code, f))
			for _, name := range grouped {
				if before, _, ok := strings.Cut(f.Path, name+"."); ok {
					section.Groups[before+name] = locale.T(lang, "group."+name)
				}
			}
		}
		v.Sections = append(v.Sections, section)
	}
	for _, d := range k.Documents {
		v.Documents = append(v.Documents, slotView{
			Role: d.Role, Text: locale.T(lang, "role."+d.Role), Or: d.Or, Need: needs[d.Need], Article: d.Article,
			When: viewConds(d.When), Instead: viewConds(d.Instead),
		})
	}
	return v
}

func viewConds(conds []form.Cond) (out []condView) {
	for _, c := range conds {
		out = append(out, condView(c))
	}
	return out
}

func viewField(lang locale.Lang, kind, section string, f form.Field) fieldView {
	v := fieldView{
		Path: f.Path, Type: f.Type, Max: f.Max, Names: f.Names, Need: needs[f.Need], Article: f.Article, Instead: f.Instead, FromCert: f.FromCert,
	}
	v.When = viewConds(f.When)
	switch f.Type {
	case form.ID:
		v.Of = f.Codes
		return v
	case form.Ref:
		v.Of = f.Codes
	case form.Code, form.Codes:
		for _, code := range f.Codes {
			if f.Names == "" {
				v.Codes = append(v.Codes, choiceView{Value: code, Text: locale.T(lang, f.CodeText(code))})
			}
		}
	}
	key := f.Label(kind, section)
	v.Label = locale.T(lang, key)
	_, tail, _ := strings.Cut(key, ".")
	if hint := "hint." + tail; locale.Has(hint) {
		v.Hint = locale.T(lang, hint)
	}
	if f.Type == form.List {
		v.One = locale.T(lang, "one."+tail)
	}
	return v
}

// directories are the lists that fields of every kind choose from, apart from the forms because they
// are long and the same in all.
func directories(lang locale.Lang) map[string][]choiceView {
	out := map[string][]choiceView{}
	for _, r := range court.Regions() {
		out["region"] = append(out["region"], choiceView{Value: r.Code, Text: r.Name[lang]})
	}
	for _, c := range court.All() {
		out["court"] = append(out["court"], choiceView{Value: c.Code, Text: c.Name[lang], Region: c.Region})
	}
	return out
}

// formFiles are the files of lang behind "forms/": one for each kind, and the directories.
func formFiles(lang locale.Lang) map[string]any {
	out := map[string]any{"directories": directories(lang)}
	for _, k := range kinds.All {
		out[k.Code] = viewForm(lang, k)
	}
	return out
}

// upper begins a text with a capital letter.
func upper(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}
